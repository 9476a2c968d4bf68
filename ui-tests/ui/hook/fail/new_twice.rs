use looselycoupled::prelude::*;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[new]
    fn first() -> Self {
        Self::default()
    }

    #[new]
    fn second() -> Self {
        Self::default()
    }
}

fn main() {}
