//! The console: a page that shows an application live. Here it says where that is, and ends with the input.
//!
//! To look at it: `cargo run --example console -- 8080`, then open what it prints; Ctrl-C ends it.

use looselycoupled::config::Config;
use looselycoupled::modules::console::Console;
use looselycoupled::modules::web::{Web, WebStub};
use looselycoupled::prelude::*;

/// Something that happens.
#[derive(Default)]
struct Clock {
    ticks: u64,
}

#[module(emits(ticked(ticks: u64), unheard = "the page shows it"))]
impl Clock {
    /// Counts one more, and tells everybody.
    #[task]
    async fn tick(&mut self, ctx: &Context) -> Result<u64> {
        self.ticks += 1;
        ctx.trigger_event("ticked", args! { ticks: self.ticks }).await?;
        Ok(self.ticks)
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        let me = ctx.me::<Self>()?;
        let every_second =
            me.tick().after(Duration::from_secs(1)).every(Duration::from_secs(1)).enqueue().await?;
        ctx.no_longer_active().await;
        every_second.cancel();
        Ok(())
    }
}

/// What the page would show first.
#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1);
    let mut config = Config::new();
    config.set("web.port", port.as_deref().unwrap_or("0").parse::<u16>()?)?;
    let builder = App::builder()
        .config(config)
        .log_to_stderr()
        .module("clock", Clock::default())
        .module("web", Web::default())
        .module("console", Console::default());
    if port.is_some() {
        return Ok(builder.run().await?);
    }
    let app = builder.start().await?;
    let address: String = app.handle().stub::<WebStub>("web")?.address().await?;
    let (host, _any_port) = address.rsplit_once(':').unwrap_or_default();
    println!("the console is at http://{host}:…/console/");
    for module in app.handle().describe().modules {
        println!("it shows {} with {} tasks", module.name, module.tasks.len());
    }
    Ok(app.shutdown().await?)
}
