use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    #[on_event]
    fn on_motion(&mut self, room: String) {}
}

fn main() {}
