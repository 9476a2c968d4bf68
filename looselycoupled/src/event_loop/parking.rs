//! A sender that waits for room.

use std::collections::BTreeMap;
use std::task::Waker;

use super::Receipt;
use super::item::Item;
use crate::metadata::Priority;
use crate::sync::{Arc, Mutex};
use crate::waits::{Pending, Progress};

/// The wish of a sender for room.
#[derive(Debug)]
pub(crate) struct Parking {
    turn: (Priority, u64),
    wish: Mutex<Wish>,
}

#[derive(Debug)]
enum Wish {
    /// The waker is called when the wish is settled.
    Open(Option<Waker>),
    Granted(Receipt),
    /// The queue has closed.
    Refused,
}

/// How a wish for room stands.
#[derive(Debug)]
pub(crate) enum Parked {
    Waiting,
    Accepted(Receipt),
    Refused,
}

impl Parking {
    /// Tells how the wish stands; while it waits, the waker is called when that changes.
    pub(crate) fn poll(&self, waker: &Waker) -> Parked {
        match &mut *self.wish.lock() {
            Wish::Open(known) => {
                if !known.as_ref().is_some_and(|known| known.will_wake(waker)) {
                    *known = Some(waker.clone());
                }
                Parked::Waiting
            }
            Wish::Granted(receipt) => Parked::Accepted(*receipt),
            Wish::Refused => Parked::Refused,
        }
    }

    fn settle(&self, outcome: Wish) -> Option<Waker> {
        match std::mem::replace(&mut *self.wish.lock(), outcome) {
            Wish::Open(waker) => waker,
            Wish::Granted(_) | Wish::Refused => None,
        }
    }

    pub(super) fn grant(&self, receipt: Receipt) -> Option<Waker> {
        self.settle(Wish::Granted(receipt))
    }

    pub(super) fn refuse(&self) -> Option<Waker> {
        self.settle(Wish::Refused)
    }
}

impl Pending for Parking {
    fn progress(&self) -> Progress {
        match &*self.wish.lock() {
            Wish::Open(_) => Progress::InLine,
            Wish::Granted(_) | Wish::Refused => Progress::Over,
        }
    }
}

/// Everybody who waits for room before one queue, by priority, then arrival.
#[derive(Debug, Default)]
pub(super) struct WaitingForRoom(BTreeMap<(Priority, u64), Waiting>);

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) item: Item,
    pub(super) parking: Arc<Parking>,
}

impl WaitingForRoom {
    pub(super) fn enter(&mut self, item: Item, number: u64) -> Arc<Parking> {
        let turn = (item.seed.lineage.priority, number);
        let parking = Arc::new(Parking { turn, wish: Mutex::new(Wish::Open(None)) });
        self.0.insert(turn, Waiting { item, parking: Arc::clone(&parking) });
        parking
    }

    /// Whoever waits first.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        self.0.pop_first().map(|(_, waiting)| waiting)
    }

    /// Takes an item back that still waits for room.
    pub(super) fn leave(&mut self, parking: &Parking) -> Option<Item> {
        self.0.remove(&parking.turn).map(|waiting| waiting.item)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}
