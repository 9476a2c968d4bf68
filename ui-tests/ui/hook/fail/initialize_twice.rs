use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[initialize]
    async fn first(&mut self) {}

    #[initialize]
    async fn second(&mut self) {}
}

fn main() {}
