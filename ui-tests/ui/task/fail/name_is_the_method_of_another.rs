use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task(name = "level")]
    fn brightness(&self) -> u8 {
        self.level
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
