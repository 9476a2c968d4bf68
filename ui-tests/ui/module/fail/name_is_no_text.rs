use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(name = 3)]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
