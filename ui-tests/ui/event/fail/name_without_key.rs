use looselycoupled::prelude::*;

#[event("motion")]
#[derive(Serialize, Deserialize)]
struct Motion {
    room: String,
}

fn main() {}
