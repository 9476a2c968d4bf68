use looselycoupled::prelude::*;

#[looselycoupled::main]
async fn main(arguments: Vec<String>) {
    let _ = (Duration::ZERO, arguments);
}
