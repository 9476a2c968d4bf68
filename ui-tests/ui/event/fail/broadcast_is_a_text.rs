use looselycoupled::prelude::*;

#[event(broadcast = "no")]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    number: u32,
}

fn main() {}
