//! What kameo's remote actors cost, to be run in turns with `socket`: a call of an actor in another process of the same machine, and how many
//! messages a second it handles that nobody waits for.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --features kameo-remote --bin kameo_remote` runs the other process itself. Both use libp2p over TCP
//! on loopback with noise and yamux, which is what kameo does unless told otherwise; the other process is dialled, so nothing is searched for.

use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use kameo::prelude::*;
use kameo::remote;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, SwarmBuilder, noise, tcp, yamux};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::oneshot;

const ROUNDS: usize = 9;
const CALLS: u32 = 2_000;
const WINDOW: usize = 256;
const EVENTS: usize = 75 * WINDOW;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Actor, RemoteActor)]
struct Lamp {
    level: u8,
    heard: usize,
}

#[derive(Serialize, Deserialize)]
struct SetLevel {
    level: u8,
}

#[derive(Serialize, Deserialize)]
struct Ticked {
    number: usize,
}

#[derive(Serialize, Deserialize)]
struct Heard;

#[remote_message]
impl Message<SetLevel> for Lamp {
    type Reply = u8;

    async fn handle(&mut self, message: SetLevel, _: &mut Context<Self, u8>) -> u8 {
        std::mem::replace(&mut self.level, message.level)
    }
}

#[remote_message]
impl Message<Ticked> for Lamp {
    type Reply = ();

    async fn handle(&mut self, message: Ticked, _: &mut Context<Self, ()>) {
        std::hint::black_box(message.number);
        self.heard += 1;
    }
}

#[remote_message]
impl Message<Heard> for Lamp {
    type Reply = usize;

    async fn handle(&mut self, _: Heard, _: &mut Context<Self, usize>) -> usize {
        self.heard
    }
}

#[derive(NetworkBehaviour)]
struct Behaviour {
    kameo: remote::Behaviour,
}

/// Takes part, and says where it listens.
async fn take_part(other: Option<Multiaddr>) -> Result<Multiaddr, Failure> {
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)?
        .with_behaviour(|key| {
            let own = key.public().to_peer_id();
            Ok(Behaviour {
                kameo: remote::Behaviour::new(
                    own,
                    remote::messaging::Config::default().with_max_concurrent_streams(4 * WINDOW),
                ),
            })
        })?
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(600)))
        .build();
    swarm.behaviour().kameo.init_global();
    swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
    if let Some(other) = other {
        // Who stands in the routing table is asked for names, in place of everybody whom mDNS would find.
        if let Some(libp2p::multiaddr::Protocol::P2p(peer)) = other.iter().last() {
            swarm.add_peer_address(peer, other.clone());
        }
        swarm.dial(other)?;
    }
    let own = *swarm.local_peer_id();
    let (listening, address) = oneshot::channel();
    let mut listening = Some(listening);
    tokio::spawn(async move {
        loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await
                && let Some(listening) = listening.take()
            {
                let _gone = listening.send(address);
            }
        }
    });
    Ok(address.await?.with(libp2p::multiaddr::Protocol::P2p(own)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("--serve") {
        let address = take_part(None).await?;
        let lamp = Lamp::spawn(Lamp { level: 0, heard: 0 });
        lamp.register("lamp").await?;
        println!("{address}");
        lamp.wait_for_shutdown().await;
        return Ok(());
    }
    let mut server = tokio::process::Command::new(std::env::current_exe()?)
        .arg("--serve")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = server.stdout.take().ok_or("no output")?;
    let address = BufReader::new(stdout).lines().next_line().await?.ok_or("it has ended")?;
    take_part(Some(address.parse()?)).await?;
    let lamp = loop {
        match RemoteActorRef::<Lamp>::lookup("lamp").await {
            Ok(Some(lamp)) => break lamp,
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    let (mut calls, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        calls.push(call(&lamp).await?);
        rates.push(events(&lamp).await?);
    }
    println!("kameo: a call             {:>8.2} µs", median(&mut calls));
    println!("kameo: messages           {:>8.0} a second", median(&mut rates));
    Ok(())
}

async fn call(lamp: &RemoteActorRef<Lamp>) -> Result<f64, Failure> {
    let began = Instant::now();
    for number in 0..CALLS {
        lamp.ask(&SetLevel { level: number as u8 }).await?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS))
}

/// Until the last one has been handled. They come in any order, so they are counted.
async fn events(lamp: &RemoteActorRef<Lamp>) -> Result<f64, Failure> {
    let before = lamp.ask(&Heard).await?;
    let began = Instant::now();
    for number in 1..=EVENTS {
        lamp.tell(&Ticked { number }).send()?;
        // Each has a stream of its own, of which there may be so many at a time; those that are too many are lost.
        if number % WINDOW == 0 {
            while lamp.ask(&Heard).await? != before + number {}
        }
    }
    Ok(EVENTS as f64 / began.elapsed().as_secs_f64())
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
