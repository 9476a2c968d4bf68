use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(mut self) -> u8 {
        self.level += 1;
        self.level
    }
}

fn main() {}
