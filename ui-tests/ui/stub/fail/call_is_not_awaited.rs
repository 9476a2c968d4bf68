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

async fn read(lamp: LampStub) -> Result<u8> {
    Ok(lamp.level()?)
}

fn main() {}
