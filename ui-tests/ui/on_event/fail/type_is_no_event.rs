use looselycoupled::prelude::*;

struct Motion {
    room: String,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event(Motion)]
    fn light_up(&mut self, motion: &Motion) {}
}

fn main() {}
