use looselycoupled::prelude::*;

trait Light {
    fn level(&self) -> u8;
}

struct Lamp;

#[module]
impl Light for Lamp {
    #[task]
    fn level(&self) -> u8 {
        0
    }
}

fn main() {}
