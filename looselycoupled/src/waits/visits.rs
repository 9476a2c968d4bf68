//! Calls that have come from other processes, whose callers wait there.

use std::collections::BTreeMap;

use super::{Caller, Party};
use crate::sync::Mutex;

/// What is known of a call that came from another process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visit {
    /// Who waits here for it, since it belongs to what they called elsewhere.
    pub(crate) callers: Vec<Caller>,
    /// The handlers in other processes between those and this call.
    pub(crate) way: Vec<String>,
    /// All who wait for it, in whatever process, in the form in which that travels.
    pub(crate) chain: Box<str>,
}

/// The calls from other processes that are being served.
#[derive(Debug, Default)]
pub(crate) struct Visits(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    visits: BTreeMap<u32, Visit>,
    last: u32,
}

impl Visits {
    /// A call comes; its party until it [leaves](Self::leave).
    pub(crate) fn arrive(&self, visit: Visit) -> Party {
        let mut known = self.0.lock();
        loop {
            known.last = known.last.wrapping_add(1);
            let number = known.last;
            // Numbers come round again; none is 0.
            if number != 0 && !known.visits.contains_key(&number) {
                known.visits.insert(number, visit);
                return Party::visit(number);
            }
        }
    }

    pub(crate) fn leave(&self, party: Party) {
        if let Some(number) = party.as_visit() {
            self.0.lock().visits.remove(&number);
        }
    }

    pub(crate) fn look<R>(&self, party: Party, look: impl FnOnce(&Visit) -> R) -> Option<R> {
        let number = party.as_visit()?;
        self.0.lock().visits.get(&number).map(look)
    }
}
