use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[initialize]
    async fn begin(&mut self) {}

    #[task]
    fn set_level(&mut self, level u8) {
        self.level = level;
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    #[on_event]
    fn on_sunset(&mut self) {}
}

async fn asks(lamp: LampStub) -> u8 {
    lamp.level().await.unwrap_or_default()
}

fn main() {}
