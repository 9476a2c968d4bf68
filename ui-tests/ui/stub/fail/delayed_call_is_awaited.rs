use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) {
        self.level = level;
    }
}

async fn darken(lamp: LampStub) -> Result<()> {
    lamp.set_level(0).after(Duration::from_secs(5)).await
}

fn main() {}
