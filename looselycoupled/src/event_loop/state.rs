//! Who owns a loop, in one word.

use crate::sync::{AtomicU32, Ordering};

/// A caller runs a handler at once, on its own task.
const INLINE: u32 = 1;
/// The loop's task has work: something waits, or a handler is suspended.
const LOOP: u32 = 1 << 1;
/// The loop's task was woken while a caller owned the loop.
const NOTIFIED: u32 = 1 << 2;
/// Nothing is taken in any more.
const CLOSED: u32 = 1 << 3;

/// The ownership of a loop.
///
/// At most one party touches the frames: a caller while [`INLINE`] is set, otherwise the loop's task while [`LOOP`]
/// is set. [`LOOP`] is set and cleared under the queue's lock, or by the owner; 0 therefore means "idle and
/// empty", the only state from which a caller may enter.
#[derive(Debug, Default)]
pub(super) struct Ownership(AtomicU32);

/// What a party that made work must do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheduled {
    /// The loop's task knows already.
    Already,
    /// The caller that owns the loop will hand over.
    Deferred,
    /// The loop's task must be woken.
    Wake,
}

/// How a caller found the word when it handed a suspended handler to the loop's task.
#[derive(Debug, Clone, Copy)]
pub(super) struct HandedOver {
    pub(super) was_scheduled: bool,
    pub(super) was_notified: bool,
}

impl Ownership {
    /// Takes an idle loop for a caller.
    #[inline]
    pub(super) fn enter_inline(&self) -> bool {
        // A look first: a failed exchange costs as much as a successful one.
        self.0.load(Ordering::Relaxed) == 0
            && self.0.compare_exchange(0, INLINE, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Takes a loop on which nothing stands and nothing waits, closed or not. Another one that has taken it learns of
    /// the attempt when it [gives back](Self::release) what it took.
    pub(super) fn seize(&self) -> bool {
        let seize = |seen: u32| match seen & (INLINE | LOOP) {
            0 => Some(seen | INLINE),
            INLINE => Some(seen | NOTIFIED),
            _ => None,
        };
        let before = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, seize);
        before.is_ok_and(|before| before & INLINE == 0)
    }

    /// Takes a loop whose task is gone, with what stands on it.
    pub(super) fn adopt(&self) -> bool {
        let adopt = |seen: u32| (seen & (INLINE | LOOP) == LOOP).then_some(seen & !LOOP | INLINE);
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, adopt).is_ok()
    }

    /// Gives back what was seized or adopted; true if somebody wanted it meanwhile.
    pub(super) fn release(&self) -> bool {
        self.0.fetch_and(!(INLINE | NOTIFIED), Ordering::SeqCst) & (NOTIFIED | LOOP) != 0
    }

    /// Gives the loop back; true if work came in meanwhile, so that its task must be woken.
    #[inline]
    pub(super) fn leave_inline(&self) -> bool {
        // In one order with the flag that tells that the task is gone.
        if self.0.compare_exchange(INLINE, 0, Ordering::SeqCst, Ordering::Relaxed).is_ok() {
            return false;
        }
        self.0.fetch_and(!(INLINE | NOTIFIED), Ordering::SeqCst) & LOOP != 0
    }

    /// Passes ownership from a caller to the loop's task.
    pub(super) fn hand_over(&self) -> HandedOver {
        let mut seen = self.0.load(Ordering::Relaxed);
        loop {
            let next = (seen & !(INLINE | NOTIFIED)) | LOOP;
            match self.0.compare_exchange_weak(seen, next, Ordering::SeqCst, Ordering::Relaxed) {
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
        HandedOver { was_scheduled: seen & LOOP != 0, was_notified: seen & NOTIFIED != 0 }
    }

    /// Whether the loop's task has work. Under the queue's lock a yes holds for as long as the lock does.
    #[inline]
    pub(super) fn is_scheduled(&self) -> bool {
        self.0.load(Ordering::Relaxed) & LOOP != 0
    }

    /// Notes that something waits. Called under the queue's lock; a caller may hand over at the same time.
    #[inline]
    pub(super) fn schedule(&self) -> Scheduled {
        match self.0.fetch_or(LOOP, Ordering::AcqRel) & (INLINE | LOOP) {
            0 => Scheduled::Wake,
            INLINE => Scheduled::Deferred,
            _ => Scheduled::Already,
        }
    }

    /// Whether the loop's task, being polled, owns the loop.
    #[inline]
    pub(super) fn owned_by_task(&self) -> bool {
        loop {
            let seen = self.0.load(Ordering::Acquire);
            if seen & INLINE == 0 {
                return seen & LOOP != 0;
            }
            // The caller that owns the loop sees this when it leaves or hands over, and wakes the task again.
            let before = self.0.fetch_or(NOTIFIED, Ordering::AcqRel);
            if before & INLINE != 0 {
                return false;
            }
            self.0.fetch_and(!NOTIFIED, Ordering::AcqRel);
        }
    }

    /// The loop's task can be woken from now on: whoever [schedules](Self::schedule) or [hands over](Self::hand_over) later
    /// finds its waker, and what others did before, when there was none to wake, the task finds when it looks next.
    ///
    /// Both change this word, so that one of them comes second; two loads could both come too early.
    pub(super) fn show_waker(&self) {
        self.0.fetch_or(0, Ordering::AcqRel);
    }

    /// The task has nothing left. Called under the queue's lock, by the owner.
    #[inline]
    pub(super) fn rest(&self) {
        self.0.fetch_and(!LOOP, Ordering::SeqCst);
    }

    /// No caller enters from now on.
    pub(super) fn close(&self) {
        self.0.fetch_or(CLOSED, Ordering::AcqRel);
    }

    /// Whether a caller runs a handler at this moment.
    pub(super) fn is_inline(&self) -> bool {
        self.0.load(Ordering::Relaxed) & INLINE != 0
    }

    /// Whether nobody owns the loop.
    pub(super) fn is_idle(&self) -> bool {
        self.0.load(Ordering::Acquire) & (INLINE | LOOP) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_during_an_inline_turn_is_handed_to_the_task_on_leaving() {
        let state = Ownership::default();
        assert!(state.enter_inline());
        assert!(!state.enter_inline());
        assert_eq!(state.schedule(), Scheduled::Deferred);
        assert_eq!(state.schedule(), Scheduled::Already);
        assert!(!state.owned_by_task());
        assert!(state.leave_inline());
        assert!(state.owned_by_task());
        state.rest();
        assert!(state.is_idle());
        assert!(state.enter_inline());
    }

    #[test]
    fn a_wake_during_an_inline_turn_is_remembered_for_the_hand_over() {
        let state = Ownership::default();
        assert!(state.enter_inline());
        assert!(!state.owned_by_task());
        let handed = state.hand_over();
        assert!(handed.was_notified && !handed.was_scheduled);
        assert!(state.owned_by_task());
    }

    #[test]
    fn work_that_comes_in_while_a_caller_hands_over_finds_the_task_informed() {
        let state = Ownership::default();
        assert!(state.enter_inline());
        assert!(!state.is_scheduled());
        assert!(!state.hand_over().was_scheduled);
        assert_eq!(state.schedule(), Scheduled::Already);
    }

    #[test]
    fn a_wake_for_a_handler_that_ended_at_once_leaves_the_loop_idle() {
        let state = Ownership::default();
        assert!(state.enter_inline());
        assert!(!state.owned_by_task());
        assert!(!state.leave_inline());
        assert!(state.enter_inline());
    }

    #[test]
    fn nobody_enters_a_closed_loop() {
        let state = Ownership::default();
        state.close();
        assert!(!state.enter_inline());
        assert_eq!(state.schedule(), Scheduled::Wake);
    }
}
