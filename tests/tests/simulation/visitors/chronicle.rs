//! Everything that was sent, in its order.

use std::collections::HashMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use looselycoupled::EventStream;
use looselycoupled::prelude::*;
use tokio::task::unconstrained;

use crate::script::{EXIT, Id, TICK, WORDS};
use crate::world::World;

/// One event under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    /// 0 is the event that all modules handle, 1 the first one that can be connected; after these comes the wish to end.
    pub(super) name: usize,
    /// The number of the module that sent it, or that forwarded it.
    pub(super) source: Option<usize>,
    pub(super) id: Id,
}

impl Entry {
    pub(super) fn of(record: &EventRecord) -> Self {
        let source = record.source().and_then(|source| source.strip_prefix('m')?.parse().ok());
        if record.name() == "exit" {
            return Self {
                name: WORDS.len() + 1,
                source,
                id: Id { sender: EXIT, number: 0, priority: None },
            };
        }
        let name = WORDS.iter().position(|word| *word == record.name()).map_or(0, |word| word + 1);
        Self { name, source, id: record.field("id").unwrap() }
    }
}

/// A listener from before the first event, with room for all, that writes down what it hears.
pub(super) struct Chronicle {
    stream: EventStream,
    pub(super) entries: Vec<Entry>,
    places: HashMap<Entry, usize>,
    /// What was sent twice.
    pub(super) doubled: Option<Entry>,
}

impl Chronicle {
    pub(super) fn new(handle: &Handle, world: &World) -> Self {
        let stream = handle.subscribe("*");
        world.with_switchboard(|switchboard| switchboard.listen(stream.id(), |_| true, false));
        Self { stream, entries: Vec::new(), places: HashMap::new(), doubled: None }
    }

    /// Writes down what has come by now; returns how much that is in all.
    pub(super) fn catch_up(&mut self) -> usize {
        let mut cx = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(record)) = pin!(unconstrained(self.stream.next())).poll(&mut cx) {
            let entry = Entry::of(&record);
            let before = self.places.insert(entry, self.entries.len());
            if before.is_some() && entry.id.sender != TICK {
                self.doubled = Some(entry);
            }
            self.entries.push(entry);
        }
        self.entries.len()
    }

    /// Where something stands that is sent once only.
    pub(super) fn place(&self, entry: &Entry) -> Option<usize> {
        if entry.id.sender == TICK { None } else { self.places.get(entry).copied() }
    }
}
