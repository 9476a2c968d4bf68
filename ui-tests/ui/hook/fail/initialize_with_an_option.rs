use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[initialize(early)]
    async fn begin(&mut self) {}
}

fn main() {}
