//! No message vanishes: what was accepted is handled, failed, expired, cancelled, dropped or undelivered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail on purpose")]

mod policies;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, Arguments, LoopOptions, Loss, MessageKind, Overflow};
use looselycoupled_tests::{Dice, Overlap, balanced, begin, quiet, settle, within};

const MODULES: [&str; 6] = ["own", "small", "left", "right", "many", "apart"];
/// Nothing may wait longer, so that no load can lock itself up.
const PATIENCE: Duration = Duration::from_millis(200);

/// What all modules of a load do, as the dice fall.
#[derive(Debug, Clone, Default)]
struct Load {
    begun: Arc<AtomicU64>,
    heard: Arc<AtomicU64>,
    missed: Arc<AtomicU64>,
    overlap: Overlap,
}

impl Load {
    /// Notes that events were lost; sometimes this fails as well, and sometimes it sends something.
    async fn miss(&self, ctx: &Context, count: u64) -> Result<()> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        match self.missed.fetch_add(count, Ordering::Relaxed) % 4 {
            0 => Err(Error::other("failed on purpose")),
            1 => panic!("burst on purpose"),
            2 => ctx.trigger_event("missed", args! {}).await.map(drop),
            _ => Ok(()),
        }
    }

    async fn work(&self, ctx: &Context, seed: u64, depth: u8) -> Result<u8> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        let mut dice = Dice::new(seed);
        let other = MODULES[dice.roll(6) as usize];
        let onward = || args! { seed: seed.wrapping_add(1), depth: depth.saturating_sub(1) };
        match dice.roll(10) {
            0 => return Err(Error::other("failed on purpose")),
            1 => panic!("burst on purpose"),
            2 => tokio::time::sleep(Duration::from_millis(dice.roll(20))).await,
            3 => tokio::task::yield_now().await,
            4 | 5 if depth > 0 => {
                let call = ctx.exec_task(&format!("{other}.work"), onward()).timeout(PATIENCE);
                call.await.map(drop).unwrap_or_default();
            }
            6 if depth > 0 => {
                let send = ctx.enqueue_task(&format!("{other}.work"), onward());
                drop(tokio::time::timeout(PATIENCE, send).await);
            }
            7 if depth > 0 => drop(ctx.trigger_event("load", onward()).await?),
            8 if depth > 0 => {
                let mut call = ctx.exec_task(&format!("{other}.work"), onward());
                let _let_go = begin(&mut call).await;
            }
            9 if depth > 0 => {
                let time = Duration::from_millis(dice.roll(20));
                drop(ctx.enqueue_task(&format!("{other}.work"), onward()).after(time).await?);
            }
            _ => {}
        }
        Ok(depth)
    }
}

#[derive(Debug, Clone, Default)]
struct OneByOne(Load);

#[module]
impl OneByOne {
    #[task]
    async fn work(&mut self, ctx: &Context, seed: u64, depth: u8) -> Result<u8> {
        let inside = self.0.overlap.enter();
        let done = self.0.work(ctx, seed, depth).await;
        drop(inside);
        done
    }

    #[on_event]
    async fn on_load(&mut self, ctx: &Context, seed: u64, depth: u8) -> Result<()> {
        self.0.heard.fetch_add(1, Ordering::Relaxed);
        self.0.work(ctx, seed, depth).await.map(drop)
    }

    #[on_event]
    async fn on_gap(&mut self, ctx: &Context, count: u64) -> Result<()> {
        self.0.miss(ctx, count).await
    }
}

#[derive(Debug, Clone, Default)]
struct SideBySide(Load);

#[module(concurrent)]
impl SideBySide {
    #[task]
    async fn work(&self, ctx: &Context, seed: u64, depth: u8) -> Result<u8> {
        self.0.work(ctx, seed, depth).await
    }

    #[on_event]
    async fn on_load(&self, ctx: &Context, seed: u64, depth: u8) -> Result<()> {
        self.0.heard.fetch_add(1, Ordering::Relaxed);
        self.0.work(ctx, seed, depth).await.map(drop)
    }

    #[on_event]
    async fn on_gap(&self, ctx: &Context, count: u64) -> Result<()> {
        self.0.miss(ctx, count).await
    }
}

#[derive(Debug, Clone, Default)]
struct OnThreads(Load);

#[module]
impl OnThreads {
    #[task(blocking)]
    fn work(&mut self, seed: u64, depth: u8) -> Result<u8, String> {
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        match Dice::new(seed).roll(8) {
            0 => Err("failed on purpose".to_owned()),
            1 => panic!("burst on purpose"),
            _ => Ok(depth),
        }
    }
}

/// All modules of a load, on loops that are still to be bounded.
fn modules(load: &Load) -> AppBuilder {
    quiet();
    App::builder()
        .dead_letters(1_000_000)
        .module("own", OneByOne(load.clone()))
        .module("small", OneByOne(load.clone()))
        .module_on("bus", "left", OneByOne(load.clone()))
        .module_on("bus", "right", OneByOne(load.clone()))
        .module("many", SideBySide(load.clone()))
        .module("apart", OnThreads(load.clone()))
}

async fn application(load: &Load, deadline: Duration) -> App {
    modules(load)
        .event_loop("small", LoopOptions::new().tasks(2).events(1))
        .event_loop("bus", LoopOptions::new().tasks(4).events(2).overflow(Overflow::Reject))
        .event_loop("many", LoopOptions::new().concurrency(3).tasks(5))
        .shutdown_deadline(deadline)
        .start()
        .await
        .unwrap()
}

/// Sends all sorts of messages, drops some of them half-way, and never minds the answers.
async fn send(handle: Handle, mut dice: Dice, messages: u64) {
    for _ in 0..messages {
        let address = format!("{}.work", MODULES[dice.roll(6) as usize]);
        let priority = Priority::ALL[dice.roll(5) as usize];
        let arguments = args! { seed: dice.roll(u64::MAX), depth: dice.roll(4) };
        match dice.roll(10) {
            0 | 1 => drop(handle.exec_task(&address, arguments).timeout(PATIENCE).priority(priority).await),
            2 => {
                let patience = Duration::from_millis(dice.roll(10));
                drop(handle.exec_task(&address, arguments).timeout(patience).await);
            }
            3 => {
                let mut call = handle.exec_task(&address, arguments).priority(priority);
                let _let_go = begin(&mut call).await;
            }
            4 => {
                let enqueue = handle.enqueue_task(&address, arguments).priority(priority);
                match tokio::time::timeout(PATIENCE, enqueue).await {
                    Ok(Ok(ticket)) if dice.roll(2) == 0 => {
                        ticket.cancel();
                    }
                    _ => {}
                }
            }
            5 => {
                let mut enqueue = handle.enqueue_task(&address, arguments);
                let _let_go = begin(&mut enqueue).await;
            }
            6 => drop(handle.trigger_event("load", arguments).priority(priority).await),
            7 => delay(&handle, &mut dice, &address, arguments).await,
            8 => repeat(&handle, &mut dice, &address, arguments).await,
            _ => tokio::task::yield_now().await,
        }
    }
}

/// Sends one later, and sometimes cancels it as it falls due.
async fn delay(handle: &Handle, dice: &mut Dice, address: &str, arguments: Arguments) {
    let time = Duration::from_millis(dice.roll(10));
    let timer = if dice.roll(4) == 0 {
        handle.trigger_event("load", arguments).after(time).await
    } else {
        handle.enqueue_task(address, arguments).after(time).await
    };
    if let (Ok(timer), 0) = (timer, dice.roll(2)) {
        tokio::time::sleep(time).await;
        timer.cancel();
    }
}

/// Sends some ticks.
async fn repeat(handle: &Handle, dice: &mut Dice, address: &str, arguments: Arguments) {
    let period = Duration::from_millis(1 + dice.roll(3));
    if let Ok(timer) = handle.enqueue_task(address, arguments).every(period).await {
        tokio::time::sleep(4 * period).await;
        timer.cancel();
    }
}

/// How often each fate befell a message.
#[derive(Debug, Default)]
struct Fates {
    handled: u64,
    failed: u64,
    panicked: u64,
    expired: u64,
    cancelled: u64,
    dropped: u64,
    undelivered: u64,
    refused: u64,
}

impl Fates {
    fn add(&mut self, handle: &Handle) {
        for module in handle.statistics().modules {
            self.handled += module.handled;
            self.failed += module.failed;
            self.panicked += module.panicked;
            self.expired += module.expired;
            self.cancelled += module.cancelled;
            self.dropped += module.dropped;
            self.undelivered += module.undelivered;
            self.refused += module.refused;
        }
    }

    /// A load in which something never happens proves nothing about it.
    fn assert_all_but_undelivered(&self) {
        let fates = [
            self.handled,
            self.failed,
            self.panicked,
            self.expired,
            self.cancelled,
            self.dropped,
            self.refused,
        ];
        assert!(fates.iter().all(|number| *number > 0), "{self:?}");
    }
}

/// Checks that each begun handler was counted once.
fn counted_once(handle: &Handle, load: &Load, seed: u64) {
    let modules = handle.statistics().modules;
    let ended: u64 = modules.iter().map(|module| module.handled + module.failed).sum();
    assert_eq!(ended, load.begun.load(Ordering::Relaxed), "seed {seed}");
}

async fn under_load(seed: u64, messages: u64, fates: &mut Fates) {
    let load = Load::default();
    let app = application(&load, Duration::from_secs(10)).await;
    loaded(&app, &load, seed, messages).await;
    fates.add(&app.handle());
    within(app.shutdown()).await.unwrap();
}

/// Sends so many messages from each of several senders, and checks the balance once all have been handled.
async fn loaded(app: &App, load: &Load, seed: u64, messages: u64) {
    let sending: Vec<_> = (0..6)
        .map(|sender| tokio::spawn(send(app.handle(), Dice::new(seed * 1_000 + sender), messages)))
        .collect();
    for sender in sending {
        within(sender).await.unwrap();
    }
    settle(app).await;
    while !app.handle().timers().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
        settle(app).await;
    }
    balanced(&app.handle());
    counted_once(&app.handle(), load, seed);
    let dropped: u64 = app.handle().statistics().modules.iter().map(|module| module.dropped).sum();
    let lost = app.handle().dead_letters().letters;
    let tasks = lost.iter().filter(|lost| (lost.kind, lost.reason) == (MessageKind::Task, Loss::Dropped));
    let events = dropped - tasks.count() as u64;
    assert_eq!(load.missed.load(Ordering::Relaxed), events, "each lost event was told once, seed {seed}");
}

#[tokio::test(start_paused = true)]
async fn every_module_balances_at_rest_after_any_load() {
    let mut fates = Fates::default();
    for seed in 0..20 {
        under_load(seed, 60, &mut fates).await;
    }
    fates.assert_all_but_undelivered();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_module_balances_at_rest_after_a_load_on_many_threads() {
    let mut fates = Fates::default();
    for seed in 100..105 {
        under_load(seed, 100, &mut fates).await;
    }
    fates.assert_all_but_undelivered();
}

async fn ended_under_load(seed: u64, deadline: Duration, fates: &mut Fates) {
    let load = Load::default();
    let app = application(&load, deadline).await;
    let handle = app.handle();
    let sending: Vec<_> = (0..6)
        .map(|sender| tokio::spawn(send(app.handle(), Dice::new(seed * 1_000 + sender), 200)))
        .collect();
    tokio::time::sleep(Duration::from_millis(30)).await;
    let _late_or_not = within(app.shutdown()).await;
    for sender in sending {
        within(sender).await.unwrap();
    }
    balanced(&handle);
    counted_once(&handle, &load, seed);
    fates.add(&handle);
}

#[tokio::test(start_paused = true)]
async fn every_module_balances_after_an_end_under_load() {
    let mut fates = Fates::default();
    for seed in 200..220 {
        ended_under_load(seed, Duration::from_secs(10), &mut fates).await;
    }
    fates.assert_all_but_undelivered();
}

#[tokio::test(start_paused = true)]
async fn every_module_balances_after_an_end_by_force() {
    let mut fates = Fates::default();
    for seed in 300..320 {
        ended_under_load(seed, Duration::from_millis(6), &mut fates).await;
    }
    assert!(fates.undelivered > 0, "{fates:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_module_balances_after_an_end_under_load_on_many_threads() {
    let mut fates = Fates::default();
    for seed in 400..406 {
        ended_under_load(seed, Duration::from_millis(40), &mut fates).await;
    }
    assert!(fates.handled > 0 && fates.refused > 0, "{fates:?}");
}

/// Stays until it is dropped.
#[derive(Debug, Clone, Default)]
struct Stuck(Overlap);

#[module]
impl Stuck {
    #[task]
    async fn stay(&mut self) {
        let _inside = self.0.enter();
        std::future::pending::<()>().await;
    }

    #[on_event]
    async fn on_load(&mut self) {
        let _inside = self.0.enter();
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_by_force_is_exact_about_who_had_begun() {
    let stuck = Stuck::default();
    let app = App::builder().module("stuck", stuck.clone()).start().await.unwrap();
    let handle = app.handle();
    let calls: Vec<_> = (0..3).map(|_| tokio::spawn(handle.exec_task("stuck.stay", args! {}))).collect();
    while stuck.0.now() == 0 {
        tokio::task::yield_now().await;
    }
    handle.enqueue_task("stuck.stay", args! {}).await.unwrap();
    handle.trigger_event("load", args! {}).await.unwrap();
    assert!(within(app.shutdown()).await.is_err());
    let mut begun = 0;
    for call in calls {
        match within(call).await.unwrap() {
            Err(CallError::ShuttingDown { begun: true, .. }) => begun += 1,
            Err(CallError::ShuttingDown { begun: false, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((begun, stuck.0.ever(), stuck.0.now()), (1, 1, 0));
    balanced(&handle);
    let module = handle.statistics().module("stuck").unwrap().clone();
    assert_eq!((module.accepted, module.failed, module.undelivered), (5, 1, 4), "{module:?}");
}

#[tokio::test]
async fn each_fate_is_counted_once() {
    let load = Load::default();
    let app = application(&load, Duration::from_secs(10)).await;
    let handle = app.handle();
    // Seeds that work, fail and panic.
    let find = |wanted: u64| {
        (0..).find(|seed| {
            let mut dice = Dice::new(*seed);
            dice.roll(6);
            dice.roll(10) == wanted
        })
    };
    for (roll, number) in [(9, 5_u64), (0, 3), (1, 2)] {
        for _ in 0..number {
            let arguments = args! { seed: find(roll), depth: 0 };
            drop(handle.exec_task("own.work", arguments.clone()).await);
            handle.enqueue_task("own.work", arguments).await.unwrap();
        }
    }
    settle(&app).await;
    let own = handle.statistics().module("own").unwrap().clone();
    assert_eq!((own.accepted, own.handled, own.failed, own.panicked), (20, 10, 10, 4));
    assert_eq!((own.expired, own.cancelled, own.dropped, own.undelivered), (0, 0, 0, 0));
}
