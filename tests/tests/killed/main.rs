//! Processes that are killed, or stand still, while others call them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use looselycoupled::prelude::*;
use looselycoupled::provider::Socket;
use looselycoupled_tests::{Scratch, is_long, resident};

/// How long a call may take.
const TIME: Duration = Duration::from_millis(500);

/// A process of its own, which is killed at the latest when this is dropped.
struct Neighbour(Child);

impl Neighbour {
    fn start(role: &str, url: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_neighbour");
        Self(Command::new(program).args([role, url]).stdin(Stdio::null()).spawn().unwrap())
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let told = Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap();
        assert!(told.success());
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let _it_may_have_ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// What has become of the calls.
#[derive(Default)]
struct Calls {
    answered: AtomicU64,
    failed: AtomicU64,
    ends: AtomicBool,
}

/// Calls without a pause, and sees to it that each call ends in time, with the right answer or with a reason.
async fn load(handle: Handle, address: &'static str, calls: Arc<Calls>) {
    let mut number = 0_u64;
    while !calls.ends.load(Ordering::Relaxed) {
        number += 1;
        let began = Instant::now();
        let answer = handle.exec_task(address, args! { number }).timeout(TIME).await;
        // The thread may be busy; a call that hangs would take for ever.
        assert!(began.elapsed() < TIME + Duration::from_secs(10), "{answer:?}");
        match answer {
            Ok(reply) => {
                assert_eq!(reply.get::<u64>().unwrap(), number, "it is the answer to another call");
                calls.answered.fetch_add(1, Ordering::Relaxed);
            }
            Err(CallError::Unreachable { .. } | CallError::Timeout { .. }) => {
                calls.failed.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(other) => panic!("{other}"),
        }
        if number.is_multiple_of(64) {
            handle.trigger_event("drop", args! { number }).await.unwrap();
        }
    }
}

/// How long it takes until a call is answered.
async fn until_answered(handle: &Handle, address: &str) -> Duration {
    let began = Instant::now();
    while handle.exec_task(address, args! { number: 1 }).timeout(TIME).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "`{address}` does not come back");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_end_in_time_and_go_on_whoever_is_killed_or_stands_still() {
    let (kills, pauses) = if is_long() { (250, 30) } else { (8, 1) };
    let scratch = Scratch::new();
    let url = format!("unix:{}", scratch.path("home.sock").display());
    let (mut host, mut peer) = (Neighbour::start("host", &url), Neighbour::start("peer", &url));
    let app = App::builder()
        .process("caller")
        .provider("home", Socket::connect(&url))
        .route_module("pump_of_host", "home")
        .route_module("pump_of_peer", "home")
        .route_event("drop", "home")
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let addresses = ["pump_of_host.echo", "pump_of_peer.echo"];
    for address in addresses {
        until_answered(&handle, address).await;
    }
    let calls = Arc::<Calls>::default();
    let mut loads = tokio::task::JoinSet::new();
    for address in addresses {
        loads.spawn(load(handle.clone(), address, Arc::clone(&calls)));
        loads.spawn(load(handle.clone(), address, Arc::clone(&calls)));
    }
    let before = resident();
    let mut longest = Duration::ZERO;
    for round in 0..kills {
        let answered = calls.answered.load(Ordering::Relaxed);
        while calls.answered.load(Ordering::Relaxed) < answered + 20 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Of five, the host three times.
        let is_host = round % 5 < 3;
        let (role, killed) = if is_host { ("host", &mut host) } else { ("peer", &mut peer) };
        killed.kill();
        *killed = Neighbour::start(role, &url);
        for address in addresses {
            longest = longest.max(until_answered(&handle, address).await);
        }
    }
    for _ in 0..pauses {
        peer.signal("-STOP");
        let failed = calls.failed.load(Ordering::Relaxed);
        while calls.failed.load(Ordering::Relaxed) < failed + 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        peer.signal("-CONT");
        longest = longest.max(until_answered(&handle, addresses[1]).await);
    }
    calls.ends.store(true, Ordering::Relaxed);
    while let Some(ended) = loads.join_next().await {
        ended.unwrap();
    }
    let grown = resident().saturating_sub(before);
    let (answered, failed) = (calls.answered.load(Ordering::Relaxed), calls.failed.load(Ordering::Relaxed));
    println!(
        "{kills} killed, {pauses} stopped: {answered} calls answered, {failed} not; back after {longest:?} at most; {grown} KiB more memory"
    );
    assert!(grown < 32 * 1024, "{grown} KiB");
    if is_long() {
        assert!(longest < Duration::from_secs(2), "{longest:?}");
    }
    app.shutdown().await.unwrap();
}
