use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task(blocking)]
    async fn level(&self) -> u8 {
        self.level
    }
}

fn main() {}
