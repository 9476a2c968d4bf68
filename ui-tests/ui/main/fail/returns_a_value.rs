use looselycoupled::prelude::*;

#[looselycoupled::main]
async fn main() -> u8 {
    let _ = Duration::ZERO;
    0
}
