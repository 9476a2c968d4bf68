use looselycoupled::prelude::*;

#[event(name = "motion.*")]
#[derive(Serialize, Deserialize)]
struct Motion {
    room: String,
}

fn main() {}
