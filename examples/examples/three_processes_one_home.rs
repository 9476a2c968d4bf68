//! A house that grows from one process to three by its configuration alone: the modules are the same, and so is what they do.

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use std::process::{Command, Stdio};

#[derive(Default)]
struct Pump {
    liters: u32,
}

#[module(emits(pumped(liters: u32)))]
impl Pump {
    #[task]
    async fn pump(&mut self, ctx: &Context, liters: u32) -> Result<u32> {
        self.liters += liters;
        ctx.trigger_event("pumped", args! { liters }).await?;
        Ok(self.liters)
    }
}

#[derive(Default)]
struct Lamp(u8);

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.0, level)
    }
}

/// Where people push buttons. It does not know where the others are.
#[derive(Default)]
struct Panel;

#[module]
impl Panel {
    #[run]
    async fn push_buttons(ctx: Context) -> Result<()> {
        let pumped = ctx.wait_for_event("pumped");
        for (address, name, value) in [("pump.pump", "liters", 40), ("lamp.set_level", "level", 80)] {
            let answer = loop {
                match ctx.exec_task(address, Arguments::new().with(name, &value)).await {
                    // It may not be there yet.
                    Err(CallError::Unreachable { .. }) => tokio::time::sleep(Duration::from_millis(10)).await,
                    answer => break answer?,
                }
            };
            println!("  panel: {address} answers {}", answer.get::<u32>()?);
        }
        println!("  panel: {} liters were heard of", pumped.await?.field::<u32>("liters")?);
        ctx.trigger_event("exit", args! {}).await?;
        Ok(())
    }
}

const ONE: &str = "looselycoupled: { modules: { pump: Pump, lamp: Lamp, panel: Panel } }";

/// What each of three processes has of its own are its modules.
fn one_of_three(process: &str, modules: &str, url: &str) -> String {
    format!(
        "looselycoupled:
  process: {process}
  modules: {{ {modules} }}
  providers: {{ home: {{ kind: socket, url: '{url}', host: kitchen }} }}
  routes: [ {{ module: pump, via: home }}, {{ module: lamp, via: home }}, {{ event: pumped, via: home }} ]
"
    )
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let run = async |text: &str| {
        App::builder().config(Config::parse(text, "config.yaml")?).run().await.map_err(Error::other)
    };
    if let Some(text) = std::env::args().nth(1) {
        return Ok(run(&text).await?);
    }
    println!("in one process:");
    run(ONE).await?;

    println!("in three processes:");
    let folder = std::env::temp_dir().join(format!("three-processes-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let url = format!("unix:{}", folder.join("home.sock").display());
    let start =
        |text| Command::new(std::env::current_exe()?).arg::<String>(text).stdin(Stdio::null()).spawn();
    let others = [
        start(one_of_three("cellar", "pump: Pump", &url))?,
        start(one_of_three("attic", "lamp: Lamp", &url))?,
    ];
    run(&one_of_three("kitchen", "panel: Panel", &url)).await?;
    for mut other in others {
        other.kill()?;
        other.wait()?;
    }
    Ok(std::fs::remove_dir_all(&folder)?)
}
