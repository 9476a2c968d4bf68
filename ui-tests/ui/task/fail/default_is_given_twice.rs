use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set(&mut self, #[default] #[default(3)] level: u8) {
        self.level = level;
    }
}

fn main() {}
