use looselycoupled::prelude::*;

#[event(nane = "motion")]
#[derive(Serialize, Deserialize)]
struct Motion {
    room: String,
}

fn main() {}
