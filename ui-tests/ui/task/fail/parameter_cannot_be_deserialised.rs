use looselycoupled::prelude::*;

struct Limits {
    low: u8,
    high: u8,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set(&mut self, limits: Limits) {}
}

fn main() {}
