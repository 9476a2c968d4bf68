use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(emits = "level_changed")]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
