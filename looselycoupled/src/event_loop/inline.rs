//! Running a handler at once, on the caller's own task.

#![expect(unsafe_code, reason = "the caller owns the loop's frames from entering until leaving")]

use std::task::Context;

use super::activation::{Activation, Draft, Scene};
use super::frame::{FrameRef, Launched, launch};
use super::turn::count_exclusively;
use super::{Begun, Cause, Completion, EventLoop, Incident, Label, Offer, Outcome, Panic, Verdict};
use crate::statistics::Writer;
use crate::waits::CallPath;

/// How far a direct attempt came.
pub(crate) enum Inline<'a, O: 'static, R> {
    /// Not now; the job takes its turn.
    Busy(Offer<'a, O>),
    /// Not now; the job belongs to the current turn of its loop.
    BusyInTurn(Offer<'a, O>),
    /// The module is part of the very chain that calls it.
    Cycle(CallPath),
    /// The handler has ended.
    Ready(Result<O, Panic>),
    /// The handler has begun and is suspended; the loop's task finishes it.
    Suspended(R),
}

/// Where a handler that runs at once stands; in registers.
type Entered = Option<(FrameRef, usize)>;

impl EventLoop {
    /// Runs a job at once if nothing runs and nothing waits here; that of a co-tenant on top of the handler that calls it,
    /// if that one is part of the current turn.
    ///
    /// `suspend` is called when the handler does not end at its first poll: it makes the completion, and what the
    /// caller keeps.
    #[inline]
    pub(crate) fn try_at_once<'a, O: Verdict, C: Completion<O>, R>(
        &self,
        caller: Option<&Activation>,
        draft: &Draft<'_>,
        job: Offer<'a, O>,
        suspend: impl FnOnce(Begun) -> (C, R),
    ) -> Inline<'a, O, R> {
        // SAFETY: whoever enters owns the loop until it leaves.
        let entered = match caller {
            None => unsafe { self.enter_alone(draft) },
            Some(caller) => match unsafe { self.enter_in_turn(caller, draft) } {
                Ok(None) => return Inline::BusyInTurn(job),
                Ok(entered) => entered,
                Err(path) => return Inline::Cycle(path),
            },
        };
        let Some((frame, index)) = entered else { return Inline::Busy(job) };
        let waker = self.waker.get().unwrap_or_else(|| self.no_waker_yet());
        // SAFETY: entered; the frame is prepared, and on top.
        unsafe {
            let launched = launch(self, frame, job, &mut Context::from_waker(waker));
            // The result is moved last: moving at once what was just written takes as long as an atomic operation.
            if let Launched::Ready(result) = &launched {
                let outcome = result.as_ref().map_err(|panic| &*panic.message).map(Outcome::of);
                self.ended_at_once(draft.label, (frame, index), outcome, caller.is_some());
            }
            match launched {
                Launched::Ready(result) => Inline::Ready(result),
                Launched::Suspended(future) => {
                    let (completion, kept) = suspend(Begun(self.turn_number()));
                    frame.suspend(future, completion);
                    self.suspended_at_once(draft.label, frame, caller.is_some());
                    Inline::Suspended(kept)
                }
            }
        }
    }

    /// SAFETY: whoever gets a frame owns the loop; `leave` and `hand_over` end that.
    #[inline(always)]
    unsafe fn enter_alone(&self, draft: &Draft<'_>) -> Entered {
        if !self.state.enter_inline() {
            return None;
        }
        // SAFETY: `enter_inline` made this thread the owner.
        unsafe {
            let (frame, index) = self.open_frame(draft.label, draft.caller());
            frame.prepare(|place| Activation::write_at_once(place, self, draft, index, false));
            Some((frame, index))
        }
    }

    /// SAFETY: the caller is one on the scene `Turn` of this loop: it is being polled by the owner, on this thread.
    #[inline(never)]
    unsafe fn enter_in_turn(&self, caller: &Activation, draft: &Draft<'_>) -> Result<Entered, CallPath> {
        let below = usize::from(caller.frame);
        let label = draft.label;
        // SAFETY: the caller's promise.
        unsafe {
            debug_assert!(caller.scene == Scene::Turn && std::ptr::eq(caller.event_loop(), self));
            if self.stands_up_to(label.tenant, below) {
                return Err(self.cycle(caller.frame, label));
            }
            // A module that is to be made again takes nothing before it has been.
            let busy = self.stands_up_to(label.tenant, usize::MAX) || self.has_ahead();
            if busy || self.height() >= usize::from(u16::MAX) {
                return Ok(None);
            }
            let (frame, index) = self.open_frame(label, draft.caller());
            // Whatever stands below has sent this call, and is counted.
            frame.prepare(|place| Activation::write_at_once(place, self, draft, index, true));
            Ok(Some((frame, index)))
        }
    }

    /// SAFETY: the handler has entered at once, and has ended.
    #[inline(always)]
    unsafe fn ended_at_once(
        &self,
        label: Label,
        (frame, index): (FrameRef, usize),
        outcome: Result<Outcome, &str>,
        is_in_turn: bool,
    ) {
        let ended = outcome.unwrap_or(Outcome::Panicked);
        self.count_at_once(label.tenant, ended);
        // SAFETY: passed on.
        unsafe {
            self.measure(frame.activation(), ended, Writer::Alone);
            if let Err(message) = outcome {
                self.report_panic(message, frame.activation());
            }
            let counted = frame.activation().counted.get();
            self.close_frame(index);
            if !is_in_turn {
                self.leave(counted);
            }
        }
    }

    /// SAFETY: the handler has entered at once, and is suspended.
    unsafe fn suspended_at_once(&self, label: Label, frame: FrameRef, is_in_turn: bool) {
        self.count_begun(label.tenant);
        if !is_in_turn {
            // SAFETY: passed on.
            unsafe { frame.activation() }.count();
            self.hand_over(false);
        }
    }

    #[cold]
    fn cycle(&self, below: u16, label: Label) -> CallPath {
        let target = self.tenant(label.tenant).address_of(label.handler);
        CallPath::closing(self.steps(self.turn_number(), below), target)
    }

    #[inline]
    fn count_at_once(&self, tenant: u32, outcome: Outcome) {
        let counters = &self.tenant(tenant).counters;
        counters.accepted_at_once.add_exclusively();
        count_exclusively(counters, outcome);
    }

    /// The caller gets the panic as its answer; everybody else hears of it here.
    #[cold]
    pub(super) fn report_panic(&self, message: &str, activation: &Activation) {
        self.services.report(&Incident::at(activation, Cause::Panic(message.to_owned()), true));
    }

    fn count_begun(&self, tenant: u32) {
        let counters = &self.tenant(tenant).counters;
        counters.accepted_at_once.add_exclusively();
        counters.running.rise_exclusively();
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
