use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[initialise]
    fn begin(&mut self) {
        self.level = 3;
    }
}

fn main() {}
