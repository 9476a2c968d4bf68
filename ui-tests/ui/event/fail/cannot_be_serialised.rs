use looselycoupled::prelude::*;

#[event]
#[derive(Deserialize)]
struct Motion {
    room: String,
}

fn main() {}
