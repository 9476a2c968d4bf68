//! Handing out what will not be handled.

#![expect(unsafe_code, reason = "hooks go back into nodes of the queue")]

use std::task::Waker;

use super::Queue;
use crate::event_loop::{Item, Kind};

/// What a closing queue hands out.
#[derive(Debug, Default)]
pub(in crate::event_loop) struct Closing {
    pub(in crate::event_loop) inside: Vec<Item>,
    pub(in crate::event_loop) outside: Vec<Item>,
    pub(in crate::event_loop) wakers: Vec<Waker>,
}

impl Queue {
    /// Closes the door and hands out everything that waits inside (accepted) and outside (never accepted).
    pub(in crate::event_loop) fn close(&mut self) -> Closing {
        self.closed = true;
        self.turn_out()
    }

    /// Hands out everything that waits but hooks. What the loop's task has in hand comes out once it is given back.
    pub(in crate::event_loop) fn turn_out(&mut self) -> Closing {
        let mut closing = Closing::default();
        while let Some(waiting) = self.rare.as_mut().and_then(|rare| rare.waiting.next()) {
            closing.wakers.extend(waiting.parking.refuse());
            closing.outside.push(waiting.item);
        }
        let mut hooks = Vec::new();
        while let Some(node) = self.lanes.pop() {
            let item = self.take_out(node);
            if item.seed.kind == Kind::Hook {
                hooks.push(item);
                continue;
            }
            self.room.free(item.seed.kind);
            closing.inside.push(item);
        }
        for hook in hooks {
            let node = self.vacant();
            // SAFETY: just taken.
            unsafe {
                node.slot().fill(hook);
                self.push(node);
            }
        }
        while let Some(node) = self.take_nested(|_| true) {
            closing.inside.push(self.take_out(node));
        }
        closing
    }

    /// Hands out whatever is left, hooks and calls of the turn included.
    pub(in crate::event_loop) fn empty(&mut self) -> Vec<Item> {
        let next = || {
            let node = self.lanes.pop().or_else(|| self.take_nested(|_| true))?;
            Some(self.take_out(node))
        };
        std::iter::from_fn(next).collect()
    }
}
