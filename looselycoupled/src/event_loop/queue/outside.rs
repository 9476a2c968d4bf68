//! Senders that wait outside for room, and move up.

#![expect(unsafe_code, reason = "what moves up is put into a node of the queue")]

use super::Queue;
use crate::event_loop::Item;
use crate::event_loop::parking::{Parking, Waiting};
use crate::mailbox::Slip;
use crate::sync::Arc;

/// An item that moved from outside into the queue; its sender does not know yet.
#[derive(Debug)]
pub(in crate::event_loop) struct MovedUp {
    pub(in crate::event_loop) tenant: u32,
    pub(in crate::event_loop) slip: Slip<Item>,
    pub(in crate::event_loop) parking: Arc<Parking>,
}

impl Queue {
    #[inline]
    pub(in crate::event_loop) fn waiting_for_room(&self) -> usize {
        self.rare.as_ref().map_or(0, |rare| rare.waiting.count())
    }

    /// Lets a message wait outside.
    #[cold]
    pub(in crate::event_loop) fn park(&mut self, item: Item) -> Arc<Parking> {
        let number = self.lanes.next_number();
        self.rare().waiting.enter(item, number)
    }

    /// Takes an item back that still waits for room.
    pub(in crate::event_loop) fn unpark(&mut self, parking: &Parking) -> Option<Item> {
        self.rare.as_mut()?.waiting.leave(parking)
    }

    /// Lets those move up who wait for room, as many as there is room for.
    #[cold]
    pub(in crate::event_loop) fn move_up(&mut self, room: u32) -> Vec<MovedUp> {
        (0..room).map_while(|_| self.move_one_up()).collect()
    }

    #[cold]
    pub(super) fn move_one_up(&mut self) -> Option<MovedUp> {
        let Waiting { item, parking } = self.rare().waiting.next()?;
        self.room.take_over();
        let tenant = item.seed.label.tenant;
        let node = self.vacant();
        // SAFETY: just taken.
        let slip = unsafe {
            node.slot().fill(item);
            self.push(node)
        };
        Some(MovedUp { tenant, slip, parking })
    }
}
