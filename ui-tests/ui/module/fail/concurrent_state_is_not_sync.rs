use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: std::cell::Cell<u8>,
}

#[module(concurrent)]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level.get()
    }
}

fn main() {}
