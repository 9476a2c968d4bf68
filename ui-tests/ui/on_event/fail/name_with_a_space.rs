use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event("motion detected")]
    fn watch(&mut self, value: u8) {}
}

fn main() {}
