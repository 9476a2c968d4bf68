use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(emits(opened(door: u8, door: u8)))]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
