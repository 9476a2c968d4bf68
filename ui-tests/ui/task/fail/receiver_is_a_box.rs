use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(self: Box<Self>) -> u8 {
        self.level
    }
}

fn main() {}
