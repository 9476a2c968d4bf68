//! What a loop with a name tells of itself: that it has started or stopped, has something to do or nothing any more.

use super::queue::Queue;
use super::{EventLoop, Own};
use crate::sync::Ordering;

/// What has become of a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Started,
    Active,
    Idle,
    Stopped,
}

/// Who is told.
pub(crate) trait Audience: Send + Sync {
    fn hear(&self, event_loop: &str, change: Change);
}

impl EventLoop {
    /// Tells of a change, if the loop has a name.
    pub(crate) fn announce(&self, change: Change) {
        let name = self.own.as_ref().and_then(|own| own.name.as_deref());
        if let (Some(name), Some(audience)) = (name, self.services.audience.get()) {
            audience.hear(name, change);
        }
    }

    /// Notes, behind the lock, that there is work which did not stem from such an announcement.
    #[inline]
    pub(super) fn note_work(&self, queue: &Queue) {
        if let Some(own) = self.own.as_ref().filter(|_| queue.has_earned) {
            own.has_work.store(true, Ordering::Relaxed);
        }
    }

    /// Notes, behind the lock, that nothing is left to do; returns whether there was anything.
    pub(super) fn forget_work(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.has_work.swap(false, Ordering::Relaxed))
    }

    /// Tells that there is work, unless that has been told. Only the loop's task calls this: it holds no lock, and whoever
    /// is told may send something to this very loop.
    #[inline]
    pub(super) fn announce_work(&self) {
        if let Some(own) = self.own.as_ref().filter(|own| own.has_work.load(Ordering::Relaxed)) {
            self.announce_active(own);
        }
    }

    #[cold]
    fn announce_active(&self, own: &Own) {
        if !own.told_of_work.swap(true, Ordering::Relaxed) {
            self.announce(Change::Active);
        }
    }

    /// Tells that nothing is left to do, after there was work. Only the loop's task calls this, as above.
    #[cold]
    pub(super) fn announce_rest(&self) {
        if let Some(own) = &self.own {
            // Work that came while the task was at something else may not have been told of yet.
            self.announce_active(own);
            own.told_of_work.store(false, Ordering::Relaxed);
            self.announce(Change::Idle);
        }
    }
}
