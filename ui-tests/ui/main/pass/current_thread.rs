use looselycoupled::prelude::*;

/// Runs.
#[looselycoupled::main(flavor = "current_thread")]
#[allow(unused_variables)]
async fn main() -> Result<(), looselycoupled::Error> {
    let unused = Duration::ZERO;
    Ok(())
}
