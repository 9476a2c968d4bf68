//! A listener in Python, started by this program: they meet at a broker of STOMP, where each knows nothing of the other but the names of events.
//!
//! `python_listener 127.0.0.1:61613 rabbitmq` (or `activemq`); `PYTHON` says which Python has stomp.py. Without a broker it says so and ends.

use std::error::Error as StdError;
use std::process::Stdio;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Stomp, StompAddresses};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Starts the listener. Ready when it listens.
async fn listener(
    place: &str,
    before: &str,
) -> Result<(Child, Lines<BufReader<ChildStdout>>), Box<dyn StdError>> {
    let (host, port) = place.rsplit_once(':').ok_or("a place is `host:port`")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/python_listener.py");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(python)
        .args([script, host, port, &format!("{before}motion"), &format!("{before}light_wanted")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().ok_or("it has no output")?).lines();
    if said.next_line().await?.as_deref() != Some("ready") {
        return Err("the listener has not started: has this Python stomp.py?".into());
    }
    Ok((child, said))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn StdError>> {
    let mut arguments = std::env::args().skip(1);
    let Some(place) = arguments.next() else {
        println!("no broker: state where one is, `python_listener 127.0.0.1:61613 rabbitmq`");
        return Ok(());
    };
    let (addresses, before) = match arguments.next().as_deref() {
        Some("activemq") => (StompAddresses::ActiveMq, "/topic/VirtualTopic."),
        _ => (StompAddresses::RabbitMq, "/topic/"),
    };
    let (mut child, mut said) = listener(&place, before).await?;
    let broker = Stomp::connect(&format!("tcp://guest:guest@{place}")).addresses(addresses);
    let app = App::builder().process("house").provider("broker", broker);
    let app = app.route_event("motion", "broker").route_event("light_wanted", "broker").start().await?;
    let mut states = app.handle().subscribe("provider_state");
    while app.handle().providers()[0].state.to_string() != "connected" {
        states.next().await;
    }
    let mut wanted = app.handle().subscribe("light_wanted");
    for (room, lux) in [("hall", 3), ("kitchen", 400)] {
        app.handle().trigger_event("motion", args! { room, lux }).await?;
        println!("python: {}", said.next_line().await?.unwrap_or_default());
        if let Some(event) = wanted.next().await {
            println!(
                "rust: the light of the {} to {}",
                event.field::<String>("room")?,
                event.field::<u8>("level")?
            );
        }
    }
    app.shutdown().await?;
    // Its input ends, and so does it.
    drop(child.stdin.take());
    println!("python ended, {}", child.wait().await?);
    Ok(())
}
