use looselycoupled::prelude::*;

struct Room;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event]
    fn on_motion(&mut self, room: Room) {}
}

fn main() {}
