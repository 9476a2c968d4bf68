//! Processes that are killed, or stand still, while others call them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Socket, Via};
use looselycoupled_tests::{Scratch, is_long, resident};

/// How long a call may take.
const TIME: Duration = Duration::from_millis(500);

/// A process of its own, which is killed at the latest when this is dropped.
struct Neighbour(Child);

impl Neighbour {
    fn start(role: &str, house: &House) -> Self {
        let program = env!("CARGO_BIN_EXE_neighbour");
        let arguments = [role, &house.url(), house.0.path("").to_str().unwrap()].map(str::to_owned);
        Self(Command::new(program).args(arguments).stdin(Stdio::null()).spawn().unwrap())
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

/// The folder that all processes share.
struct House(Scratch);

impl House {
    fn url(&self) -> String {
        format!("unix:{}", self.0.path("home.sock").display())
    }

    /// What has been written down: each number with how often that was, and how often it was said to come again.
    fn diary(&self) -> BTreeMap<u64, (u32, u32)> {
        let mut all = BTreeMap::new();
        for line in std::fs::read_to_string(self.0.path("diary")).unwrap_or_default().lines() {
            let (number, again) = line.split_once(' ').map_or((line, 0), |(number, _)| (number, 1));
            let (times, said) = all.entry(number.parse().unwrap()).or_default();
            *times += 1;
            *said += again;
        }
        all
    }
}

/// What has become of the calls, and which events are kept.
#[derive(Default)]
struct Calls {
    answered: AtomicU64,
    failed: AtomicU64,
    kept: Mutex<Vec<u64>>,
    ends: AtomicBool,
}

/// Has events kept without a pause, and remembers which of them were confirmed.
async fn write(handle: Handle, calls: Arc<Calls>) {
    let mut number = 0_u64;
    while !calls.ends.load(Ordering::Relaxed) {
        number += 1;
        match handle.trigger_event("entry", args! { number }).await {
            Ok(_) => calls.kept.lock().unwrap().push(number),
            Err(error) => {
                assert!(error.to_string().contains("was not confirmed"), "{error}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// Every event that was confirmed has been handled, and one that was handled twice was said to come again.
async fn check_diary(house: &House, calls: &Calls) -> usize {
    let kept = calls.kept.lock().unwrap().clone();
    let began = Instant::now();
    let diary = loop {
        let diary = house.diary();
        let missing = kept.iter().filter(|number| !diary.contains_key(number)).count();
        if missing == 0 {
            break diary;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{missing} of {} events are lost", kept.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    for (number, (times, said)) in diary {
        assert!(times <= said + 1, "{number} came {times} times, and was said to come again {said} times");
    }
    kept.len()
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
    let house = House(scratch);
    let (mut host, mut peer) = (Neighbour::start("host", &house), Neighbour::start("peer", &house));
    let app = App::builder()
        .process("caller")
        .provider("home", Socket::connect(&house.url()))
        .route_module("pump_of_host", "home")
        .route_module("pump_of_peer", "home")
        .route_event("drop", "home")
        .route_event("entry", Via::provider("home").durable().in_group("nobody"))
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
    loads.spawn(write(handle.clone(), Arc::clone(&calls)));
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
        *killed = Neighbour::start(role, &house);
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
    let kept = check_diary(&house, &calls).await;
    let grown = resident().saturating_sub(before);
    let (answered, failed) = (calls.answered.load(Ordering::Relaxed), calls.failed.load(Ordering::Relaxed));
    println!(
        "{kills} killed, {pauses} stopped: {answered} calls answered, {failed} not; {kept} events kept and handled; back after {longest:?} at most; {grown} KiB more memory"
    );
    assert!(grown < 32 * 1024, "{grown} KiB");
    if is_long() {
        assert!(longest < Duration::from_secs(2), "{longest:?}");
    }
    app.shutdown().await.unwrap();
}
