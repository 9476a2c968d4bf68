//! What a call of a module in another process costs by the provider `socket`, beside a raw round trip over a Unix socket, how many
//! events a second go through its broker, and how many durable ones it confirms.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --features socket --bin socket` runs the other processes itself. Raw is a client and a
//! server of tokio in two processes that write and read 160 bytes, as much as a call has on the wire; a call goes to the process that
//! hosts the broker, and to a third one through it. All of them take turns; printed are medians, and the ratio to raw.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, Socket, Via};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

const ROUNDS: usize = 9;
const CALLS: u32 = 2_000;
const EVENTS: u32 = 50_000;
const BYTES: usize = 160;
/// Durable events that are sent one after the other, and by how many senders at once.
const KEPT: u32 = 200;
const SENDERS: u32 = 64;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Default)]
struct Lamp {
    level: u8,
    heard: u32,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> u8 {
        std::mem::replace(&mut self.level, level)
    }

    #[on_event]
    fn on_ticked(&mut self, number: u32) {
        self.heard = number;
    }

    #[on_event(external = "it is measured how fast these are kept")]
    fn on_paid(&mut self) {}

    #[task]
    fn heard(&self) -> u32 {
        self.heard
    }
}

#[looselycoupled::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("--raw"), Some(folder)) => echo(Path::new(&folder)).await,
        (Some(name @ ("host" | "peer")), Some(folder)) => serve(name, Path::new(&folder)).await,
        _ => measure().await,
    }
}

fn url(folder: &Path) -> String {
    format!("unix:{}", folder.join("home.sock").display())
}

fn routed(app: AppBuilder) -> AppBuilder {
    let app = app.route_event("paid", Via::provider("home").durable().in_group("tills"));
    app.route_module("near", "home").route_module("far", "home").route_event("ticked", "home")
}

async fn serve(name: &str, folder: &Path) -> Result<(), Failure> {
    let url = url(folder);
    let (socket, module) = if name == "host" {
        (Socket::host(&url).journal(folder.join("journal")), "near")
    } else {
        (Socket::connect(&url), "far")
    };
    let app = App::builder().process(name).provider("home", socket).module(module, Lamp::default());
    Ok(routed(app).run().await?)
}

async fn echo(folder: &Path) -> Result<(), Failure> {
    let (mut stream, _) = UnixListener::bind(folder.join("raw.sock"))?.accept().await?;
    let mut bytes = [0; BYTES];
    while stream.read_exact(&mut bytes).await.is_ok() {
        stream.write_all(&bytes).await?;
    }
    Ok(())
}

struct Others(Vec<Child>, PathBuf);

impl Drop for Others {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // It may have ended by itself.
            let _ended = child.kill().and_then(|()| child.wait());
        }
        let _gone = std::fs::remove_dir_all(&self.1);
    }
}

fn start_others() -> Result<Others, Failure> {
    let folder = std::env::temp_dir().join(format!("looselycoupled-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut others = Others(Vec::new(), folder);
    for role in ["--raw", "host", "peer"] {
        let program = std::env::current_exe()?;
        let child = Command::new(program).arg(role).arg(&others.1).stdin(Stdio::null()).spawn()?;
        others.0.push(child);
    }
    Ok(others)
}

async fn measure() -> Result<(), Failure> {
    let others = start_others()?;
    let socket = Socket::connect(&url(&others.1));
    let app = routed(App::builder().process("caller").provider("home", socket)).start().await?;
    let handle = app.handle();
    while handle.providers()[0].state != ProviderState::Connected || call(&handle, "far").await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut raw = UnixStream::connect(others.1.join("raw.sock")).await?;
    let (mut alone, mut near, mut far, mut rates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut kept, mut kept_at_once) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(ping_pong(&mut raw).await?);
        near.push(calls(&handle, "near").await?);
        far.push(calls(&handle, "far").await?);
        rates.push(events(&handle).await?);
        kept.push(durable(&handle, 1).await?);
        kept_at_once.push(durable(&handle, SENDERS).await?);
    }
    let alone = median(&mut alone);
    println!("raw round trip            {alone:>8.2} µs");
    for (name, figures) in [("call of the host", &mut near), ("call through the broker", &mut far)] {
        let figure = median(figures);
        println!("{name:<24}  {figure:>8.2} µs  {:.2}x raw", figure / alone);
    }
    println!("events through the broker {:>8.0} a second", median(&mut rates));
    println!("durable, one by one       {:>8.0} a second", median(&mut kept));
    println!("durable, {SENDERS} senders       {:>8.0} a second", median(&mut kept_at_once));
    app.shutdown().await?;
    Ok(())
}

/// How many durable events a second are confirmed to so many senders.
async fn durable(handle: &Handle, senders: u32) -> Result<f64, Failure> {
    let began = Instant::now();
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..senders {
        let handle = handle.clone();
        sending.spawn(async move {
            for number in 0..KEPT {
                handle.trigger_event("paid", args! { number }).await?;
            }
            Ok::<_, Error>(())
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    Ok(f64::from(KEPT * senders) / began.elapsed().as_secs_f64())
}

async fn call(handle: &Handle, module: &str) -> Result<u8, Failure> {
    Ok(handle.exec_task(&format!("{module}.set_level"), args! { level: 40 }).await?.get()?)
}

async fn calls(handle: &Handle, module: &str) -> Result<f64, Failure> {
    let began = Instant::now();
    for _ in 0..CALLS {
        call(handle, module).await?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS))
}

async fn ping_pong(stream: &mut UnixStream) -> Result<f64, Failure> {
    let mut bytes = [7; BYTES];
    let began = Instant::now();
    for _ in 0..CALLS {
        stream.write_all(&bytes).await?;
        stream.read_exact(&mut bytes).await?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS))
}

/// Until the last one has been handled in the third process.
async fn events(handle: &Handle) -> Result<f64, Failure> {
    let began = Instant::now();
    for number in 1..=EVENTS {
        handle.trigger_event("ticked", args! { number }).await?;
        // What waits for a provider has a bound.
        if number % 1_000 == 0 {
            while heard(handle).await? != number {}
        }
    }
    Ok(f64::from(EVENTS) / began.elapsed().as_secs_f64())
}

async fn heard(handle: &Handle) -> Result<u32, Failure> {
    Ok(handle.exec_task("far.heard", args! {}).await?.get()?)
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
