use looselycoupled::prelude::*;

#[event]
#[derive(Serialize, Deserialize)]
struct Motion<T> {
    room: T,
}

fn main() {}
