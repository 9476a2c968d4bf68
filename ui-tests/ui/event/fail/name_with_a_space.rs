use looselycoupled::prelude::*;

#[event(name = "some motion")]
#[derive(Serialize, Deserialize)]
struct Motion {
    room: String,
}

fn main() {}
