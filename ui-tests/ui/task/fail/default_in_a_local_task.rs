use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task(local)]
    fn set(&mut self, #[default] level: u8) {
        self.level = level;
    }
}

fn main() {}
