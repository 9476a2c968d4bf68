use looselycoupled::prelude::*;

#[event]
#[derive(Serialize)]
struct Motion<'a> {
    room: &'a str,
}

fn main() {}
