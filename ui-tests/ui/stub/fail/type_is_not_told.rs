use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

async fn read(ctx: &Context) -> Result<u8> {
    let lamp = ctx.stub("lamp")?;
    Ok(lamp.level().await?)
}

fn main() {}
