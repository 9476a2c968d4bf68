use looselycoupled::prelude::*;

async fn user(ctx: &Handle) -> Result<()> {
    exec!(ctx, "hall_lamp.set_level", level = 40).await?;
    Ok(())
}

fn main() {}
