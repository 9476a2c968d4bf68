use looselycoupled::prelude::*;

struct Limits {
    low: u8,
}

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn limits(&self) -> Result<Limits> {
        Ok(Limits { low: 0 })
    }
}

fn main() {}
