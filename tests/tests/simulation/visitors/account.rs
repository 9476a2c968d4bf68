//! What one listener must hear.

use std::sync::Arc;

use looselycoupled::{SubscriptionId, SubscriptionInfo};
use looselycoupled_tests::Dice;

use super::chronicle::Entry;
use super::scene::Scene;
use crate::script::WORDS;

/// Which events a listener wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern {
    pub(super) text: &'static str,
    /// By the number of the name, as in [`Entry`].
    pub(super) hears: fn(usize) -> bool,
}

const PATTERNS: [Pattern; 5] = [
    Pattern { text: "script", hears: |name| name == 0 },
    Pattern { text: "s*", hears: |name| name == 0 },
    Pattern { text: "w0", hears: |name| name == 1 },
    Pattern { text: "w*", hears: |name| (1..=WORDS.len()).contains(&name) },
    Pattern { text: "*", hears: |_| true },
];

impl Pattern {
    pub(super) fn throw(dice: &mut Dice) -> Self {
        PATTERNS[dice.roll(5) as usize]
    }

    /// One that hears either what is connected or the rest, so that the first event that ends it is known.
    pub(super) fn throw_for_one(dice: &mut Dice) -> Self {
        PATTERNS[dice.roll(4) as usize]
    }
}

/// A listener, from the moment in which it is made until it is removed.
pub(super) struct Account {
    pub(super) scene: Arc<Scene>,
    pub(super) id: SubscriptionId,
    pub(super) pattern: Pattern,
    /// What was sent before.
    pub(super) from: usize,
}

impl Account {
    /// Nothing may happen between the subscription and this.
    pub(super) fn open(scene: &Arc<Scene>, id: SubscriptionId, pattern: Pattern, is_once: bool) -> Self {
        let from = scene.chronicle().catch_up();
        scene.world.with_switchboard(|switchboard| switchboard.listen(id, pattern.hears, is_once));
        Self { scene: Arc::clone(scene), id, pattern, from }
    }

    /// Nothing may happen between the end of the subscription and this.
    pub(super) fn close(&self) {
        self.scene.world.with_switchboard(|switchboard| switchboard.leave(self.id));
    }

    /// As the application lists it; `None` once one of both has ended.
    pub(super) fn info(&self) -> Option<SubscriptionInfo> {
        self.scene.handle.subscriptions().into_iter().find(|info| info.id == self.id)
    }

    /// What was sent to it since the event of a number.
    pub(super) fn sent_since(&self, place: usize) -> u64 {
        self.meant(place, |entries| entries.count() as u64)
    }

    /// Looks at what was sent to it since the event of a number, each with its number.
    pub(super) fn meant<R>(
        &self,
        place: usize,
        look: impl FnOnce(&mut dyn Iterator<Item = (usize, Entry)>) -> R,
    ) -> R {
        let mut chronicle = self.scene.chronicle();
        chronicle.catch_up();
        let entries = chronicle.entries.iter().copied().enumerate().skip(place);
        look(&mut entries.filter(|(_, entry)| (self.pattern.hears)(entry.name)))
    }

    /// Says who complains.
    pub(super) fn demand(&self, holds: bool, violation: impl FnOnce() -> String) {
        let Pattern { text, .. } = self.pattern;
        self.scene.demand(holds, || format!("subscription {} to `{text}`: {}", self.id, violation()));
    }
}
