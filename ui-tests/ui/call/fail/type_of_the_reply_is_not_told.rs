use looselycoupled::prelude::*;

async fn read(ctx: &Context) -> Result<()> {
    let level = ctx.exec_task("lamp.level", args! {}).await?.get()?;
    println!("{level}");
    Ok(())
}

fn main() {}
