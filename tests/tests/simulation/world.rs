//! What happened, and what must not have happened.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use looselycoupled::prelude::*;
use looselycoupled::{DeadLetter, Loss, MessageKind, ModuleStatistics};

use super::application::{End, Plan};
use super::fate::Fate;
use super::modules::name;
use super::script::{HANDLER, Id, TICK};
use super::switchboard::Switchboard;
use super::visitors::Guest;

#[derive(Debug, Default)]
struct Record {
    /// Times at which a message began in a module.
    begun: HashMap<(String, Id), u32>,
    ended: HashSet<(String, Id)>,
    /// The last number that began, by module, sender and priority.
    last: HashMap<(String, u32, u8), u64>,
    inside: HashMap<String, u32>,
    /// How often a module was told of a gap, and how much was missing in all.
    gaps: HashMap<String, (u64, u64)>,
    /// Times at which an event came to a module that is connected to it.
    noted: HashMap<(String, Id), u64>,
    fates: BTreeMap<Id, (String, Fate)>,
    /// Who shares a loop, by its name: modules, and the guests, who are called like it.
    tenants: BTreeMap<String, BTreeSet<String>>,
    /// How often something began at a place.
    entered: HashMap<String, u64>,
    /// Where nothing begins any more.
    shut: HashSet<String>,
    switchboard: Switchboard,
    violations: Vec<String>,
    over: bool,
    numbers: u64,
    hasher: DefaultHasher,
}

/// One run; clones write the same record.
#[derive(Debug, Clone)]
pub(crate) struct World {
    record: Arc<Mutex<Record>>,
    /// The objects on loops that anybody may call.
    guests: Arc<Mutex<Vec<Guest>>>,
    /// Whether nothing else happens between two steps, for all is on one thread.
    pub(crate) is_exact: bool,
}

/// A handler that stands, until dropped.
pub(crate) struct Standing {
    world: World,
    module: String,
}

impl Drop for Standing {
    fn drop(&mut self) {
        let mut record = self.world.record.lock().unwrap();
        *record.inside.get_mut(&self.module).unwrap() -= 1;
    }
}

impl Record {
    /// How many connected tasks of a module have begun.
    fn noted_by(&self, module: &str) -> u64 {
        self.noted.iter().filter(|((name, _), _)| name == module).map(|(_, times)| times).sum()
    }

    /// Something begins at a place; `is_alone` says that nobody of those who share its loop has called it.
    fn enter(&mut self, place: &str, is_sequential: bool, is_alone: bool) {
        *self.entered.entry(place.to_owned()).or_default() += 1;
        let inside = self.inside.entry(place.to_owned()).or_default();
        *inside += 1;
        if is_sequential && *inside > 1 {
            self.violations.push(format!("handlers of `{place}` overlap"));
        }
        let others = self
            .tenants
            .iter()
            .filter(|(_, tenants)| tenants.contains(place))
            .flat_map(|(_, tenants)| tenants);
        let is_busy =
            |other: &&String| **other != *place && self.inside.get(*other).is_some_and(|inside| *inside > 0);
        if let (true, Some(other)) = (is_alone, { others }.find(is_busy)) {
            self.violations
                .push(format!("something began in `{place}` while `{other}` was at work on the same loop"));
        }
        if self.over {
            self.violations.push(format!("something began in `{place}` after the end"));
        }
        if self.shut.contains(place) {
            self.violations.push(format!("something began at `{place}` although that had ended"));
        }
    }
}

impl World {
    pub(crate) fn new(is_exact: bool) -> Self {
        Self { record: Arc::default(), guests: Arc::default(), is_exact }
    }

    /// Something that must not be.
    pub(crate) fn complain(&self, violation: String) {
        self.record.lock().unwrap().violations.push(violation);
    }

    /// Complains unless something holds that holds in any run.
    pub(crate) fn demand(&self, holds: bool, violation: impl FnOnce() -> String) {
        if !holds {
            self.complain(violation());
        }
    }

    /// Something that the same seed brings again.
    pub(crate) fn remember(&self, what: impl Hash) {
        what.hash(&mut self.record.lock().unwrap().hasher);
    }

    pub(crate) fn guests(&self) -> MutexGuard<'_, Vec<Guest>> {
        self.guests.lock().unwrap()
    }

    /// Looks at who is connected with whom, or changes it.
    pub(crate) fn with_switchboard<R>(&self, work: impl FnOnce(&mut Switchboard) -> R) -> R {
        work(&mut self.record.lock().unwrap().switchboard)
    }

    /// An event was sent that may be connected: so many heard it.
    pub(crate) fn said(&self, source: Option<usize>, word: usize, id: Id, heard: usize) {
        let expected = self.with_switchboard(|switchboard| switchboard.say(source, word, id));
        self.demand(heard == expected || !self.is_exact, || {
            format!("{expected} listen to {id:?} of {source:?}, but {heard} are said to have heard it")
        });
    }

    /// A number for a message of a handler.
    pub(crate) fn number(&self) -> u64 {
        let mut record = self.record.lock().unwrap();
        record.numbers += 1;
        record.numbers
    }

    /// A handler begins.
    pub(crate) fn begin(&self, module: &str, id: Id, is_sequential: bool) -> Standing {
        let record = &mut *self.record.lock().unwrap();
        ("begin", module, id).hash(&mut record.hasher);
        let times = record.begun.entry((module.to_owned(), id)).or_default();
        *times += 1;
        if *times > 1 && id.sender != TICK {
            record.violations.push(format!("{id:?} began twice in `{module}`"));
        }
        record.enter(module, is_sequential, id.sender != HANDLER);
        if let (true, Some(priority)) = (is_sequential, id.priority) {
            let last = record.last.entry((module.to_owned(), id.sender, priority)).or_default();
            if *last >= id.number {
                record.violations.push(format!("{id:?} began in `{module}` after {last}"));
            }
            *last = id.number;
        }
        Standing { world: self.clone(), module: module.to_owned() }
    }

    /// A connected task begins.
    pub(crate) fn note(&self, module: &str, id: Id, is_sequential: bool) -> Standing {
        let record = &mut *self.record.lock().unwrap();
        ("note", module, id).hash(&mut record.hasher);
        *record.noted.entry((module.to_owned(), id)).or_default() += 1;
        record.enter(module, is_sequential, true);
        Standing { world: self.clone(), module: module.to_owned() }
    }

    /// A guest of a loop begins, whatever it does.
    pub(crate) fn enter(&self, place: &str) -> Standing {
        self.record.lock().unwrap().enter(place, true, true);
        Standing { world: self.clone(), module: place.to_owned() }
    }

    /// A module is on a shared loop.
    pub(crate) fn share(&self, event_loop: &str, module: &str) {
        let mut record = self.record.lock().unwrap();
        let tenants = record.tenants.entry(event_loop.to_owned()).or_default();
        tenants.extend([module.to_owned(), event_loop.to_owned()]);
    }

    /// How often something has begun at a place.
    pub(crate) fn entered(&self, place: &str) -> u64 {
        self.record.lock().unwrap().entered.get(place).copied().unwrap_or_default()
    }

    /// How many connected tasks of a module have begun, and what came to it more often than it was sent.
    pub(crate) fn noted(&self, number: usize) -> (u64, Option<Id>) {
        let record = self.record.lock().unwrap();
        let module = name(number);
        let of_module = record.noted.iter().filter(|((name, _), _)| *name == module);
        let excess = of_module.map(|((_, id), times)| (*id, *times));
        let excess =
            excess.filter(|(id, times)| *times > record.switchboard.fed(number, *id)).map(|(id, _)| id).min();
        (record.noted_by(&module), excess)
    }

    /// From now on nothing may begin at a place.
    pub(crate) fn shut(&self, place: &str) {
        self.record.lock().unwrap().shut.insert(place.to_owned());
    }

    /// A handler comes to its end by itself.
    pub(crate) fn end(&self, module: &str, id: Id) {
        let record = &mut *self.record.lock().unwrap();
        ("end", module, id).hash(&mut record.hasher);
        record.ended.insert((module.to_owned(), id));
    }

    /// A module learns that it has missed something.
    pub(crate) fn miss(&self, module: &str, count: u64) {
        let record = &mut *self.record.lock().unwrap();
        ("miss", module, count).hash(&mut record.hasher);
        let (times, missing) = record.gaps.entry(module.to_owned()).or_default();
        *times += 1;
        *missing += count;
    }

    /// A sender learns what became of its message.
    pub(crate) fn learn(&self, module: &str, id: Id, fate: Fate) {
        let record = &mut *self.record.lock().unwrap();
        ("learn", module, id, fate).hash(&mut record.hasher);
        record.fates.insert(id, (module.to_owned(), fate));
    }

    /// From now on nothing may begin.
    pub(crate) fn close(&self) {
        self.record.lock().unwrap().over = true;
    }

    pub(crate) fn hash(&self) -> u64 {
        self.record.lock().unwrap().hasher.finish()
    }

    /// Whether everything was as promised.
    pub(crate) fn check(&self, handle: &Handle, plan: &Plan, end: &End) -> std::result::Result<(), String> {
        let record = self.record.lock().unwrap();
        if let Some(violation) = record.violations.first() {
            return Err(violation.clone());
        }
        let statistics = handle.statistics();
        let delayed = &statistics.delayed_events;
        if delayed.accepted != delayed.accounted() || delayed.delayed != 0 {
            return Err(format!("out of balance: {delayed:?}"));
        }
        for module in &statistics.modules {
            if module.accepted != module.accounted() {
                return Err(format!("out of balance: {module:?}"));
            }
            if (module.running, module.queued, module.delayed) != (0, 0, 0) {
                return Err(format!("not at rest: {module:?}"));
            }
            let of_module = record.begun.iter().filter(|((name, _), _)| **name == *module.module);
            let begun = of_module.map(|(_, times)| u64::from(*times)).sum::<u64>();
            let noted = record.noted_by(&module.module);
            let (told, missing) = record.gaps.get(&*module.module).copied().unwrap_or_default();
            if module.handled + module.failed != begun + noted + told {
                return Err(format!(
                    "{begun} handlers have begun, {noted} of connections, and {told} of gaps, but {module:?}"
                ));
            }
            if !end.may_lose() && missing != module.dropped - dropped_tasks(handle, module) {
                return Err(format!("it was told that {missing} events are missing: {module:?}"));
            }
            plan.check_restarts(module)?;
        }
        for (id, (module, fate)) in &record.fates {
            let begun = record.begun.contains_key(&(module.clone(), *id));
            let ended = record.ended.contains(&(module.clone(), *id));
            let is_right = match fate {
                Fate::Answered => begun && ended,
                Fate::Begun => begun,
                Fate::NotBegun => !begun,
                Fate::Accepted => begun || end.may_lose(),
                Fate::Unknown => true,
            };
            if !is_right {
                return Err(format!("{id:?} to `{module}`: {fate:?}, but begun {begun}, ended {ended}"));
            }
        }
        Ok(())
    }
}

/// Delayed tasks that a full queue refused: nobody is told of a gap for them.
fn dropped_tasks(handle: &Handle, module: &ModuleStatistics) -> u64 {
    let lost = handle.dead_letters().letters;
    let address = format!("{}.play", module.module);
    let is_meant = |letter: &&DeadLetter| {
        (letter.kind, letter.reason) == (MessageKind::Task, Loss::Dropped) && letter.address == address
    };
    lost.iter().filter(is_meant).count() as u64
}
