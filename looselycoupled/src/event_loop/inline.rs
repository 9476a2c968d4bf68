//! Running a handler at once, on the caller's own task.

#![expect(unsafe_code, reason = "the caller owns the loop's frames from entering until leaving")]

use std::task::Context;

use super::activation::{Activation, Draft, Scene};
use super::frame::{Launched, launch};
use super::turn::count_exclusively;
use super::{Begun, Cause, Completion, EventLoop, Incident, Job, Kind, Label, Outcome, Panic};
use crate::waits::CallPath;

/// How far a direct attempt came.
pub(crate) enum Inline<J: Job, R> {
    /// Not now; the job takes its turn.
    Busy(J),
    /// The handler has ended.
    Ready(Result<J::Output, Panic>),
    /// The handler has begun and is suspended; the loop's task finishes it.
    Suspended(R),
}

/// How far a direct attempt inside of a turn came.
pub(crate) enum Nested<J: Job, R> {
    /// The module is part of the very chain that calls it.
    Cycle(CallPath),
    Went(Inline<J, R>),
}

impl EventLoop {
    /// Runs a job at once if nothing runs and nothing waits here.
    ///
    /// `suspend` is called when the handler does not end at its first poll: it makes the completion, and what the
    /// caller keeps.
    #[inline]
    pub(crate) fn try_inline<J: Job, C: Completion<J::Output>, R>(
        &self,
        draft: &Draft<'_>,
        job: J,
        suspend: impl FnOnce(Begun) -> (C, R),
    ) -> Inline<J, R> {
        if !self.state.enter_inline() {
            return Inline::Busy(job);
        }
        let waker = self.waker.get().unwrap_or_else(|| self.no_waker_yet());
        let (label, kind) = (draft.label, Kind::Task);
        // SAFETY: `enter_inline` made this thread the owner; `leave` and `hand_over` end that.
        unsafe {
            let (frame, index) = self.open_frame(label, draft.caller());
            frame.prepare(|place| Activation::write_at_once(place, self, draft, index, false));
            let launched = launch::<J, C>(self, frame, job, &mut Context::from_waker(waker));
            // The result is moved last: moving at once what was just written takes as long as an atomic operation.
            if let Launched::Ready(result) = &launched {
                self.count_at_once(label.tenant, kind, result);
                self.report_panic(result, frame.activation());
                let counted = frame.activation().counted.get();
                self.close_frame(index);
                self.leave(counted);
            }
            match launched {
                Launched::Ready(result) => Inline::Ready(result),
                Launched::Suspended(slot) => {
                    let (completion, kept) = suspend(Begun(self.turn_number()));
                    (*slot).write(completion);
                    self.count_begun(label.tenant, kind);
                    frame.activation().count();
                    self.hand_over(false);
                    Inline::Suspended(kept)
                }
            }
        }
    }

    /// Runs a job of a co-tenant at once, on top of the handler that calls it.
    pub(crate) fn try_nested<J: Job, C: Completion<J::Output>, R>(
        &self,
        caller: &Activation,
        draft: &Draft<'_>,
        job: J,
        suspend: impl FnOnce(Begun) -> (C, R),
    ) -> Nested<J, R> {
        let below = usize::from(caller.frame);
        let (label, kind) = (draft.label, Kind::Task);
        // SAFETY: a caller on the scene `Turn` is being polled by the owner of its loop, on this thread.
        unsafe {
            debug_assert!(caller.scene == Scene::Turn && std::ptr::eq(caller.event_loop(), self));
            if self.stands_up_to(label.tenant, below) {
                return Nested::Cycle(self.cycle(caller.frame, label));
            }
            // A module that is to be made again takes nothing before it has been.
            let busy = self.stands_up_to(label.tenant, usize::MAX) || self.has_ahead();
            if busy || self.height() >= usize::from(u16::MAX) {
                return Nested::Went(Inline::Busy(job));
            }
            let waker = self.waker.get().unwrap_or_else(|| self.no_waker_yet());
            let (frame, index) = self.open_frame(label, draft.caller());
            // Whatever stands below has sent this call, and is counted.
            frame.prepare(|place| Activation::write_at_once(place, self, draft, index, true));
            match launch::<J, C>(self, frame, job, &mut Context::from_waker(waker)) {
                Launched::Ready(result) => {
                    self.count_at_once(label.tenant, kind, &result);
                    self.report_panic(&result, frame.activation());
                    self.close_frame(index);
                    Nested::Went(Inline::Ready(result))
                }
                Launched::Suspended(slot) => {
                    let (completion, kept) = suspend(Begun(self.turn_number()));
                    (*slot).write(completion);
                    self.count_begun(label.tenant, kind);
                    Nested::Went(Inline::Suspended(kept))
                }
            }
        }
    }

    #[cold]
    fn cycle(&self, below: u16, label: Label) -> CallPath {
        let target = self.tenant(label.tenant).address_of(label.handler);
        CallPath::closing(self.steps(self.turn_number(), below), target)
    }

    #[inline]
    fn count_at_once<O: super::Verdict>(&self, tenant: u32, kind: Kind, result: &Result<O, Panic>) {
        if kind == Kind::Hook {
            return;
        }
        let counters = &self.tenant(tenant).counters;
        counters.accepted_at_once.add_exclusively();
        let outcome = result.as_ref().map_or(Outcome::Panicked, |output| Outcome::of(output));
        count_exclusively(counters, outcome);
    }

    /// The caller gets the panic as its answer; everybody else hears of it here.
    #[inline]
    pub(super) fn report_panic<O>(&self, result: &Result<O, Panic>, activation: &Activation) {
        if let Err(panic) = result {
            self.services.report(&Incident::at(activation, Cause::Panic(panic.message.clone()), true));
        }
    }

    fn count_begun(&self, tenant: u32, kind: Kind) {
        if kind != Kind::Hook {
            let counters = &self.tenant(tenant).counters;
            counters.accepted_at_once.add_exclusively();
            counters.running.rise_exclusively();
        }
    }

    /// SAFETY: the caller owns the loop inline, and its handler has ended.
    #[inline]
    unsafe fn leave(&self, counted: bool) {
        // SAFETY: passed on.
        if unsafe { self.height() } > 0 {
            // A handler that ours called and abandoned is still suspended.
            if !counted {
                self.services.activity.enter();
                self.services.activity.earn();
            }
            self.hand_over(true);
            return;
        }
        if self.state.leave_inline() {
            self.wake();
        }
        if counted {
            self.services.activity.leave();
        }
        if self.is_vacated() {
            self.clear_up();
        }
    }

    /// Gives the frames to the loop's task; the turn has been counted as activity.
    fn hand_over(&self, wake: bool) {
        let found = self.state.hand_over();
        if found.was_scheduled {
            // Whoever scheduled the loop counted it as well.
            self.services.activity.leave();
        }
        if wake || found.was_notified {
            self.wake();
        }
        if self.is_vacated() {
            self.clear_up();
        }
    }
}
