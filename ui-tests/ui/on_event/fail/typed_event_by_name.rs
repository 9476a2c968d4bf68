use looselycoupled::prelude::*;

#[event(name = "door.moved")]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct DoorMoved {
    width: u8,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event("door.moved")]
    fn light_up(&mut self, moved: &DoorMoved) {
        self.level = moved.width;
    }
}

fn main() {}
