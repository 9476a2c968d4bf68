//! Provider and consumer are crates that do not know each other: they meet in a third one, which holds an interface. See
//! `examples/contract_crate`; this program alone knows who plays which part.

use consumer::{Evening, EveningStub};
use looselycoupled::prelude::*;
use provider::{Door, Lamp, Strip};

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .module("hall_lamp", Lamp::default())
        .module("shelf", Strip::default())
        .module("door", Door)
        .module("evening", Evening)
        .start()
        .await?;
    let evening: EveningStub = app.handle().stub("evening")?;

    evening.dim("hall_lamp".to_owned(), 40).await?;
    evening.dim("shelf".to_owned(), 20).await?;
    evening.good_night("hall_lamp".to_owned()).await?;

    // A lamp's own error arrives as text; what is no dimmer says so.
    for (name, level) in [("hall_lamp", 120), ("door", 10), ("hall_lmap", 10)] {
        if let Err(error) = evening.dim(name.to_owned(), level).await {
            println!("refused: {error}");
        }
    }
    Ok(app.shutdown().await?)
}
