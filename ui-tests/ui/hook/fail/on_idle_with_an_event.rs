use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_idle]
    fn rest(&mut self, _event: &EventRecord) {}
}

fn main() {}
