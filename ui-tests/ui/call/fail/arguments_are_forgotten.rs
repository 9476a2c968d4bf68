use looselycoupled::prelude::*;

async fn read(ctx: &Context) -> Result<()> {
    ctx.exec_task("lamp.level").await?;
    Ok(())
}

fn main() {}
