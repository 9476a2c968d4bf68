use looselycoupled::prelude::*;

#[event]
struct Motion {
    room: String,
}

fn main() {}
