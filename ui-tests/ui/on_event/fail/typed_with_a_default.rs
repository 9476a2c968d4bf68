use looselycoupled::prelude::*;

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Motion {
    room: String,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[on_event(Motion)]
    fn light_up(&mut self, #[default] motion: &Motion) {}
}

fn main() {}
