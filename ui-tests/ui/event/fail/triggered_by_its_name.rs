use looselycoupled::prelude::*;

async fn announce(ctx: &Context) -> Result<()> {
    ctx.trigger("motion").await?;
    Ok(())
}

fn main() {}
