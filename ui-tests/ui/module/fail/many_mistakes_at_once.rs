use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(nmae = "hall_lamp")]
impl Lamp {
    /// The sound task keeps its stub method.
    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    #[task]
    fn rename(&mut self, name: &str) {}

    #[task(timeout = "2 minutes")]
    async fn dim(self) {}

    #[on_event]
    fn motion(&mut self, room: String) {}

    #[initialize]
    async fn begin(&mut self, level: u8) {}
}

async fn uses_what_is_sound(lamp: LampStub) {
    let _ = lamp.level().await;
    let _ = App::builder().module("lamp", Lamp::default());
}

fn main() {}
