//! What happened, and what must not have happened.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::{DeadLetter, Loss, MessageKind, ModuleStatistics};

use super::application::{End, Plan};
use super::script::{Id, TICK};

/// What an outsider knows of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// It has begun and ended, for its sender got an answer of the handler's own.
    Answered,
    /// It has begun; how it ended is not known.
    Begun,
    /// It has not begun, and never will.
    NotBegun,
    /// It was accepted.
    Accepted,
    Unknown,
}

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
    fates: BTreeMap<Id, (String, Fate)>,
    violations: Vec<String>,
    over: bool,
    numbers: u64,
    hasher: DefaultHasher,
}

/// One run; clones write the same record.
#[derive(Debug, Clone)]
pub(crate) struct World(Arc<Mutex<Record>>);

/// A handler that stands, until dropped.
pub(crate) struct Standing {
    world: World,
    module: String,
}

impl Drop for Standing {
    fn drop(&mut self) {
        let mut record = self.world.0.lock().unwrap();
        *record.inside.get_mut(&self.module).unwrap() -= 1;
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// A number for a message of a handler.
    pub(crate) fn number(&self) -> u64 {
        let mut record = self.0.lock().unwrap();
        record.numbers += 1;
        record.numbers
    }

    /// A handler begins.
    pub(crate) fn begin(&self, module: &str, id: Id, is_sequential: bool) -> Standing {
        let record = &mut *self.0.lock().unwrap();
        ("begin", module, id).hash(&mut record.hasher);
        let times = record.begun.entry((module.to_owned(), id)).or_default();
        *times += 1;
        if *times > 1 && id.sender != TICK {
            record.violations.push(format!("{id:?} began twice in `{module}`"));
        }
        if record.over {
            record.violations.push(format!("{id:?} began in `{module}` after the end"));
        }
        let inside = record.inside.entry(module.to_owned()).or_default();
        *inside += 1;
        if is_sequential && *inside > 1 {
            record.violations.push(format!("handlers of `{module}` overlap"));
        }
        if let (true, Some(priority)) = (is_sequential, id.priority) {
            let last = record.last.entry((module.to_owned(), id.sender, priority)).or_default();
            if *last >= id.number {
                record.violations.push(format!("{id:?} began in `{module}` after {last}"));
            }
            *last = id.number;
        }
        Standing { world: self.clone(), module: module.to_owned() }
    }

    /// A handler comes to its end by itself.
    pub(crate) fn end(&self, module: &str, id: Id) {
        let record = &mut *self.0.lock().unwrap();
        ("end", module, id).hash(&mut record.hasher);
        record.ended.insert((module.to_owned(), id));
    }

    /// A module learns that it has missed something.
    pub(crate) fn miss(&self, module: &str, count: u64) {
        let record = &mut *self.0.lock().unwrap();
        ("miss", module, count).hash(&mut record.hasher);
        let (times, missing) = record.gaps.entry(module.to_owned()).or_default();
        *times += 1;
        *missing += count;
    }

    /// A sender learns what became of its message.
    pub(crate) fn learn(&self, module: &str, id: Id, fate: Fate) {
        let record = &mut *self.0.lock().unwrap();
        ("learn", module, id, fate).hash(&mut record.hasher);
        record.fates.insert(id, (module.to_owned(), fate));
    }

    /// From now on nothing may begin.
    pub(crate) fn close(&self) {
        self.0.lock().unwrap().over = true;
    }

    pub(crate) fn hash(&self) -> u64 {
        self.0.lock().unwrap().hasher.finish()
    }

    /// Whether everything was as promised.
    pub(crate) fn check(&self, handle: &Handle, plan: &Plan, end: &End) -> std::result::Result<(), String> {
        let record = self.0.lock().unwrap();
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
            let (told, missing) = record.gaps.get(&*module.module).copied().unwrap_or_default();
            if module.handled + module.failed != begun + told {
                return Err(format!("{begun} handlers have begun, and {told} of gaps, but {module:?}"));
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
