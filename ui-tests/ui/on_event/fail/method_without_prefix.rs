use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event]
    fn motion(&mut self, room: String) {}
}

fn main() {}
