use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event("motion", "noise")]
    fn light_up(&mut self, level: u8) {
        self.level = level;
    }
}

fn main() {}
