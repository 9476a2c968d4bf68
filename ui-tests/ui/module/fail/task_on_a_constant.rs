use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    const MAX: u8 = 100;

    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
