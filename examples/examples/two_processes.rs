//! Two processes that meet at a Unix socket: the kitchen calls the pump in the cellar, and hears what it does. Which module is where is said by
//! the routes alone; both processes have the same ones.

use std::process::{Command, Stdio};

use looselycoupled::prelude::*;
use looselycoupled::provider::Socket;

#[derive(Default)]
struct Pump {
    liters: u32,
}

#[module(emits(pumped(liters: u32)))]
impl Pump {
    #[task]
    async fn pump(&mut self, ctx: &Context, liters: u32) -> Result<u32, String> {
        if liters > 100 {
            return Err(format!("{liters} liters are more than the pipe can take"));
        }
        self.liters += liters;
        ctx.trigger_event("pumped", args! { liters }).await.map_err(|error| error.to_string())?;
        Ok(self.liters)
    }

    /// The kitchen says when it is time to go.
    #[on_event(external = "the kitchen sends it")]
    async fn on_closing_time(&mut self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("exit", args! {}).await?;
        Ok(())
    }
}

/// What both processes have in common.
fn house(process: &str, socket: Socket) -> AppBuilder {
    App::builder()
        .process(process)
        .provider("home", socket)
        .route_module("pump", "home")
        .route_event("pumped", "home")
        .route_event("closing_time", "home")
}

async fn kitchen(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let app = house("kitchen", Socket::host(url)).start().await?;
    let mut cellar = Command::new(std::env::current_exe()?).arg(url).stdin(Stdio::null()).spawn()?;
    let handle = app.handle();
    let mut pumped = handle.subscribe("pumped");

    // As long as the cellar is not there, a call says so at once.
    let first = loop {
        match handle.exec_task("pump.pump", args! { liters: 40 }).await {
            Err(CallError::Unreachable { .. }) => tokio::time::sleep(Duration::from_millis(10)).await,
            answer => break answer?,
        }
    };
    println!("kitchen: the cellar has pumped {} liters", first.get::<u32>()?);
    if let Some(event) = pumped.next().await {
        println!(
            "kitchen: {} liters came from the {}",
            event.field::<u32>("liters")?,
            event.process().unwrap_or("?")
        );
    }
    if let Err(error) = handle.exec_task("pump.pump", args! { liters: 1_000 }).await {
        println!("kitchen: {error}");
    }
    handle.trigger_event("closing_time", args! {}).await?;
    println!("kitchen: the cellar ended, {}", cellar.wait()?);
    app.shutdown().await?;
    Ok(())
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(url) = std::env::args().nth(1) {
        house("cellar", Socket::connect(&url)).module("pump", Pump::default()).run().await?;
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("two-processes-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let done = kitchen(&format!("unix:{}", folder.join("home.sock").display())).await;
    std::fs::remove_dir_all(&folder)?;
    done
}
