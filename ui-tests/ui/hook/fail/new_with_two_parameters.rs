use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[new]
    fn create(level: u8, name: String) -> Self {
        Self { level }
    }
}

fn main() {}
