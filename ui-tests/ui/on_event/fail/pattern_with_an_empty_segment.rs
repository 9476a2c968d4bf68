use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event("sensor..*")]
    fn watch(&mut self, event: &EventRecord) {}
}

fn main() {}
