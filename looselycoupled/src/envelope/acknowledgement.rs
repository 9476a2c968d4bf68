//! Knowing when everybody has handled an event.

use tokio::sync::Notify;

use crate::sync::{Arc, AtomicBool, AtomicUsize, Ordering};

/// What is still to come of one event.
#[derive(Debug, Default)]
struct Open {
    /// Handlers that have not ended.
    unsettled: AtomicUsize,
    /// At least one of them never will.
    is_lost: AtomicBool,
    settled: Notify,
}

/// Waits until everybody has handled an event to whom it was handed with an acknowledgement.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acknowledgements(Arc<Open>);

impl Acknowledgements {
    /// One for one handler.
    pub(crate) fn one(&self) -> Acknowledgement {
        self.0.unsettled.fetch_add(1, Ordering::Relaxed);
        Acknowledgement(Some(Arc::clone(&self.0)))
    }

    /// Ready when none is outstanding: whether every handler has ended, rather than never begun or been cut off. That one has
    /// failed is told elsewhere.
    ///
    /// Cancel safe.
    pub(crate) async fn all(&self) -> bool {
        loop {
            let settled = self.0.settled.notified();
            if self.0.unsettled.load(Ordering::Acquire) == 0 {
                return !self.0.is_lost.load(Ordering::Relaxed);
            }
            settled.await;
        }
    }
}

/// Goes with an event to one handler. Of most events nobody wants to know.
#[derive(Debug)]
pub(crate) struct Acknowledgement(Option<Arc<Open>>);

impl Acknowledgement {
    pub(crate) const NONE: Self = Self(None);

    #[inline]
    pub(crate) const fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// The handler has ended. Dropped without this, it never will.
    #[inline]
    pub(crate) fn give(mut self) {
        if let Some(open) = self.0.take() {
            settle(&open);
        }
    }
}

impl Drop for Acknowledgement {
    #[inline]
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            open.is_lost.store(true, Ordering::Relaxed);
            settle(&open);
        }
    }
}

#[cold]
fn settle(open: &Open) {
    if open.unsettled.fetch_sub(1, Ordering::AcqRel) == 1 {
        open.settled.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_have_acknowledged_before_an_event_counts_as_handled() {
        let receipts = Acknowledgements::default();
        assert!(receipts.all().await, "nobody hears it");
        let (first, second) = (receipts.one(), receipts.one());
        first.give();
        let waiting = receipts.clone();
        let mut waiting = std::pin::pin!(waiting.all());
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("one has not acknowledged"),
            () = std::future::ready(()) => {}
        }
        second.give();
        assert!(waiting.await);
    }

    #[tokio::test]
    async fn one_that_is_lost_is_not_taken_for_handled() {
        let receipts = Acknowledgements::default();
        receipts.one().give();
        drop(receipts.one());
        assert!(!receipts.all().await);
    }
}
