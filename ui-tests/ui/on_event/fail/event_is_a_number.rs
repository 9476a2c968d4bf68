use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event(3)]
    fn watch(&mut self, event: &EventRecord) {}
}

fn main() {}
