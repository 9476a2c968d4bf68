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

#[derive(Clone, Debug)]
struct Switch {
    lamp: LampStub,
}

#[module]
impl Switch {
    #[task]
    async fn press(&self) -> Result<u8> {
        Ok(self.lamp.set_level(100).await?)
    }
}

fn main() {}
