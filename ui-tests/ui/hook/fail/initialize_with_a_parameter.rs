use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[initialize]
    async fn begin(&mut self, level: u8) {}
}

fn main() {}
