//! What the loops of the models do: jobs that would notice each other.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::Mutex;
use std::task::{Poll, Waker};

use super::super::{Activation, Completion, Failure, Job, SharedState, State};
use crate::statistics::Loss;
use crate::sync::{Arc, AtomicBool, AtomicU32, ExclusiveCell, Ordering};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Handled,
    Broken,
    Discarded(Loss),
}

/// What happened in a model, in its order.
///
/// No part of the model but for one number: looking at it lets no other thread go on, and loom does not try in which
/// order it is looked at.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    sent: Mutex<usize>,
    fates: Mutex<BTreeMap<u32, Fate>>,
    begun: Mutex<Vec<u32>>,
    how_many_begun: AtomicU32,
    modules_dropped: Mutex<u32>,
    /// Woken with each fate.
    waiting: Mutex<Option<Waker>>,
}

impl Ledger {
    pub(super) fn count_sent(&self) {
        *self.sent.lock().unwrap() += 1;
    }

    pub(super) fn settle(&self, number: u32, fate: Fate) {
        let before = self.fates.lock().unwrap().insert(number, fate);
        assert_eq!(before, None, "message {number} has one fate");
        let waiting = self.waiting.lock().unwrap().clone();
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits until all that was sent has a fate.
    pub(super) async fn all_settled(&self) {
        poll_fn(|cx| {
            *self.waiting.lock().unwrap() = Some(cx.waker().clone());
            let is_settled = self.fates.lock().unwrap().len() == *self.sent.lock().unwrap();
            if is_settled { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        *self.waiting.lock().unwrap() = None;
    }

    pub(super) fn fate(&self, number: u32) -> Option<Fate> {
        self.fates.lock().unwrap().get(&number).copied()
    }

    pub(super) fn modules_dropped(&self) -> u32 {
        *self.modules_dropped.lock().unwrap()
    }

    fn begin(&self, number: u32) {
        self.how_many_begun.fetch_add(1, Ordering::Relaxed);
        self.begun.lock().unwrap().push(number);
    }

    /// How many have begun at this moment, which is part of the model. No model asks under loom.
    #[cfg(shuttle)]
    pub(super) fn how_many_begun(&self) -> usize {
        self.how_many_begun.fetch_add(0, Ordering::Relaxed) as usize
    }

    pub(super) fn begun(&self) -> Vec<u32> {
        self.begun.lock().unwrap().clone()
    }
}

/// The state of a module that notices who works on it at the same time.
pub(super) struct Guarded {
    is_taken: AtomicBool,
    content: ExclusiveCell<u32>,
    ledger: Arc<Ledger>,
}

impl Guarded {
    pub(super) fn state(ledger: &Arc<Ledger>) -> State {
        let (is_taken, content) = (AtomicBool::new(false), ExclusiveCell::new(0));
        State::new(Self { is_taken, content, ledger: Arc::clone(ledger) })
    }

    fn take(&self) {
        assert!(!self.is_taken.swap(true, Ordering::Relaxed), "two handlers at once");
        self.touch();
    }

    fn touch(&self) {
        let _checked = self.content.get();
    }

    fn leave(&self) {
        self.touch();
        assert!(self.is_taken.swap(false, Ordering::Relaxed), "two handlers at once");
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.touch();
        assert!(!self.is_taken.load(Ordering::Relaxed), "dropped under a handler");
        *self.ledger.modules_dropped.lock().unwrap() += 1;
    }
}

/// A handler that does something and is then suspended so many times.
pub(super) struct Work {
    pub(super) number: u32,
    pub(super) module: u32,
    pub(super) suspensions: u32,
    pub(super) act: Option<Box<dyn FnOnce() + Send>>,
    pub(super) ledger: Arc<Ledger>,
}

impl Job for Work {
    type Output = Result<(), ()>;
    type Kept = ();

    const IMMEDIATE: bool = false;

    async fn run(self, _kept: &mut Option<()>, resident: &mut State) -> Self::Output {
        let guarded = resident.downcast_mut::<Guarded>().expect("all modules of the models are alike");
        self.ledger.begin(self.number);
        let turn = Turn::begin(guarded);
        if let Some(act) = self.act {
            act();
        }
        for _ in 0..self.suspensions {
            turn.suspend().await;
        }
        drop(turn);
        Ok(())
    }

    async fn run_shared(self, _kept: &mut Option<()>, _resident: &SharedState) -> Self::Output {
        Ok(())
    }
}

/// Ends with the handler, dropped ones included.
struct Turn<'a>(&'a Guarded);

impl<'a> Turn<'a> {
    fn begin(guarded: &'a Guarded) -> Self {
        guarded.take();
        Self(guarded)
    }

    /// Waits until the handler is polled again, which it asks for, and goes on working before it is suspended.
    async fn suspend(&self) {
        let mut is_second = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut is_second, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            self.0.touch();
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Notes what becomes of a message.
pub(super) struct Noted {
    pub(super) number: u32,
    pub(super) ledger: Arc<Ledger>,
}

impl Completion<Result<(), ()>> for Noted {
    fn complete(self, _output: Result<(), ()>, _activation: &Activation) {
        self.ledger.settle(self.number, Fate::Handled);
    }

    fn fail(self, _failure: Failure, _activation: &Activation) {
        self.ledger.settle(self.number, Fate::Broken);
    }

    fn discard(self, reason: Loss, _address: &dyn Fn() -> Box<str>) {
        self.ledger.settle(self.number, Fate::Discarded(reason));
    }
}
