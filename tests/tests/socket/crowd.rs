//! Processes that do not read, and many that do.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Log, lost, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::{House, Pump, liters, start};

/// One after the other: kind, id, name; no headers and no body.
fn frame(kind: u8, id: u64, name: &str, version: bool) -> Vec<u8> {
    let mut frame = vec![kind];
    frame.extend(id.to_be_bytes());
    frame.extend((name.len() as u16).to_be_bytes());
    frame.extend(name.as_bytes());
    if version {
        frame.extend([1, 7]);
        frame.extend(b"version");
        frame.extend([0, 1, b'1']);
    } else {
        frame.push(0);
    }
    let mut bytes = (frame.len() as u32).to_be_bytes().to_vec();
    bytes.extend(frame);
    bytes
}

#[tokio::test]
async fn who_does_not_read_loses_events_and_holds_up_nobody() {
    const EVENTS: u32 = 2_000;
    let house = House::new();
    let attic = start(house.host("attic").route_event("pumped", "home")).await;
    let reader = start(house.peer("reader").route_event("pumped", "home")).await;
    let mut deaf = UnixStream::connect(house.path()).await.unwrap();
    deaf.write_all(&frame(1, 0, "deaf", true)).await.unwrap();
    deaf.write_all(&frame(4, 1, "pumped", false)).await.unwrap();
    let mut heard = reader.handle().subscribe("pumped");
    let text = "x".repeat(10_000);
    for liters in 0..EVENTS {
        attic.handle().trigger_event("pumped", args! { liters, text: &text }).await.unwrap();
        assert_eq!(within(heard.next()).await.unwrap().field::<u32>("liters").unwrap(), liters);
    }
    drop(deaf);
    for app in [reader, attic] {
        app.shutdown().await.unwrap();
    }
}

/// Reads a frame: its kind and its number.
async fn read(stream: &mut UnixStream) -> std::io::Result<(u8, u64)> {
    let mut frame = vec![0; stream.read_u32().await? as usize];
    stream.read_exact(&mut frame).await?;
    Ok((frame[0], u64::from_be_bytes(frame[1..9].try_into().unwrap())))
}

/// How many events have come wholly by a connection that is over.
async fn events(mut stream: UnixStream) -> u64 {
    stream.shutdown().await.unwrap();
    let mut events = 0;
    while let Ok((kind, _)) = within(read(&mut stream)).await {
        events += u64::from(kind == 9);
    }
    events
}

/// Sends more than fits into a connection.
async fn send_many(app: &App) {
    let text = "x".repeat(100_000);
    for _ in 0..EVENTS {
        app.handle().trigger_event("pumped", args! { text: &text }).await.unwrap();
    }
    while app.handle().providers()[0].published < EVENTS {
        tokio::task::yield_now().await;
    }
}

const EVENTS: u64 = 30;

/// What the log says a process has lost.
async fn lost_by_it(log: &Log) -> u64 {
    let words = "events were on their way to it, and are lost";
    within(async {
        while log.count(words) == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let text = log.text();
    let line = text.lines().find(|line| line.contains(words)).unwrap();
    line.split_once("lost=").unwrap().1.split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_had_not_left_when_the_broker_went_is_told_in_number() {
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let listener = UnixListener::bind(house.path()).unwrap();
    let broker = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        for (asked, answer) in [(1, 2), (4, 8)] {
            let (kind, id) = read(&mut stream).await.unwrap();
            assert_eq!(kind, asked);
            stream.write_all(&frame(answer, id, "", false)).await.unwrap();
        }
        stream
    };
    let (app, stream) = tokio::join!(start(house.peer("cellar").route_event("pumped", "home")), broker);
    send_many(&app).await;
    let heard = events(stream).await;
    let lost = lost(&app).await;
    assert_eq!(heard + lost, EVENTS);
    assert!(log.text().contains(&format!("lost={lost}")), "{}", log.text());
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_had_not_left_when_a_process_went_is_told_in_number() {
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let attic = start(house.host("attic").route_event("pumped", "home")).await;
    let mut deaf = UnixStream::connect(house.path()).await.unwrap();
    for (greeting, answer) in [(frame(1, 0, "deaf", true), 2), (frame(4, 1, "pumped", false), 8)] {
        deaf.write_all(&greeting).await.unwrap();
        assert_eq!(within(read(&mut deaf)).await.unwrap().0, answer);
    }
    send_many(&attic).await;
    let heard = events(deaf).await;
    let lost = lost_by_it(&log).await;
    assert!(lost > 0);
    assert_eq!(heard + lost, EVENTS);
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn many_processes_call_at_once() {
    let house = House::new();
    let attic = start(house.host("attic").module("pump", Pump::default()).route_module("pump", "home")).await;
    let mut apps = Vec::new();
    for number in 0..20 {
        apps.push(start(house.peer(&format!("room-{number}")).route_module("pump", "home")).await);
    }
    let mut calls = tokio::task::JoinSet::new();
    for app in &apps {
        for _ in 0..50 {
            let handle = app.handle();
            calls.spawn(async move { handle.exec_task("pump.pump", args! { liters: 1 }).await.map(drop) });
        }
    }
    while let Some(called) = within(calls.join_next()).await {
        called.unwrap().unwrap();
    }
    assert_eq!(liters(&attic.handle()).await.unwrap(), 1_000);
    apps.push(attic);
    for app in apps {
        app.shutdown().await.unwrap();
    }
}
