use looselycoupled::prelude::*;

#[module]
struct Lamp {
    level: u8,
}

fn main() {}
