//! Who is called.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock, TryLockError};

use super::guard::{let_go, report};
use crate::sync::{Arc, AtomicBool, AtomicU64, Mutex, Ordering};

pub(super) type Listener<T> = Box<dyn Fn(&T) + Send + Sync>;

/// One listener.
pub(super) struct Slot<T> {
    number: u64,
    is_connected: AtomicBool,
    /// Until it is dropped, which can happen wherever one is done with the slot.
    listener: Option<Listener<T>>,
}

impl<T> Slot<T> {
    #[inline]
    fn tell(&self, value: &T) -> usize {
        if !self.is_connected.load(Ordering::Relaxed) {
            return 0;
        }
        let call = || self.listener.as_ref().map(|listener| listener(value));
        if let Err(payload) = catch_unwind(AssertUnwindSafe(call)) {
            report(payload);
        }
        1
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        let_go(|| drop(self.listener.take()));
    }
}

/// The listeners of one signal.
///
/// Emitting reads the list under a lock for readers, which costs two atomic operations; it is written only when nobody reads
/// (`try_write`), so whoever listens can change it, and nobody ever waits. Changes that find a reader are left for the next
/// emission or change that finds none.
pub(super) struct Slots<T> {
    slots: RwLock<Vec<Arc<Slot<T>>>>,
    /// Connected, but not in the list yet.
    coming: Mutex<Vec<Arc<Slot<T>>>>,
    /// Something has come or gone since the list was written.
    is_stale: AtomicBool,
    last: AtomicU64,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            slots: RwLock::default(),
            coming: Mutex::default(),
            is_stale: AtomicBool::new(false),
            last: AtomicU64::new(0),
        }
    }
}

impl<T> Slots<T> {
    pub(super) fn add(this: &Arc<Self>, listener: Listener<T>) -> Arc<Slot<T>> {
        let slot = {
            let mut coming = this.coming.lock();
            // Under the lock, so that they come in the order of their numbers.
            let number = this.last.fetch_add(1, Ordering::Relaxed) + 1;
            let (is_connected, listener) = (AtomicBool::new(true), Some(listener));
            let slot = Arc::new(Slot { number, is_connected, listener });
            coming.push(Arc::clone(&slot));
            slot
        };
        this.is_stale.store(true, Ordering::Release);
        this.refresh();
        slot
    }

    #[inline]
    pub(super) fn tell(&self, value: &T) -> usize {
        if self.is_stale.load(Ordering::Acquire) && !self.refresh() {
            return self.tell_stale(value);
        }
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.iter().map(|slot| slot.tell(value)).sum()
    }

    /// Another emission is under way: the list is as it was before, or will be written in between.
    #[cold]
    fn tell_stale(&self, value: &T) -> usize {
        let coming = self.coming.lock().clone();
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let last = slots.last().map_or(0, |slot| slot.number);
        let told: usize = slots.iter().map(|slot| slot.tell(value)).sum();
        drop(slots);
        let also: usize = coming.iter().filter(|slot| slot.number > last).map(|slot| slot.tell(value)).sum();
        told + also
    }

    /// Writes the list anew; false if somebody reads it.
    pub(super) fn refresh(&self) -> bool {
        // They go when the lock has been released: their destructors may do what they like.
        let _gone: Vec<_> = {
            let mut slots = match self.slots.try_write() {
                Ok(slots) => slots,
                Err(TryLockError::Poisoned(slots)) => slots.into_inner(),
                Err(TryLockError::WouldBlock) => return false,
            };
            self.is_stale.store(false, Ordering::SeqCst);
            slots.append(&mut self.coming.lock());
            slots.extract_if(.., |slot| !slot.is_connected.load(Ordering::SeqCst)).collect()
        };
        true
    }

    /// Takes out who has not come into the list: as long as emissions overlap nobody does, and those would pile up.
    fn withdraw(&self, number: u64) {
        let _gone = {
            let mut coming = self.coming.lock();
            let place = coming.binary_search_by_key(&number, |slot| slot.number);
            place.ok().map(|place| coming.remove(place))
        };
    }

    pub(super) fn count(&self) -> usize {
        let connected = |slot: &&Arc<Slot<T>>| slot.is_connected.load(Ordering::Relaxed);
        let coming = self.coming.lock().iter().filter(connected).count();
        coming + self.slots.read().unwrap_or_else(PoisonError::into_inner).iter().filter(connected).count()
    }
}

/// What a connection can do, whatever the signal's type.
pub(super) trait Disconnect: Send + Sync {
    fn disconnect(&self, slot: &dyn Connected);
}

pub(super) trait Connected: Send + Sync {
    /// False if it was disconnected before.
    fn disconnect(&self) -> bool;
    fn is_connected(&self) -> bool;
    fn number(&self) -> u64;
}

impl<T> Connected for Slot<T> {
    fn disconnect(&self) -> bool {
        self.is_connected.swap(false, Ordering::SeqCst)
    }

    fn is_connected(&self) -> bool {
        self.is_connected.load(Ordering::Relaxed)
    }

    fn number(&self) -> u64 {
        self.number
    }
}

impl<T> Disconnect for Slots<T> {
    fn disconnect(&self, slot: &dyn Connected) {
        if slot.disconnect() {
            self.is_stale.store(true, Ordering::SeqCst);
            if !self.refresh() {
                self.withdraw(slot.number());
            }
        }
    }
}
