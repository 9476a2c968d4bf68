//! Panics of handlers: whoever waits learns of them, everybody else by `exception`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, balanced, begin, quiet, settle, within};

use super::modules::{Asker, Ears, FATAL, Fragile, Wide};
use super::on_purpose::{Explosions, How};

/// Panics that each sender asks for.
const BURSTS: u64 = 34;
const SENDERS: u64 = 3;
const MODULES: [&str; 4] = ["alone", "left", "right", "wide"];

/// What the senders know of one module.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// Panics of which a caller has learnt.
    answered: u64,
    /// Panics for which nobody waited.
    unheard: u64,
    /// Calls that were given up while they ran or waited.
    abandoned: u64,
    /// Calls that could not be read.
    unread: u64,
}

type Tally = Arc<Mutex<BTreeMap<&'static str, Known>>>;

struct Sender {
    handle: Handle,
    tally: Tally,
    dice: Dice,
    /// Whether `wide` is made again, so that what overlaps with a panic fails as well.
    breaks_off: bool,
}

impl Sender {
    async fn run(mut self) {
        for _ in 0..BURSTS {
            let module = MODULES[self.dice.roll(4) as usize];
            match self.dice.roll(8) {
                0 | 1 => self.call(module).await,
                2 => self.ask(module).await,
                3 => self.enqueue(module).await,
                4 => self.trigger().await,
                5 => self.abandon(module).await,
                6 => self.read(module).await,
                _ => self.call_a_sound_one(module).await,
            }
            if self.dice.roll(3) == 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    fn count(&self, module: &'static str, count: impl FnOnce(&mut Known)) {
        count(self.tally.lock().unwrap().entry(module).or_default());
    }

    fn fatal(&mut self, module: &str) -> String {
        format!("{module}.{}", FATAL[self.dice.roll(FATAL.len() as u64) as usize])
    }

    async fn call(&mut self, module: &'static str) {
        let (address, how) = (self.fatal(module), How::throw(&mut self.dice));
        let error = within(self.handle.exec_task(&address, args! { how: how })).await.unwrap_err();
        let CallError::Panicked { address: told, message, .. } = error else {
            panic!("{address}: {error:?}")
        };
        assert_eq!(*told, *address);
        assert!(!message.is_empty());
        self.count(module, |known| known.answered += 1);
    }

    async fn ask(&mut self, module: &'static str) {
        let (address, how) = (self.fatal(module), How::throw(&mut self.dice));
        let asked = self.handle.exec_task("asker.ask", args! { address: &address, how: how });
        assert!(within(asked).await.unwrap().get::<bool>().unwrap(), "{address}");
        self.count(module, |known| known.answered += 1);
    }

    async fn enqueue(&mut self, module: &'static str) {
        let (address, how) = (self.fatal(module), How::throw(&mut self.dice));
        within(self.handle.enqueue_task(&address, args! { how: how })).await.unwrap();
        self.count(module, |known| known.unheard += 1);
    }

    async fn trigger(&mut self) {
        let event = ["storm", "slow_storm"][self.dice.roll(2) as usize];
        let how = How::throw(&mut self.dice);
        assert_eq!(self.handle.trigger_event(event, args! { how: how }).await.unwrap(), MODULES.len());
        for module in MODULES {
            self.count(module, |known| known.unheard += 1);
        }
    }

    async fn abandon(&mut self, module: &'static str) {
        let (address, how) = (self.fatal(module), How::throw(&mut self.dice));
        let mut call = self.handle.exec_task(&address, args! { how: how });
        let is_abandoned = begin(&mut call).await.is_pending();
        self.count(module, |known| if is_abandoned { known.abandoned += 1 } else { known.answered += 1 });
    }

    async fn read(&mut self, module: &'static str) {
        let (address, how) = (format!("{module}.read"), How::throw(&mut self.dice));
        let error = within(self.handle.exec_task(&address, args! { how: how })).await.unwrap_err();
        let CallError::Panicked { message, .. } = error else { panic!("{error:?}") };
        // A neighbour's panic may have the module made again before this one is written.
        let is_broken_off = message.starts_with("broken off");
        self.count(module, |known| if is_broken_off { known.answered += 1 } else { known.unread += 1 });
    }

    async fn call_a_sound_one(&mut self, module: &'static str) {
        match within(self.handle.exec_task(&format!("{module}.sound"), args! {})).await {
            Ok(reply) => assert!(reply.get::<bool>().unwrap()),
            Err(CallError::Panicked { .. }) if self.breaks_off && module == "wide" => {
                self.count(module, |known| known.answered += 1);
            }
            Err(error) => panic!("a neighbour of a panic failed: {error:?}"),
        }
    }
}

/// Made again as often as it takes, or only reported.
fn policy(is_made_again: bool) -> Policy {
    let restart =
        Restart::default().budget(u32::MAX, Duration::from_secs(1)).delay(Duration::ZERO, Duration::ZERO);
    if is_made_again { Policy::Restart(restart) } else { Policy::Report }
}

/// Has many handlers panic in every way and for everybody.
pub(super) async fn panic_in_every_way(mut dice: Dice) {
    quiet();
    let (ears, tally) = (Ears::default(), Tally::default());
    let explosions = MODULES.map(|_| Explosions::default());
    let [alone, left, right, wide] = explosions.clone();
    let is_made_again = MODULES.map(|_| dice.roll(2) == 0);
    let mut builder = App::builder()
        .module_with("alone", move || Fragile(alone.charge()))
        .module_on_with("bus", "left", move || Fragile(left.charge()))
        .module_on_with("bus", "right", move || Fragile(right.charge()))
        .module_with("wide", move || Wide(wide.charge()))
        .module("asker", Asker)
        .module("ears", ears.clone());
    for (module, is_made_again) in MODULES.into_iter().zip(is_made_again) {
        builder = builder.policy(module, policy(is_made_again));
    }
    let app = builder.start().await.unwrap();
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (handle, tally) = (app.handle(), Arc::clone(&tally));
            let dice = Dice::new(dice.roll(u64::MAX));
            tokio::spawn(Sender { handle, tally, dice, breaks_off: is_made_again[3] }.run())
        })
        .collect();
    for sender in senders {
        within(sender).await.unwrap();
    }
    settle(&app).await;
    balanced(&app.handle());
    let tally = tally.lock().unwrap().clone();
    for (index, module) in MODULES.into_iter().enumerate() {
        assert_eq!(ears.heard(&format!("{module}.drop")), explosions[index].count(), "states that panicked");
        let known = tally.get(module).copied().unwrap_or_default();
        check(&app.handle(), &ears, module, is_made_again[index], known);
    }
    within(app.shutdown()).await.unwrap();
}

/// Compares what senders, counters, and those who hear of exceptions know of one module.
fn check(handle: &Handle, ears: &Ears, module: &str, is_made_again: bool, known: Known) {
    let statistics = handle.statistics();
    let counted = statistics.module(module).unwrap();
    let heard = ears.heard(module) - ears.heard(&format!("{module}.drop"));
    let shown = format!("{module}, {heard} heard: {known:?} {counted:?}");
    assert_eq!(counted.failed, known.answered + heard, "each failure is told once: {shown}");
    let begun = known.abandoned - counted.cancelled;
    if module == "wide" && is_made_again {
        assert!(counted.restarts <= counted.panicked, "{shown}");
        return;
    }
    assert_eq!(counted.panicked, known.answered + known.unheard + begun, "{shown}");
    assert_eq!(heard, known.unheard + begun, "whoever waits is told, nobody else: {shown}");
    assert_eq!(counted.restarts, if is_made_again { counted.panicked } else { 0 }, "{shown}");
}
