//! A house that grows from one process to three by its configuration alone: the modules are the same, and so is what they do.

use std::process::{Child, Command, Stdio};

use looselycoupled::config::Config;
use looselycoupled::prelude::*;

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
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.level, level)
    }
}

/// Where people push buttons. It does not know where the others are.
#[derive(Default)]
struct Panel;

#[module(emits(closing_time))]
impl Panel {
    #[run]
    async fn push_buttons(ctx: Context) -> Result<()> {
        let mut pumped = ctx.subscribe("pumped");
        let liters: u32 = patiently(&ctx, "pump.pump", || args! { liters: 40 }).await?.get()?;
        println!("  panel: {liters} liters are pumped");
        if let Some(event) = pumped.next().await {
            println!("  panel: {} liters were heard of", event.field::<u32>("liters")?);
        }
        let before: u8 = patiently(&ctx, "lamp.set_level", || args! { level: 80 }).await?.get()?;
        println!("  panel: the lamp was at {before} %");
        ctx.trigger_event("closing_time", args! {}).await?;
        ctx.trigger_event("exit", args! {}).await?;
        Ok(())
    }
}

/// Others may not be there yet.
async fn patiently(
    ctx: &Context,
    address: &str,
    arguments: impl Fn() -> Arguments,
) -> Result<looselycoupled::Reply, CallError> {
    loop {
        match ctx.exec_task(address, arguments()).await {
            Err(CallError::Unreachable { .. }) => tokio::time::sleep(Duration::from_millis(10)).await,
            answer => return answer,
        }
    }
}

/// Ends a process that is told to.
#[derive(Default)]
struct Porter;

#[module]
impl Porter {
    #[on_event(external = "the panel sends it")]
    async fn on_closing_time(&mut self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("exit", args! {}).await?;
        Ok(())
    }
}

const ONE: &str = "looselycoupled: { modules: { pump: Pump, lamp: Lamp, panel: Panel } }";

/// What a process of three has of its own are its modules.
fn one_of_three(process: &str, url: &str) -> String {
    let modules = match process {
        "cellar" => "{ pump: Pump, porter: Porter }",
        "attic" => "{ lamp: Lamp, porter: Porter }",
        _ => "{ panel: Panel }",
    };
    format!(
        "looselycoupled:
  process: {process}
  modules: {modules}
  providers: {{ home: {{ kind: socket, url: '{url}', host: kitchen }} }}
  routes:
    - {{ module: pump, via: home }}
    - {{ module: lamp, via: home }}
    - {{ event: pumped, via: home }}
    - {{ event: closing_time, via: home }}
"
    )
}

async fn run(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    App::builder().config(Config::parse(text, "config.yaml")?).run().await?;
    Ok(())
}

fn start(process: &str, url: &str) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?).args([process, url]).stdin(Stdio::null()).spawn()
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    if let (Some(process), Some(url)) = (arguments.next(), arguments.next()) {
        return run(&one_of_three(&process, &url)).await;
    }
    println!("in one process:");
    run(ONE).await?;

    let folder = std::env::temp_dir().join(format!("three-processes-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let url = format!("unix:{}", folder.join("home.sock").display());
    println!("in three processes:");
    let others = [start("cellar", &url)?, start("attic", &url)?];
    run(&one_of_three("kitchen", &url)).await?;
    for mut other in others {
        other.wait()?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
