use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    async fn set(&mut self, _: u8) {}
}

fn main() {}
