use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event]
    fn on_(&mut self, room: String) {}
}

fn main() {}
