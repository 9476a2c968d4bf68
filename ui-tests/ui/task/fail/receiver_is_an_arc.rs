use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn level(self: std::sync::Arc<Self>) -> u8 {
        self.level
    }
}

fn main() {}
