//! Who listens beside the modules' handlers: comes and goes while the application runs.

use std::collections::{HashMap, HashSet};
use std::fmt;

use arc_swap::ArcSwap;
use foldhash::fast::RandomState;

use crate::address::EventPattern;
use crate::envelope::EventRecord;
use crate::event_loop::EventLoop;
use crate::metadata::ModuleIndex;
use crate::sync::{Arc, AtomicU64, AtomicUsize, Mutex, Ordering};

/// The far end of a subscription.
pub(crate) trait Ear: fmt::Debug + Send + Sync {
    /// Takes an event. This is the sender's time: it must not wait, nor run code of users.
    fn hear(&self, record: &EventRecord) -> Heed;

    /// The subscription has been removed: nothing that waits is read any more. False: it was over before, by another removal
    /// or since the last event that it wanted has come, which is read.
    fn close(&self) -> bool;

    /// The application has ended: nothing comes any more, but what waits can be read.
    fn end(&self);

    /// The modules are told to end. Who reads as it pleases gets no more, so as not to wait for what may never come.
    fn retire(&self) {}

    /// Whether what is heard is handled on that loop.
    fn is_on(&self, _event_loop: &EventLoop) -> bool {
        false
    }

    /// Whether it leads out of the process, rather than to somebody who has subscribed.
    fn is_outbox(&self) -> bool {
        false
    }

    fn heard(&self) -> Heard;
}

/// Whether an event was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heed {
    Heard,
    /// And no other will be: the subscription is over.
    HeardLast,
    /// The subscription was over before.
    Ignored,
}

/// What became of the events that a subscription has heard.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Heard {
    pub(crate) heard: u64,
    pub(crate) missed: u64,
    pub(crate) waiting: usize,
}

/// One subscription.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) number: u64,
    /// Whose it is: it does not hear what that module sends.
    pub(crate) owner: ModuleIndex,
    pub(crate) pattern: EventPattern,
    pub(crate) ear: Arc<dyn Ear>,
}

impl Listener {
    fn hears(&self, record: &EventRecord) -> bool {
        self.owner == ModuleIndex::OUTSIDE || self.owner != record.sender()
    }
}

type List = Vec<Arc<Listener>>;

/// All subscriptions that were made while the application runs.
///
/// Senders read pictures, which are replaced when something changes; as long as there is no subscription, they read one
/// number.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    count: AtomicUsize,
    last: AtomicU64,
    picture: ArcSwap<Picture>,
    /// For whoever replaces a picture.
    changing: Mutex<Stage>,
}

/// How far the application is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Running,
    /// The modules are told to end.
    Retired,
    Ended,
}

#[derive(Debug, Default, Clone)]
struct Picture {
    /// Each list stands in a cell of its own, so that a change copies one list instead of all.
    by_name: HashMap<Box<str>, Arc<ArcSwap<List>>, RandomState>,
    by_pattern: Arc<ArcSwap<List>>,
}

impl Picture {
    fn list(&self, pattern: &EventPattern) -> Option<&Arc<ArcSwap<List>>> {
        if pattern.is_literal() { self.by_name.get(pattern.as_str()) } else { Some(&self.by_pattern) }
    }

    fn all(&self) -> List {
        let lists = self.by_name.values().chain([&self.by_pattern]);
        let mut all: List = lists.flat_map(|list| list.load().to_vec()).collect();
        all.sort_unstable_by_key(|listener| listener.number);
        all
    }
}

impl Listeners {
    /// Hands an event to everybody who listens to it; returns how many that were. `by_name_only` leaves patterns out.
    #[inline]
    pub(super) fn tell(&self, record: &EventRecord, by_name_only: bool) -> usize {
        if self.count.load(Ordering::Acquire) == 0 {
            return 0;
        }
        self.tell_all(record, by_name_only)
    }

    fn tell_all(&self, record: &EventRecord, by_name_only: bool) -> usize {
        let picture = self.picture.load();
        let by_name = picture.by_name.get(record.name());
        let mut told = by_name.map_or(0, |list| self.tell_list(&list.load(), record, |_| true));
        if !by_name_only {
            told +=
                self.tell_list(&picture.by_pattern.load(), record, |pattern| pattern.matches(record.name()));
        }
        told
    }

    fn tell_list(
        &self,
        list: &List,
        record: &EventRecord,
        is_meant: impl Fn(&EventPattern) -> bool,
    ) -> usize {
        let (mut told, mut over) = (0, Vec::new());
        for listener in list.iter().filter(|listener| listener.hears(record) && is_meant(&listener.pattern)) {
            let heed = listener.ear.hear(record);
            told += usize::from(heed != Heed::Ignored);
            if heed == Heed::HeardLast {
                over.push(listener);
            }
        }
        // All at once, for this is the sender's time.
        self.forget(&over);
        told
    }

    /// Whether somebody listens to this name.
    pub(super) fn hears(&self, name: &str) -> bool {
        self.count.load(Ordering::Acquire) > 0 && self.picture.load().by_name.contains_key(name)
    }

    /// The number of the next subscription.
    pub(crate) fn next_number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whoever sends from now on is heard. Once the application has ended, nobody is.
    pub(crate) fn add(&self, listener: Listener) -> Arc<Listener> {
        let listener = Arc::new(listener);
        let stage = self.changing.lock();
        if *stage == Stage::Ended {
            drop(stage);
            listener.ear.end();
            return listener;
        }
        if *stage == Stage::Retired && listener.owner != ModuleIndex::OUTSIDE {
            listener.ear.retire();
        }
        let picture = self.picture.load();
        if let Some(list) = picture.list(&listener.pattern) {
            let more = list.load().iter().chain([&listener]).cloned().collect();
            list.store(Arc::new(more));
        } else {
            let mut more = Picture::clone(&picture);
            let list = ArcSwap::from_pointee(vec![Arc::clone(&listener)]);
            more.by_name.insert(listener.pattern.as_str().into(), Arc::new(list));
            self.picture.store(Arc::new(more));
        }
        self.count.fetch_add(1, Ordering::Release);
        listener
    }

    /// Closes a subscription; false if it was over before. Nobody is heard any more when this returns.
    pub(crate) fn remove(&self, listener: &Arc<Listener>) -> bool {
        self.forget(&[listener]);
        listener.ear.close()
    }

    /// Nothing comes to these any more, all of which stand in one list; what waits is handled.
    fn forget(&self, over: &[&Arc<Listener>]) {
        let Some(first) = over.first() else { return };
        let _changing = self.changing.lock();
        let picture = self.picture.load();
        let Some(list) = picture.list(&first.pattern) else { return };
        let before = list.load();
        let numbers: HashSet<u64, RandomState> = over.iter().map(|listener| listener.number).collect();
        let others: List = before.iter().filter(|other| !numbers.contains(&other.number)).cloned().collect();
        let gone = before.len() - others.len();
        if gone == 0 {
            return;
        }
        if others.is_empty() && first.pattern.is_literal() {
            let mut fewer = Picture::clone(&picture);
            fewer.by_name.remove(first.pattern.as_str());
            self.picture.store(Arc::new(fewer));
        } else {
            list.store(Arc::new(others));
        }
        self.count.fetch_sub(gone, Ordering::Release);
    }

    /// Closes what a module has subscribed to, whatever waits for it.
    pub(crate) fn remove_of(&self, owner: ModuleIndex) {
        for listener in self.all().iter().filter(|listener| listener.owner == owner) {
            if !self.remove(listener) {
                listener.ear.end();
            }
        }
    }

    /// Nothing comes any more to what is called on a loop, which has been closed.
    pub(crate) fn forget_on(&self, event_loop: &EventLoop) {
        for listener in self.all().iter().filter(|listener| listener.ear.is_on(event_loop)) {
            self.forget(&[listener]);
        }
    }

    /// The modules are told to end: what they wait for at their own pace comes no more.
    pub(crate) fn retire(&self) {
        *self.changing.lock() = Stage::Retired;
        for listener in self.all().iter().filter(|listener| listener.owner != ModuleIndex::OUTSIDE) {
            listener.ear.retire();
        }
    }

    /// All there are, in the order in which they came.
    pub(crate) fn all(&self) -> Vec<Arc<Listener>> {
        self.picture.load().all()
    }

    /// Ends all there are and all that come.
    pub(crate) fn end(&self) {
        let all = {
            let mut stage = self.changing.lock();
            *stage = Stage::Ended;
            let picture = self.picture.swap(Arc::default());
            self.count.store(0, Ordering::Release);
            picture.all()
        };
        all.iter().for_each(|listener| listener.ear.end());
    }
}
