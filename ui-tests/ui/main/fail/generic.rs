use looselycoupled::prelude::*;

#[looselycoupled::main]
async fn main<T>() {
    let _ = Duration::ZERO;
}
