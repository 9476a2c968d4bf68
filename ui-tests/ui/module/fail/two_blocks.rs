use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

#[module]
impl Lamp {
    #[task]
    fn is_on(&self) -> bool {
        self.level > 0
    }
}

fn main() {}
