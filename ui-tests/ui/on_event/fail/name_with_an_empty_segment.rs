use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event("sensor..hall")]
    fn watch(&mut self, value: u8) {}
}

fn main() {}
