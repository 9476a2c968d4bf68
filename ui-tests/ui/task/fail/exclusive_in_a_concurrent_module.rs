use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(concurrent)]
impl Lamp {
    #[task]
    async fn set(&mut self, level: u8) {
        self.level = level;
    }
}

fn main() {}
