//! Who waits for a call in which process, so that one that would wait for itself fails at once.
//!
//! It travels in the header `lc-chain`: for each handler that waits, in the order in which they called, its process, who it is there, and its steps as
//! `module.task`, with spaces between them, and `;` before the next one. Who it is means something to its own process only.

use crate::event_loop::Services;
use crate::sync::Arc;
use crate::waits::{Caller, Loops, Party, Visit};

/// A longer chain is left out, and one that comes is not looked at: who is not told of waits for his deadline.
const LONGEST: usize = 4 * 1024;

/// So many handlers are told.
const MOST_STEPS: usize = 32;

/// Everybody who waits for a call that leaves this process; nothing if nobody does.
pub(super) fn departing(services: &Services, process: &str, caller: Caller) -> Option<String> {
    if caller.party.is_none() {
        return None;
    }
    let mut entries: Vec<Box<str>> = Vec::new();
    for party in services.waits.dependents(caller, services) {
        let behind = services.visits.look(party, |visit| visit.chain.clone()).unwrap_or_default();
        for entry in behind.split(';').filter(|entry| !entry.is_empty()) {
            if !entries.iter().any(|known| **known == *entry) {
                entries.push(entry.into());
            }
        }
    }
    let (party, frame, steps) = (caller.party.raw(), caller.frame, steps(services, caller).join(" "));
    entries.push(format!("{process} {party:x} {frame:x} {steps}").into());
    let chain = entries.join(";");
    (chain.len() <= LONGEST).then_some(chain)
}

/// The handlers that called each other here, up to one that calls another process, as far as they did so directly.
fn steps(services: &Services, last: Caller) -> Vec<String> {
    let mut parts = vec![services.steps(last)];
    let mut behind = services.caller_of(last.party);
    while !behind.party.is_none() && behind.party.as_visit().is_none() && parts.len() < MOST_STEPS {
        parts.push(services.steps(behind));
        behind = services.caller_of(behind.party);
    }
    parts.into_iter().rev().flatten().collect()
}

/// A call that has come, while it is served.
#[derive(Debug)]
pub(super) struct Visiting {
    services: Arc<Services>,
    pub(super) party: Party,
}

impl Visiting {
    /// Of a call that brings a chain; nothing if that is too long.
    pub(super) fn new(services: &Arc<Services>, process: &str, chain: &str) -> Option<Self> {
        if chain.len() > LONGEST {
            return None;
        }
        let entries: Vec<Entry<'_>> = chain.split(';').filter_map(Entry::read).collect();
        let is_own = |entry: &&Entry<'_>| entry.process == process;
        let own = entries.iter().filter(is_own).map(|entry| entry.caller);
        let own: Vec<Caller> = own.filter(|caller| services.is_at_work(caller.party)).collect();
        // Who waits for one of the others is found behind it, and so are the steps between the two.
        let is_behind = |caller: &Caller, other: &Caller| {
            other.party != caller.party
                && services.waits.dependents(*other, &**services).contains(&caller.party)
        };
        let nearest = own.iter().filter(|caller| !own.iter().any(|other| is_behind(caller, other)));
        let callers = nearest.copied().collect();
        let last = entries.iter().rposition(|entry| entry.process == process).map_or(0, |place| place + 1);
        let steps = entries[last..].iter().flat_map(|entry| entry.steps.split(' '));
        let way = steps.filter(|step| !step.is_empty()).map(str::to_owned).collect();
        let party = services.visits.arrive(Visit { callers, way, chain: chain.into() });
        Some(Self { services: Arc::clone(services), party })
    }
}

impl Drop for Visiting {
    fn drop(&mut self) {
        self.services.visits.leave(self.party);
    }
}

struct Entry<'a> {
    process: &'a str,
    caller: Caller,
    steps: &'a str,
}

impl<'a> Entry<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let process = parts.next()?;
        let party = Party::from_raw(u64::from_str_radix(parts.next()?, 16).ok()?);
        let frame = u16::from_str_radix(parts.next()?, 16).ok()?;
        // Nobody who waits here comes from elsewhere himself.
        let is_of_a_loop = !party.is_none() && party.as_visit().is_none();
        is_of_a_loop.then_some(Self { process, caller: Caller { party, frame }, steps: parts.next()? })
    }
}
