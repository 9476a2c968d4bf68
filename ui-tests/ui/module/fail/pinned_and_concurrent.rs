use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(pinned, concurrent)]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
