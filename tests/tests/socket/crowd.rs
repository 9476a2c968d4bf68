//! Processes that do not read, and many that do.

use looselycoupled::prelude::*;
use looselycoupled_tests::within;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

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
