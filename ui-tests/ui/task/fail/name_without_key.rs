use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task("set-level")]
    fn set_level(&mut self, level: u8) {
        self.level = level;
    }
}

fn main() {}
