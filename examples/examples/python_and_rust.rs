//! A heating in Rust and a sensor in Python, with MrEventLoop, at one broker of ZeroMQ, which this process hosts. Its other half stands in
//! `python_and_rust.py`; it takes a Python that has MrEventLoop:
//! `python3 -m venv venv && venv/bin/pip install mreventloop==0.7.1`, then `MREVENTLOOP_PYTHON=venv/bin/python`.

use std::process::{Command, Stdio};

use looselycoupled::prelude::*;

/// Is on while it is cold.
#[derive(Default)]
struct Heating;

#[module(emits(heated(is_on: bool)))]
impl Heating {
    /// Python sends no names: the number is the first field of the event.
    #[on_event(external = "the sensor sends it")]
    async fn on_measured(&mut self, ctx: &Context, degrees: f64) -> Result<()> {
        let is_on = degrees < 20.0;
        println!("rust: it has {degrees} degrees");
        ctx.trigger_event("heated", args! { is_on }).await?;
        Ok(())
    }
}

#[cfg(unix)]
async fn live(folder: &std::path::Path, python: &std::ffi::OsStr) -> Result<(), Box<dyn std::error::Error>> {
    use looselycoupled::provider::ZeroMq;

    let [publishes, takes] = ["out", "in"].map(|end| format!("ipc://{}", folder.join(end).display()));
    let app = App::builder()
        .module("heating", Heating)
        .process("house")
        .provider("python", ZeroMq::host(&publishes, &takes))
        .route_event("begin", "python")
        .route_event("measured", "python")
        .route_event("heated", "python")
        .start()
        .await?;
    let mut sensor = Command::new(python)
        .args(["-c", include_str!("python_and_rust.py"), &publishes, &takes])
        .stdin(Stdio::null())
        .spawn()?;
    // A peer of MrEventLoop does not say when it is there, so it is asked until it answers.
    let mut measured = app.handle().subscribe("measured");
    loop {
        app.handle().trigger_event("begin", args! {}).await?;
        if tokio::time::timeout(Duration::from_millis(50), measured.next()).await.is_ok() {
            break;
        }
        if let Some(status) = sensor.try_wait()? {
            return Err(format!("the sensor ended, {status}").into());
        }
    }
    let status = tokio::task::spawn_blocking(move || sensor.wait()).await??;
    println!("rust: the sensor ended, {status}");
    app.shutdown().await?;
    Ok(())
}

#[cfg(not(unix))]
async fn live(
    _folder: &std::path::Path,
    _python: &std::ffi::OsStr,
) -> Result<(), Box<dyn std::error::Error>> {
    Err("the provider `zeromq` is for Unix".into())
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(python) = std::env::var_os("MREVENTLOOP_PYTHON") else {
        println!("rust: there is no sensor, since MREVENTLOOP_PYTHON names no Python that has MrEventLoop:");
        println!("python3 -m venv venv && venv/bin/pip install mreventloop==0.7.1");
        println!(
            "MREVENTLOOP_PYTHON=venv/bin/python cargo run -p looselycoupled-examples --example python_and_rust"
        );
        return Ok(());
    };
    let folder = std::env::temp_dir().join(format!("python-and-rust-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let done = live(&folder, &python).await;
    std::fs::remove_dir_all(&folder)?;
    done
}
