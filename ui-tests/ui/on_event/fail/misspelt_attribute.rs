use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_evnt]
    fn on_motion(&mut self, level: u8) {
        self.level = level;
    }
}

fn main() {}
