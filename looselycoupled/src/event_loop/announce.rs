//! What a loop with a name tells of itself: that it has started or stopped, has something to do or nothing any more.

use super::EventLoop;
use super::queue::Queue;
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

    /// Notes, behind the lock, whether there is work that did not stem from such an announcement.
    #[inline]
    pub(super) fn note_work(&self, queue: &Queue) {
        if let Some(own) = &self.own {
            own.has_work.store(queue.has_earned, Ordering::SeqCst);
        }
    }

    /// Tells whether there is work, unless that was told last. Whoever changes it calls this afterwards, so the last word is
    /// true, and what is told alternates; changes that follow each other quickly may go untold.
    #[inline]
    pub(super) fn announce_work(&self) {
        if self.own.is_some() {
            self.announce_changed_work();
        }
    }

    #[cold]
    fn announce_changed_work(&self) {
        let Some(own) = &self.own else { return };
        while own.has_work.load(Ordering::SeqCst) != own.told_of_work.load(Ordering::SeqCst) {
            // Whoever is at it looks again afterwards; it may be this very thread, further out.
            if own.tells_of_work.swap(true, Ordering::SeqCst) {
                return;
            }
            let has_work = own.has_work.load(Ordering::SeqCst);
            if own.told_of_work.swap(has_work, Ordering::SeqCst) != has_work {
                self.announce(if has_work { Change::Active } else { Change::Idle });
            }
            own.tells_of_work.store(false, Ordering::SeqCst);
        }
    }
}
