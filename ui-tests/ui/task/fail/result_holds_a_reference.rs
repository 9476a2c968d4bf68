use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn name(&self) -> Option<&str> {
        None
    }
}

fn main() {}
