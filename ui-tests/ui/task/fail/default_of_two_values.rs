use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set(&mut self, #[default(20, 30)] level: u8) {
        self.level = level;
    }
}

fn main() {}
