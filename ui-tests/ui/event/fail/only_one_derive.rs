use looselycoupled::prelude::*;

#[event]
#[derive(Debug, Clone, Serialize)]
struct Motion {
    room: String,
}

fn main() {}
