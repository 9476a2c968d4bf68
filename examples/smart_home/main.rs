//! A smart home that needs no hardware: small modules from `config.yaml` that only know each other's names.
//!
//! It works on real input: what is typed, and the figures of the machine that it runs on. `--once` plays a fixed
//! scene instead.

mod bell;
mod controller;
mod director;
mod door;
mod events;
mod fan;
mod house;
mod journal;
mod keyboard;
mod lamp;
mod options;
mod sensors;
mod shell;
mod speaker;

use looselycoupled::config::Config;
use looselycoupled::prelude::*;

use options::Options;

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse(std::env::args().skip(1))?;
    if options.help {
        println!("{}", options::USAGE);
        return Ok(());
    }
    let mut config = Config::load_existing(&options.config)?;
    if options.once {
        config.set("director.once", true)?;
        config.set("journal.plain", true)?;
    }
    // Whoever plays the scene looks at no pages, and may play it twice at a time.
    for (key, port) in [("prometheus.port", options.metrics), ("web.port", options.web)] {
        if let Some(port) = port.or(options.once.then_some(0)) {
            config.set(key, port)?;
        }
    }
    App::builder().config(config).log_to_stderr().run().await?;
    Ok(())
}
