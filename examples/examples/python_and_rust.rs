//! A thermometer in Python, and a house in Rust that asks it: events over ZeroMQ, as MrEventLoop sends them. Neither knows in which language the other
//! is, so where there is no Python that knows MrEventLoop, a module in a second application stands in for it.

use std::process::{Child, Command, Stdio};

use looselycoupled::prelude::*;
use looselycoupled::provider::ZeroMq;
use serde::{Deserialize, Serialize};

/// With MrEventLoop.
const THERMOMETER: &str = include_str!("python_and_rust.py");

#[event]
#[derive(Serialize, Deserialize)]
struct Asked {
    room: String,
}

#[event]
#[derive(Serialize, Deserialize)]
struct Measured {
    room: String,
    celsius: f64,
}

/// The same in Rust.
struct Thermometer;

#[module]
impl Thermometer {
    #[on_event(Asked, external = "the house asks")]
    async fn on_asked(&mut self, ctx: &Context, asked: &Asked) -> Result<()> {
        let celsius = if asked.room == "hall" { 20.5 } else { 11.0 };
        ctx.trigger(Measured { room: asked.room.clone(), celsius }).await?;
        Ok(())
    }
}

fn home(process: &str, zeromq: ZeroMq) -> AppBuilder {
    App::builder().process(process).provider("home", zeromq).route_event("*", "home")
}

/// In Python, if there is one that knows MrEventLoop.
fn in_python(addresses: &[String]) -> Option<Child> {
    let python = std::env::var("MREVENTLOOP_PYTHON").unwrap_or("python3".to_owned());
    let known = Command::new(&python).args(["-c", "import mreventloop"]).stderr(Stdio::null()).status();
    known.is_ok_and(|status| status.success()).then_some(())?;
    Command::new(python).args(["-c", THERMOMETER]).args(addresses).stdin(Stdio::piped()).spawn().ok()
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("python-and-rust-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let addresses = ["home.in", "home.out"].map(|name| format!("ipc://{}", folder.join(name).display()));
    let [hears, sends] = &addresses;
    let house = home("house", ZeroMq::host(hears, sends)).start().await?;
    let python = in_python(&addresses);
    let mut stand_in = None;
    if python.is_none() {
        eprintln!(
            "no Python knows MrEventLoop: `pip install mreventloop==0.7.1`, and `MREVENTLOOP_PYTHON=…` if it is not `python3`"
        );
        let app = home("thermometer", ZeroMq::connect(hears, sends)).module("thermometer", Thermometer);
        stand_in = Some(app.start().await?);
    }

    let mut measured = house.handle().subscribe("measured");
    for room in ["hall", "cellar"] {
        // What is sent to somebody who is not there yet is lost, so it is asked again.
        let celsius = loop {
            house.handle().trigger(Asked { room: room.to_owned() }).await?;
            let answer = tokio::time::timeout(Duration::from_millis(100), measured.next()).await;
            if let Ok(Some(event)) = answer
                && let Ok(Measured { room: of, celsius }) = event.typed()
                && of == room
            {
                break *celsius;
            }
        };
        println!("house: {celsius} °C in the {room}");
    }

    if let Some(mut python) = python {
        drop(python.stdin.take());
        python.wait()?;
    }
    if let Some(app) = stand_in {
        app.shutdown().await?;
    }
    house.shutdown().await?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
