use looselycoupled::prelude::*;

async fn read(ctx: &Context) -> Result<u8> {
    let level: u8 = ctx.exec_task("lamp.level", args! {}).await?;
    Ok(level)
}

fn main() {}
