//! Visitors who leave functions that are called with events.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use looselycoupled::prelude::*;
use looselycoupled::{Subscription, SubscriptionId};
use looselycoupled_tests::Dice;

use super::Visitor;
use super::account::{Account, Pattern};
use super::chronicle::Entry;
use super::houses::House;
use super::scene::Scene;
use crate::modules::take;
use crate::script::{self, Script, TICK};
use crate::world::Standing;

/// A function that is called with events, and what it has been told.
pub(super) struct Callback {
    scene: Arc<Scene>,
    /// No other is called so.
    label: String,
    /// Where it is called, unless on a loop of its own.
    pub(super) house: Option<Arc<House>>,
    is_once: bool,
    account: OnceLock<Account>,
    tally: Mutex<Tally>,
}

/// What it has been told.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) calls: u64,
    /// How many events it was told to have missed.
    pub(super) told: u64,
    /// The last event at each priority, by its place in the chronicle.
    last: [Option<usize>; 5],
    events: HashSet<Entry>,
    /// How much had been sent to it when it was removed.
    pub(super) removed_after: Option<u64>,
    /// The same for the moment in which its loop was closed: what waited then still comes.
    cut_off_after: Option<u64>,
}

/// How it goes.
#[derive(Debug, Clone)]
struct Manner {
    dice: Dice,
    script: Script,
    ends_itself: bool,
}

impl Manner {
    fn throw(dice: &mut Dice, modules: usize) -> Self {
        let script = script::throw_silent(dice, modules);
        Self { dice: Dice::new(dice.roll(u64::MAX)), script, ends_itself: dice.roll(8) == 0 }
    }
}

impl Callback {
    fn new(visitor: &Visitor, number: usize, house: Option<Arc<House>>, is_once: bool) -> Arc<Self> {
        let label = format!("callback{number}");
        let scene = Arc::clone(&visitor.scene);
        Arc::new(Self { scene, label, house, is_once, account: OnceLock::new(), tally: Mutex::default() })
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap()
    }

    pub(super) fn account(&self) -> Option<&Account> {
        self.account.get()
    }

    fn open(self: &Arc<Self>, id: SubscriptionId, pattern: Pattern) {
        let account = Account::open(&self.scene, id, pattern, self.is_once);
        assert!(self.account.set(account).is_ok(), "it is opened once");
        self.scene.callbacks().push(Arc::clone(self));
    }

    fn demand(&self, holds: bool, violation: impl FnOnce() -> String) {
        self.scene.demand(holds, || format!("{}: {}", self.label, violation()));
    }

    /// It is called.
    fn begin(&self, record: &EventRecord) -> Vec<Standing> {
        let world = &self.scene.world;
        let mut standing = vec![world.enter(&self.label)];
        standing.extend(self.house.iter().map(|house| world.enter(&house.label)));
        let is_removed = self.tally().removed_after.is_some();
        self.demand(!is_removed, || format!("it was called with {record:?} after its removal"));
        if let Some(missed) = record.gap() {
            world.remember(("missed", &self.label, missed));
            self.tally().told += missed;
        } else {
            let entry = Entry::of(record);
            world.remember((&self.label, entry));
            self.check_call(entry, record.priority());
        }
        standing
    }

    /// It must have been sent to it, once, and after those of its priority that it has been called with.
    fn check_call(&self, entry: Entry, priority: Priority) {
        let mut tally = self.tally();
        tally.calls += 1;
        let (Some(account), true) = (self.account(), entry.id.sender != TICK) else { return };
        let is_new = tally.events.insert(entry);
        self.scene.world.demand(is_new, || format!("{} was called twice with {entry:?}", self.label));
        let mut chronicle = self.scene.chronicle();
        chronicle.catch_up();
        let place = chronicle.place(&entry);
        let is_meant = place >= Some(account.from) && (account.pattern.hears)(entry.name);
        self.demand(is_meant, || format!("{entry:?} was not sent to it"));
        let Some(place) = place else { return };
        let last = tally.last[priority as usize].replace(place);
        self.demand(last < Some(place), || format!("{entry:?} came after {last:?}"));
    }

    /// Ends the subscription; nothing may be called any more when that has returned.
    fn remove(&self, removal: impl FnOnce() -> bool) {
        let Some(account) = self.account() else { return };
        let info = account.info();
        let was_there = removal();
        account.close();
        let sent = account.sent_since(account.from);
        let mut tally = self.tally();
        let Some(info) = info else { return };
        self.demand(was_there, || format!("its removal says that it was not there: {info:?}"));
        tally.removed_after = Some(sent);
        let gap_waits = u64::from(info.missed > tally.told);
        // What waited at a loop that has ended, or at any while the application ends, may be gone.
        let is_over = self.house.as_ref().is_some_and(|house| house.is_closed()) || self.scene.is_ending();
        let heard = tally.calls + info.missed + info.waiting as u64 - gap_waits;
        let heard = if is_over { info.heard } else { heard };
        self.demand((info.heard, heard) == (sent, sent), || {
            format!("{sent} were sent, {tally:?}, but {info:?}")
        });
    }

    /// How much was sent to it until it was removed.
    pub(super) fn sent(&self) -> u64 {
        let tally = self.tally();
        let until = tally.removed_after.or(tally.cut_off_after);
        drop(tally);
        let sent = until.or_else(|| self.account().map(|account| account.sent_since(account.from)));
        let sent = sent.unwrap_or_default();
        if self.is_once { sent.min(1) } else { sent }
    }

    /// Its loop has been closed.
    pub(super) fn cut_off(&self) {
        let Some(account) = self.account().filter(|account| account.info().is_none()) else { return };
        account.close();
        let sent = account.sent_since(account.from);
        self.tally().cut_off_after.get_or_insert(sent);
    }

    /// Removes it from elsewhere, or from within.
    pub(super) fn unsubscribe(&self) {
        if let Some(account) = self.account() {
            self.remove(|| self.scene.handle.unsubscribe(account.id));
        }
    }

    /// What it does in its call.
    async fn go_on(
        self: Arc<Self>,
        is_tick: bool,
        script: Script,
        _standing: Vec<Standing>,
    ) -> Result<(), String> {
        if is_tick {
            // Ticks come for ever, so they must not take any time.
            return Ok(());
        }
        for step in script {
            take(&self.scene.handle, &self.scene.world, &self.label, step).await?;
        }
        Ok(())
    }

    fn call(
        self: &Arc<Self>,
        manner: &mut Manner,
        record: &EventRecord,
    ) -> impl Future<Output = Result<(), String>> + use<> {
        let standing = self.begin(record);
        let is_tick = record.gap().is_none() && Entry::of(record).id.sender == TICK;
        if manner.ends_itself && manner.dice.roll(4) == 0 {
            self.unsubscribe();
        }
        assert!(manner.dice.roll(10) > 0, "a callback that bursts on purpose");
        let script = if manner.dice.roll(3) == 0 { manner.script.clone() } else { Script::new() };
        Arc::clone(self).go_on(is_tick, script, standing)
    }
}

/// A callback of a visitor who may still end it.
pub(super) struct Kept {
    subscription: Subscription,
    callback: Arc<Callback>,
}

impl Kept {
    pub(super) fn end(self) {
        let Self { subscription, callback } = self;
        // It may have ended itself.
        let was_there = callback.account().is_some_and(|account| account.info().is_some());
        callback.remove(|| {
            drop(subscription);
            was_there
        });
    }
}

impl Visitor {
    /// Leaves a function, here or there, for a while or for good.
    pub(super) fn call_back(&mut self) {
        let pattern = Pattern::throw(&mut self.dice);
        let house = self.some_open_house();
        let callback = Callback::new(self, self.next_number(), house, false);
        let mut manner = Manner::throw(&mut self.dice, self.scene.modules);
        let called = Arc::clone(&callback);
        let function = move |record: EventRecord| called.call(&mut manner, &record);
        let place = callback.house.as_ref().and_then(|house| house.event_loop());
        let subscription = match &place {
            Some(place) => place.on(pattern.text, function),
            None => self.scene.handle.on(pattern.text, function),
        };
        callback.open(subscription.id(), pattern);
        let subscription = subscription.capacity(1 + self.dice.roll(4) as usize);
        if self.dice.roll(3) == 0 {
            subscription.forever();
        } else {
            self.kept.push(Kept { subscription, callback });
        }
    }

    pub(super) fn call_back_once(&mut self) {
        let pattern = Pattern::throw_for_one(&mut self.dice);
        let house = self.some_open_house();
        let callback = Callback::new(self, self.next_number(), house, true);
        let mut manner = Manner::throw(&mut self.dice, self.scene.modules);
        let called = Arc::clone(&callback);
        let function = move |record: EventRecord| called.call(&mut manner, &record);
        let place = callback.house.as_ref().and_then(|house| house.event_loop());
        let id = match &place {
            Some(place) => place.once(pattern.text, function),
            None => self.scene.handle.once(pattern.text, function),
        };
        callback.open(id, pattern);
    }

    /// Ends one of those that are there, its own or another's.
    pub(super) fn end_callback(&mut self) {
        if !self.kept.is_empty() && self.dice.roll(2) == 0 {
            let one = self.dice.roll(self.kept.len() as u64) as usize;
            return self.kept.swap_remove(one).end();
        }
        let some = self.scene.callbacks().clone();
        if !some.is_empty() {
            some[self.dice.roll(some.len() as u64) as usize].unsubscribe();
        }
    }
}
