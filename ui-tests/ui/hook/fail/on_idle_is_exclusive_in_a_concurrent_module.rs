use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module(concurrent)]
impl Lamp {
    #[on_idle]
    async fn rest(&mut self) {}
}

fn main() {}
