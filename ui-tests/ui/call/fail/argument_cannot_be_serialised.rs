use looselycoupled::prelude::*;

struct Colour;

async fn set(ctx: &Context) -> Result<()> {
    ctx.exec_task("lamp.set_colour", args! { colour: Colour }).await?;
    Ok(())
}

fn main() {}
