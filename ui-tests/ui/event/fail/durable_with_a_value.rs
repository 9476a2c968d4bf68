use looselycoupled::prelude::*;

#[event(durable = true)]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    number: u32,
}

fn main() {}
