//! Who is due when.

use std::collections::{BTreeMap, BTreeSet};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::ticks::next_tick;
use super::{Tally, Work};
use crate::event_loop::Parking;
use crate::metadata::ModuleIndex;
use crate::sync::Arc;

/// Everything that counts down, by time and then by acceptance, and what has fallen due and waits for room.
#[derive(Debug, Default)]
pub(super) struct Line {
    last: u64,
    entries: BTreeMap<u64, Entry>,
    by_time: BTreeSet<(Instant, u64)>,
    keeper: Option<Watching>,
    /// The application ends: nothing counts down any more.
    pub(super) is_over: bool,
}

/// The task that sends what has fallen due.
#[derive(Debug, Default)]
struct Watching {
    /// None before it has run.
    waker: Option<Waker>,
    /// Until when it sleeps.
    until: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) work: Arc<dyn Work>,
    tally: Arc<Tally>,
    /// None if nothing counts down any more.
    pub(super) next: Option<Next>,
    pub(super) parked: Option<Waiting>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    due: Instant,
    period: Option<Duration>,
}

/// A message that has fallen due and waits for room. It counts as activity.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) parking: Arc<Parking>,
    /// Sees to it that what becomes of it is counted.
    pub(super) waker: Waker,
}

/// A timer as others see it.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) number: u64,
    pub(crate) work: Arc<dyn Work>,
    /// Zero for one that has fallen due.
    pub(crate) remaining: Duration,
    pub(crate) period: Option<Duration>,
    pub(crate) tally: Arc<Tally>,
}

/// What is to be done now.
#[derive(Debug)]
pub(super) enum Step {
    /// A message has fallen due.
    Send(Fallen),
    /// A tick has fallen due whose predecessor still waits for room.
    Skip {
        work: Arc<dyn Work>,
        missed: Missed,
    },
    Sleep(Instant),
    /// Nothing counts down.
    End,
}

#[derive(Debug)]
pub(super) struct Fallen {
    pub(super) number: u64,
    pub(super) work: Arc<dyn Work>,
    pub(super) tally: Arc<Tally>,
    /// Another one follows.
    pub(super) is_periodic: bool,
    pub(super) missed: Missed,
}

/// How many ticks were missed, and whether they are the first ones of their timer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missed {
    pub(super) ticks: u64,
    pub(super) are_first: bool,
}

impl Entry {
    pub(super) fn counting_down(
        work: Arc<dyn Work>,
        tally: Arc<Tally>,
        due: Instant,
        period: Option<Duration>,
    ) -> Self {
        Self { work, tally, next: Some(Next { due, period }), parked: None }
    }

    fn miss(&self, ticks: u64) -> Missed {
        let are_first = ticks > 0 && self.tally.missed.get() == 0;
        self.tally.missed.add_many(ticks);
        Missed { ticks, are_first }
    }
}

impl Line {
    pub(super) fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(super) fn insert(&mut self, number: u64, entry: Entry) {
        self.by_time.extend(entry.next.map(|next| (next.due, number)));
        self.entries.insert(number, entry);
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Entry> {
        let entry = self.entries.remove(&number)?;
        if let Some(next) = entry.next {
            self.by_time.remove(&(next.due, number));
        }
        Some(entry)
    }

    /// Takes everything out that counts down.
    pub(super) fn end(&mut self) -> Vec<Arc<dyn Work>> {
        self.by_time.clear();
        let counting_down = |entry: &mut Entry| entry.next.take().map(|_| Arc::clone(&entry.work));
        let ended = self.entries.values_mut().filter_map(counting_down).collect();
        self.entries.retain(|_, entry| entry.parked.is_some());
        ended
    }

    /// When the first one falls due.
    pub(super) fn first(&self) -> Option<Instant> {
        self.by_time.first().map(|(due, _)| *due)
    }

    pub(super) fn has(&self, number: u64) -> bool {
        self.entries.contains_key(&number)
    }

    pub(super) fn periodic_of(&self, owner: ModuleIndex) -> Vec<u64> {
        let is_periodic = |entry: &Entry| entry.next.is_some_and(|next| next.period.is_some());
        let meant =
            self.entries.iter().filter(|(_, entry)| is_periodic(entry) && entry.work.owner() == owner);
        meant.map(|(number, _)| *number).collect()
    }

    pub(super) fn pending(&self, now: Instant) -> Vec<Pending> {
        let pending = |(number, entry): (&u64, &Entry)| Pending {
            number: *number,
            work: Arc::clone(&entry.work),
            remaining: entry.next.map_or(Duration::ZERO, |next| next.due.saturating_duration_since(now)),
            period: entry.next.and_then(|next| next.period),
            tally: Arc::clone(&entry.tally),
        };
        self.entries.iter().map(pending).collect()
    }

    /// Takes the first one that has fallen due; `begin` is called before anybody else sees that it has left the line.
    pub(super) fn step(&mut self, now: Instant, waker: &Waker, begin: impl FnOnce()) -> Step {
        while let Some((due, number)) = self.by_time.first().copied() {
            if due > now {
                self.keeper = Some(Watching { waker: Some(waker.clone()), until: Some(due) });
                return Step::Sleep(due);
            }
            self.by_time.pop_first();
            if let Some(fallen) = self.fall(number, now) {
                begin();
                return fallen;
            }
        }
        self.keeper = None;
        Step::End
    }

    fn fall(&mut self, number: u64, now: Instant) -> Option<Step> {
        let entry = self.entries.get_mut(&number)?;
        let Next { due, period } = entry.next.take()?;
        let mut missed = 0;
        if let Some(period) = period {
            let next;
            (next, missed) = next_tick(due, period, now);
            entry.next = Some(Next { due: next, period: Some(period) });
            self.by_time.insert((next, number));
        }
        let (work, tally) = (Arc::clone(&entry.work), Arc::clone(&entry.tally));
        if entry.parked.is_some() {
            return Some(Step::Skip { work, missed: entry.miss(missed + 1) });
        }
        tally.sent.add();
        let missed = entry.miss(missed);
        if period.is_none() {
            self.entries.remove(&number);
        }
        Some(Step::Send(Fallen { number, work, tally, is_periodic: period.is_some(), missed }))
    }

    /// Keeps a message that waits for room.
    pub(super) fn park(&mut self, number: u64, work: Arc<dyn Work>, tally: Arc<Tally>, waiting: Waiting) {
        let one_shot = || Entry { work, tally, next: None, parked: None };
        self.entries.entry(number).or_insert_with(one_shot).parked = Some(waiting);
    }

    pub(super) fn parked(&self, number: u64) -> Option<&Waiting> {
        self.entries.get(&number)?.parked.as_ref()
    }

    /// Gives up the message that waited for room.
    pub(super) fn unpark(&mut self, number: u64) -> Option<Arc<dyn Work>> {
        let entry = self.entries.get_mut(&number)?;
        entry.parked = None;
        let work = Arc::clone(&entry.work);
        if entry.next.is_none() {
            self.entries.remove(&number);
        }
        Some(work)
    }

    /// Whether somebody keeps the line; whoever hears that nobody does must see to it.
    pub(super) fn take_on_keeper(&mut self) -> bool {
        let has_keeper = self.keeper.is_some();
        self.keeper.get_or_insert_default();
        has_keeper
    }

    /// Whom to wake for something that falls due then.
    pub(super) fn waker_for(&mut self, due: Instant) -> Option<Waker> {
        let keeper = self.keeper.as_mut()?;
        if keeper.until.is_some_and(|until| due < until) { keeper.waker.take() } else { None }
    }

    /// Whom to wake once nothing counts down any more.
    pub(super) fn waker_if_empty(&mut self) -> Option<Waker> {
        if self.by_time.is_empty() { self.keeper.as_mut()?.waker.take() } else { None }
    }
}
