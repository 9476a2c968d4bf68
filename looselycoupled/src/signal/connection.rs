//! What keeps a listener connected.

use std::fmt;

use super::later::Backlog;
use super::slots::{Connected, Disconnect, Slot, Slots};
use crate::sync::{Arc, Ordering, Weak};

/// Disconnects its listener when dropped.
///
/// Once it is dropped or [disconnected](Self::disconnect) no emission calls the listener any more; one that has called it on
/// another thread at that moment lets it end. What the listener owns is dropped at once as well, unless an emission is under way:
/// then it goes with the next emission, connection or disconnection that finds none under way, or with the signal. As long as
/// emissions overlap without a gap, only those can pile up that were connected before the first of them.
#[must_use = "the listener is disconnected when this is dropped"]
pub struct Connection {
    signal: Weak<dyn Disconnect>,
    /// Not counted: with its signal the listener goes, and what it holds.
    slot: Weak<dyn Connected>,
    backlog: Option<Arc<Backlog>>,
    is_forever: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("is_connected", &self.is_connected()).finish_non_exhaustive()
    }
}

impl Connection {
    pub(super) fn new<T: 'static>(
        signal: &Arc<Slots<T>>,
        slot: &Arc<Slot<T>>,
        backlog: Option<Arc<Backlog>>,
    ) -> Self {
        let signal = Arc::downgrade(signal) as Weak<dyn Disconnect>;
        let slot = Arc::downgrade(slot) as Weak<dyn Connected>;
        Self { signal, slot, backlog, is_forever: false }
    }

    /// The listener stays connected for as long as the signal is there.
    pub fn forever(mut self) {
        self.is_forever = true;
    }

    /// Disconnects the listener.
    pub fn disconnect(self) {}

    /// Whether emissions still call the listener: nobody has disconnected it, the signal is still there, and so is the runtime of
    /// one that runs later.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.slot.upgrade().is_some_and(|slot| slot.is_connected())
    }

    /// How many values a listener that runs later has missed, since it was slower than they came or its runtime ended before it
    /// had handled them; 0 for those that are called at once.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.backlog.as_ref().map_or(0, |backlog| backlog.missed.load(Ordering::Relaxed))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.is_forever {
            return;
        }
        if let Some(backlog) = &self.backlog {
            backlog.is_cut_off.store(true, Ordering::Release);
        }
        if let (Some(signal), Some(slot)) = (self.signal.upgrade(), self.slot.upgrade()) {
            signal.disconnect(&*slot);
        }
    }
}
