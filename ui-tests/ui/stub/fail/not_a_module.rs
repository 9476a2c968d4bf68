use looselycoupled::prelude::*;

struct Lamp;

async fn start() {
    let _ = App::builder().module("lamp", Lamp);
}

fn main() {}
