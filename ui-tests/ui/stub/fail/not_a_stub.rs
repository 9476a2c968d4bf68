use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    async fn set_level(&mut self, level: u8) -> Result<u8> {
        Ok(std::mem::replace(&mut self.level, level))
    }
}

async fn call(ctx: &Context) -> Result<()> {
    let _ = ctx.stub::<Lamp>("lamp")?;
    Ok(())
}

fn main() {}
