use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set(#[default] &mut self, level: u8) {
        self.level = level;
    }
}

fn main() {}
