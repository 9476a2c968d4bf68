use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(thread_count = 3)]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
