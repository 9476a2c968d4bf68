use looselycoupled::prelude::*;

async fn set(ctx: &Context) -> Result<()> {
    ctx.exec_task("lamp.set_level", args! { 3 }).await?;
    Ok(())
}

fn main() {}
