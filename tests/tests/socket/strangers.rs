//! Who is not let in, and what is no frame.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, is_long, resident, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::{House, Pump, liters, start};

async fn refusal(builder: AppBuilder) -> String {
    builder.start().await.unwrap_err().to_string()
}

#[tokio::test]
async fn nobody_else_may_connect() {
    let house = House::new();
    let attic = start(house.host("attic")).await;
    let mode = std::fs::metadata(house.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(house.0.names(), ["home.sock"], "nothing else is left");
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_cannot_work_fails_the_start_with_its_reason() {
    let house = House::new();
    let attic = start(house.host("attic")).await;
    let second = refusal(house.host("cellar")).await;
    assert!(second.contains("another process hosts a broker at"), "{second}");
    attic.shutdown().await.unwrap();
    let url = |url: &str| App::builder().provider("home", looselycoupled::provider::Socket::connect(url));
    for wrong in ["", "unix:", "home.sock", "tcp:127.0.0.1:80"] {
        let told = refusal(url(wrong)).await;
        assert!(told.contains("is no address of a socket; write `unix:"), "{told}");
    }
    std::fs::write(house.path(), "a file").unwrap();
    let there = refusal(house.host("attic")).await;
    assert!(there.contains("is no socket"), "{there}");
    assert_eq!(std::fs::read_to_string(house.path()).unwrap(), "a file");
    let nowhere = House::new();
    let folder = App::builder().provider(
        "home",
        looselycoupled::provider::Socket::host(&format!("unix:{}/no/where.sock", nowhere.path().display())),
    );
    let told = refusal(folder).await;
    assert!(told.contains("cannot be made"), "{told}");
}

#[tokio::test]
async fn what_a_broker_that_is_gone_has_left_is_replaced() {
    let house = House::new();
    drop(std::os::unix::net::UnixListener::bind(house.path()).unwrap());
    assert!(house.path().exists());
    let attic = start(house.host("attic").module("pump", Pump::default()).route_module("pump", "home")).await;
    let kitchen = start(house.peer("kitchen").route_module("pump", "home")).await;
    assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_second_process_of_a_name_stays_outside_until_the_first_has_gone() {
    let house = House::new();
    let attic = start(house.host("attic")).await;
    let first = start(house.peer("cellar")).await;
    let second = house.peer("cellar").route_module("pump", "home").start().await.unwrap();
    let told = loop {
        let error = liters(&second.handle()).await.unwrap_err().to_string();
        if error.contains("already") {
            break error;
        }
        tokio::task::yield_now().await;
    };
    assert!(told.contains("`cellar` is connected already"), "{told}");
    first.shutdown().await.unwrap();
    crate::wait_for(&second, looselycoupled::provider::ProviderState::Connected).await;
    second.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_module_has_one_server() {
    let house = House::new();
    let pump = |app: AppBuilder| app.module("pump", Pump::default()).route_module("pump", "home");
    let attic = start(pump(house.host("attic"))).await;
    let cellar = start(house.peer("cellar")).await;
    let told = refusal(pump(house.host("attic"))).await;
    assert!(told.contains("another process hosts"), "{told}");
    let second = pump(house.peer("kitchen")).start().await.unwrap();
    crate::wait_for(&second, looselycoupled::provider::ProviderState::Connected).await;
    assert_eq!(liters(&attic.handle()).await.unwrap(), 0);
    for app in [second, cellar, attic] {
        app.shutdown().await.unwrap();
    }
}

/// A frame that its reader has to make sense of.
fn frame(kind: u8, name: &str, header: (&str, &str), body: &str) -> Vec<u8> {
    frame_with(kind, name, &[header], body)
}

fn frame_with(kind: u8, name: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut frame = vec![kind];
    frame.extend(0_u64.to_be_bytes());
    frame.extend((name.len() as u16).to_be_bytes());
    frame.extend(name.as_bytes());
    frame.push(headers.len() as u8);
    for (header, text) in headers {
        frame.push(header.len() as u8);
        frame.extend(header.as_bytes());
        frame.extend((text.len() as u16).to_be_bytes());
        frame.extend(text.as_bytes());
    }
    frame.extend(body.as_bytes());
    let mut bytes = (frame.len() as u32).to_be_bytes().to_vec();
    bytes.extend(frame);
    bytes
}

fn hello(version: &str) -> Vec<u8> {
    frame(1, "stranger", ("version", version), "")
}

#[tokio::test]
async fn nobody_speaks_in_the_name_of_another() {
    let house = House::new();
    let attic = start(house.host("attic").route_event("pumped", "home")).await;
    let mut heard = attic.handle().subscribe("pumped");
    let mut stream = UnixStream::connect(house.path()).await.unwrap();
    stream.write_all(&hello("1")).await.unwrap();
    for (stated, told) in
        [("cellar/pump", "stranger"), ("stranger/pump", "stranger/pump"), ("strange", "stranger")]
    {
        stream.write_all(&frame(9, "pumped", ("lc-source", stated), "{}")).await.unwrap();
        let event = within(heard.next()).await.unwrap();
        assert_eq!((event.source(), event.process()), (Some(told), Some("stranger")), "{stated}");
    }
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn nor_by_headers_that_leave_no_room_for_the_truth() {
    let house = House::new();
    let attic = start(house.host("attic").route_event("pumped", "home")).await;
    let mut heard = attic.handle().subscribe("pumped");
    let mut stream = UnixStream::connect(house.path()).await.unwrap();
    stream.write_all(&hello("1")).await.unwrap();
    let names: Vec<String> = (1..64).map(|number| format!("x-{number}")).collect();
    let mut many: Vec<_> = names.iter().map(|name| (&**name, "")).collect();
    many.push(("lc-source", "cellar/pump"));
    let long = "x".repeat(16 * 1024 - 32);
    for headers in [&many[..], &[("lc-source", "a"), ("x-long", &long)], &many[..63]] {
        stream.write_all(&frame_with(9, "pumped", headers, r#"{"liters": 1}"#)).await.unwrap();
    }
    stream.write_all(&frame(9, "pumped", ("lc-source", "stranger/pump"), r#"{"liters": 2}"#)).await.unwrap();
    assert_eq!(within(heard.next()).await.unwrap().field::<u32>("liters").unwrap(), 2);
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn another_version_is_refused_in_words() {
    let house = House::new();
    let attic = start(house.host("attic")).await;
    let mut stream = UnixStream::connect(house.path()).await.unwrap();
    stream.write_all(&hello("2")).await.unwrap();
    let mut told = Vec::new();
    within(stream.read_to_end(&mut told)).await.unwrap();
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains("the broker speaks version 1 of the protocol, and the peer version 2"), "{told}");
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_no_frame_ends_its_connection_and_no_other() {
    let house = House::new();
    let attic = start(house.host("attic").module("pump", Pump::default()).route_module("pump", "home")).await;
    let kitchen = start(house.peer("kitchen").route_module("pump", "home")).await;
    let mut dice = Dice::new(8);
    let greeting = hello("1");
    let rounds = if is_long() { 1_000_000_usize } else { 300 };
    let mut before = resident();
    for round in 0..rounds {
        let mut stream = UnixStream::connect(house.path()).await.unwrap();
        // Some are let in first, under one name after the other.
        if round % 2 == 0 {
            stream.write_all(&greeting).await.unwrap();
        }
        let length = dice.roll(200);
        let garbage: Vec<u8> = (0..length).map(|_| dice.roll(256) as u8).collect();
        let _cut_off_meanwhile = stream.write_all(&garbage).await;
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        let _reset = within(stream.read_to_end(&mut rest)).await;
        if rounds < 1_000 || round % 100 == 0 {
            assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
        }
        if round == rounds / 10 {
            before = resident();
        }
    }
    let more = resident().saturating_sub(before);
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
    if is_long() {
        println!(
            "{rounds} connections with what is no frame, {more} KiB more memory over the last nine tenths"
        );
        assert!(more < 8 * 1024, "{more} KiB");
    }
}

/// Sends these frames until it is told to stop; false if it is not for three seconds, before which no stranger is cut off.
fn flood(mut stream: std::os::unix::net::UnixStream, frames: &[u8], is_over: &AtomicBool) -> bool {
    let began = Instant::now();
    while !is_over.load(Ordering::Relaxed) {
        if stream.write_all(frames).is_err() || began.elapsed() > Duration::from_secs(3) {
            return false;
        }
    }
    true
}

/// The runtime of a test has one thread.
#[tokio::test]
async fn who_floods_with_frames_that_cost_nothing_holds_up_nobody() {
    let house = House::new();
    let attic = start(house.host("attic").module("pump", Pump::default()).route_module("pump", "home")).await;
    let kitchen = start(house.peer("kitchen").route_module("pump", "home")).await;
    let [welcome, ping, pong] = [2, 18, 19].map(|kind| frame(kind, "", ("x", "y"), ""));
    // The one before may not have been let go yet.
    let other = frame(1, "another", ("version", "1"), "");
    let floods = [(vec![], &ping), (vec![], &pong), (hello("1"), &ping), (other, &welcome)];
    for (greeting, cheap) in floods {
        let mut stream = std::os::unix::net::UnixStream::connect(house.path()).unwrap();
        stream.write_all(&greeting).unwrap();
        let (is_over, frames) = (Arc::new(AtomicBool::new(false)), cheap.repeat(1_000));
        let told = Arc::clone(&is_over);
        let flooding = tokio::task::spawn_blocking(move || flood(stream, &frames, &told));
        for _ in 0..10 {
            assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(flooding.await.unwrap(), "nobody else was served before the flood was over");
    }
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}
