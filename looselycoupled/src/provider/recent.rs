//! Recognising durable events that come again.

use std::collections::{HashMap, VecDeque};

use crate::envelope::Acknowledgements;

/// So many are recognised.
const WINDOW: usize = 8_192;

/// The durable events that have come last, by their ids.
#[derive(Debug, Default)]
pub(super) struct Recent {
    known: HashMap<Box<str>, Acknowledgements>,
    /// In the order in which they came; some may have been forgotten.
    order: VecDeque<Box<str>>,
}

impl Recent {
    /// What is known of the event; nothing if it is new, which it is not from now on.
    pub(super) fn meet(&mut self, id: &str, new: &Acknowledgements) -> Option<Acknowledgements> {
        if let Some(known) = self.known.get(id) {
            return Some(known.clone());
        }
        if self.order.len() >= WINDOW
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.known.insert(id.into(), new.clone());
        self.order.push_back(id.into());
        None
    }

    /// When it comes again it is to be handled.
    pub(super) fn forget(&mut self, id: &str) {
        if self.known.remove(id).is_some() {
            self.order.retain(|known| **known != *id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_is_recognised_until_so_many_others_have() {
        let (mut recent, new) = (Recent::default(), Acknowledgements::default());
        assert!(recent.meet("a", &new).is_none());
        assert!(recent.meet("a", &new).is_some());
        recent.forget("a");
        assert!(recent.meet("a", &new).is_none(), "it was forgotten");
        (1..WINDOW).for_each(|number| assert!(recent.meet(&number.to_string(), &new).is_none()));
        assert!(recent.meet("a", &new).is_some(), "it is the oldest of those that are known");
        assert!(recent.meet("one more", &new).is_none());
        assert!(recent.meet("a", &new).is_none());
        assert_eq!(recent.known.len(), WINDOW);
    }
}
