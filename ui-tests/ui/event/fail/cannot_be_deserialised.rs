use looselycoupled::prelude::*;

#[event]
#[derive(Serialize)]
struct Motion {
    room: String,
}

fn main() {}
