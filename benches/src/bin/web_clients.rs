//! What clients of the web server cost the application: calls inside of it while nobody listens, and while fifty WebSockets hear
//! a thousand events a second, one of which reads nothing.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --features web --bin web_clients` runs the clients in a process of their own. Printed
//! are the latencies of a call by stub, made every millisecond, in turns without and with that load; how many events each client heard; and what
//! the stalled one was told once it read on.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use looselycoupled::config::Config;
use looselycoupled::modules::web::{Web, WebStub};
use looselycoupled::prelude::*;
use tokio::net::TcpSocket;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

const CLIENTS: usize = 50;
const EVENTS_PER_SECOND: u32 = 1_000;
const ROUND: Duration = Duration::from_secs(5);
const ROUNDS: usize = 5;

type Failure = Box<dyn std::error::Error + Send + Sync>;

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

#[looselycoupled::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("--clients") => clients(&arguments.next().ok_or("an address")?).await,
        _ => application().await,
    }
}

async fn application() -> Result<(), Failure> {
    let config = Config::parse("web: { port: 0, requests_per_second: 100000 }", "config.yaml")?;
    let app = App::builder()
        .config(config)
        .module("lamp", Lamp::default())
        .module("web", Web::default())
        .start()
        .await?;
    let address = app.handle().stub::<WebStub>("web")?.address().await?;
    let mut clients =
        Command::new(std::env::current_exe()?).args(["--clients", &address]).stdin(Stdio::null()).spawn()?;
    // All of them share one subscription.
    let mut asked = tokio::time::interval(Duration::from_millis(50));
    while app.handle().subscriptions().is_empty() {
        asked.tick().await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;

    let lamp: LampStub = app.handle().stub("lamp")?;
    let (mut idle, mut loaded, mut number) = (Vec::new(), Vec::new(), 0_u64);
    for _ in 0..ROUNDS {
        idle.extend(latencies(&lamp).await?);
        let handle = app.handle();
        let load = tokio::spawn(async move { load(&handle, number).await });
        loaded.extend(latencies(&lamp).await?);
        number = load.await??;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    app.handle().trigger_event("over", args! { number }).await?;
    clients.wait()?;
    let (idle, loaded) = (Quantiles::of(idle), Quantiles::of(loaded));
    println!("calls,median ns,p90 ns,p99 ns\nidle,{idle}\nloaded,{loaded}");
    println!(
        "ratio,{:.2},{:.2},{:.2}",
        loaded.0[0] / idle.0[0],
        loaded.0[1] / idle.0[1],
        loaded.0[2] / idle.0[2]
    );
    Ok(app.shutdown().await?)
}

/// Sends so many a second for a round; the number of the next one.
async fn load(handle: &Handle, first: u64) -> Result<u64, Failure> {
    let mut beat = tokio::time::interval(Duration::from_secs(1) / EVENTS_PER_SECOND);
    let text = "what a camera sees ".repeat(20);
    let (began, mut number) = (Instant::now(), first);
    while began.elapsed() < ROUND {
        beat.tick().await;
        handle.trigger_event("ticked", args! { number, text: &text }).await?;
        number += 1;
    }
    Ok(number)
}

async fn latencies(lamp: &LampStub) -> Result<Vec<Duration>, Failure> {
    let mut beat = tokio::time::interval(Duration::from_millis(1));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (began, mut taken) = (Instant::now(), Vec::new());
    while began.elapsed() < ROUND {
        beat.tick().await;
        let called = Instant::now();
        lamp.set_level(40).await?;
        taken.push(called.elapsed());
    }
    Ok(taken)
}

/// Median, 90 and 99 of 100, in nanoseconds.
struct Quantiles([f64; 3]);

impl Quantiles {
    fn of(mut taken: Vec<Duration>) -> Self {
        taken.sort();
        Self([50, 90, 99].map(|share| taken[taken.len() * share / 100].as_secs_f64() * 1e9))
    }
}

impl std::fmt::Display for Quantiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [median, p90, p99] = self.0;
        write!(f, "{median:.0},{p90:.0},{p99:.0}")
    }
}

/// What one client heard, and what it was told that it missed.
struct Heard {
    events: u64,
    missed: u64,
    /// How many were sent.
    sent: u64,
}

async fn clients(address: &str) -> Result<(), Failure> {
    let mut tasks = Vec::new();
    for index in 0..CLIENTS {
        let address = address.to_owned();
        tasks.push(tokio::spawn(async move { client(&address, index == 0).await }));
    }
    let mut whole = 0;
    for (index, task) in tasks.into_iter().enumerate() {
        let Heard { events, missed, sent } = task.await??;
        if index == 0 {
            println!("the stalled client heard {events} of {sent}, and was told of {missed} that it missed");
        } else if events == sent && missed == 0 {
            whole += 1;
        } else {
            println!("client {index} heard {events} of {sent}, and was told of {missed} that it missed");
        }
    }
    println!("{whole} of {} clients heard everything", CLIENTS - 1);
    Ok(())
}

/// A stalled one fills what the system keeps for it, and reads on once it has been stalled for the length of two rounds.
async fn client(address: &str, is_stalled: bool) -> Result<Heard, Failure> {
    let unconnected = TcpSocket::new_v4()?;
    if is_stalled {
        unconnected.set_recv_buffer_size(4_096)?;
    }
    let stream = unconnected.connect(address.parse()?).await?;
    let (mut socket, _) = client_async(format!("ws://{address}/api/v1/ws"), stream).await?;
    for name in ["ticked", "over"] {
        let frame = format!(r#"{{"type":"subscribe","event_name":"{name}"}}"#);
        socket.send(Message::text(frame)).await?;
    }
    if is_stalled {
        tokio::time::sleep(4 * ROUND).await;
    }
    let mut heard = Heard { events: 0, missed: 0, sent: 0 };
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        if text.contains(r#""event_name":"ticked""#) && text.contains(r#""type":"event""#) {
            heard.events += 1;
        } else if text.contains(r#""type":"gap""#) {
            heard.missed += figure(&text, "missed");
        } else if text.contains(r#""event_name":"over""#) && text.contains(r#""type":"event""#) {
            heard.sent = figure(&text, "number");
            break;
        }
    }
    Ok(heard)
}

fn figure(text: &str, name: &str) -> u64 {
    let rest = text.split(&format!("\"{name}\":")).nth(1).unwrap_or_default();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}
