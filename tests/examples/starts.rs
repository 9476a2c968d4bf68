//! Starts an application and ends it, or says why it does not start. A test builds this so that panics abort.

use looselycoupled::prelude::*;

#[looselycoupled::main]
async fn main() -> Result<()> {
    let app = App::builder().start().await?;
    println!("started");
    app.shutdown().await?;
    Ok(())
}
