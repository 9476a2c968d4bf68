use looselycoupled::prelude::*;

struct TooBright;

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn dim(&mut self) -> Result<u8, TooBright> {
        Err(TooBright)
    }
}

fn main() {}
