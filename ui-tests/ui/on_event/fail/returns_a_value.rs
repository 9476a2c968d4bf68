use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event]
    fn on_motion(&mut self, room: String) -> u8 {
        self.level
    }
}

fn main() {}
