//! The handlers that stand on each other during one turn of a loop.

#![expect(unsafe_code, reason = "frames are touched by the owner of the loop only, never through a lock")]

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

use smallvec::SmallVec;

use super::frame::FrameRef;
use super::{Cause, EventLoop, Incident, Item, Kind, Label, Outcome, Panic, drop_safely};
use crate::mailbox::NodeRef;
use crate::statistics::{Counters, Writer};
use crate::waits::Caller;

/// The frames of a loop; those below `height` are in use. Only the top one is polled.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// One, unless modules share the loop.
    frames: SmallVec<[FrameRef; 1]>,
    height: usize,
}

impl Drop for Turn {
    fn drop(&mut self) {
        while let Some(frame) = self.frames.pop() {
            // SAFETY: the loop is being dropped, so nobody owns it any more; what is suspended is told first.
            unsafe {
                frame.abort();
                frame.release();
                frame.free();
            }
        }
    }
}

impl Drop for EventLoop {
    /// Whatever stands borrows from the tenants, and tells them and the services how it ended, so it goes before them.
    fn drop(&mut self) {
        // SAFETY: the loop is being dropped, so nobody else has it.
        drop(std::mem::take(unsafe { &mut *self.turn.get() }));
    }
}

/// All methods: SAFETY: the caller owns the loop. Borrows of the `Turn` never live across the code of a handler,
/// which may come back here through a nested call on the same thread.
impl EventLoop {
    #[inline]
    pub(super) unsafe fn height(&self) -> usize {
        // SAFETY: owned; the borrow ends here.
        unsafe { (*self.turn.get()).height }
    }

    /// The frame at a height.
    #[inline]
    unsafe fn frame(&self, index: usize) -> FrameRef {
        // SAFETY: owned; the borrow ends here.
        let turn = unsafe { &*self.turn.get() };
        turn.frames[index]
    }

    /// Takes the next frame. `caller` waits for this turn if it is the first one; whoever waits in line is known to
    /// the table of waits.
    #[inline]
    pub(super) unsafe fn open_frame(&self, label: Label, caller: Caller) -> (FrameRef, usize) {
        // SAFETY: owned; the borrow ends before any handler runs.
        let turn = unsafe { &mut *self.turn.get() };
        let index = turn.height;
        if index == 0 {
            self.begin_turn(caller);
        }
        self.trail.set(index, label);
        if index == turn.frames.len() {
            turn.frames.push(FrameRef::allocate());
        }
        turn.height = index + 1;
        (turn.frames[index], index)
    }

    /// Gives a frame back whose handler has ended, and those below it that were waiting to be given back.
    #[inline]
    pub(super) unsafe fn close_frame(&self, index: usize) {
        // SAFETY: owned; nothing is suspended in the released frames.
        unsafe {
            self.frame(index).release();
            // A handler may end while one that it called and abandoned still stands above it.
            let mut height = self.height();
            while height > 0 && !self.frame(height - 1).is_occupied() {
                height -= 1;
            }
            (*self.turn.get()).height = height;
            if height > 0 {
                self.trail.clear(index);
            } else {
                self.end_turn();
            }
        }
    }

    /// Whether a handler of a tenant stands at or below a frame.
    pub(super) unsafe fn stands_up_to(&self, tenant: u32, index: usize) -> bool {
        // SAFETY: owned; activations of occupied frames are set.
        unsafe {
            (0..self.height().min(index.saturating_add(1))).any(|at| {
                let frame = self.frame(at);
                frame.is_occupied() && frame.activation().seed.label.tenant == tenant
            })
        }
    }

    /// Begins a message in a new frame on top. No handler of its tenant may stand.
    ///
    /// The message is the caller's, and its node in no list; the caller polls the loop's task.
    #[inline]
    pub(super) unsafe fn begin(&self, node: NodeRef<Item>, cx: &mut Context<'_>) {
        // SAFETY: owned; the frame is fresh, and the node is used again only after the message has been moved out.
        unsafe {
            let item = node.content();
            let (label, kind) = ((*item).seed.label, (*item).seed.kind);
            let (frame, index) = self.open_frame(label, Caller::NONE);
            if kind != Kind::Hook {
                self.tenant(label.tenant).counters.running.rise_exclusively();
                self.waited(&*item, Writer::Alone);
            }
            // A completion that panics must not take the loop with it.
            match catch_unwind(AssertUnwindSafe(|| Item::begin(item, self, frame, index, cx))) {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(outcome)) => self.end_frame(index, label, kind, outcome),
                Err(payload) => {
                    self.tell_of_completion(label, payload);
                    self.end_frame(index, label, kind, Outcome::Panicked);
                }
            }
            self.spend(node);
        }
    }

    /// Polls the topmost handler; true if it ended.
    #[inline]
    pub(super) unsafe fn poll_top(&self, cx: &mut Context<'_>) -> bool {
        // SAFETY: owned; the top frame holds a suspended handler, for the others end when they are polled.
        unsafe {
            let index = self.height() - 1;
            let frame = self.frame(index);
            let (label, kind) = (frame.activation().seed.label, frame.activation().seed.kind);
            let outcome = match catch_unwind(AssertUnwindSafe(|| frame.poll(cx))) {
                Ok(Poll::Pending) => return false,
                Ok(Poll::Ready(outcome)) => outcome,
                Err(payload) => {
                    self.tell_of_completion(label, payload);
                    Outcome::Panicked
                }
            };
            self.end_frame(index, label, kind, outcome);
            true
        }
    }

    /// What a handler came to could not be passed on, since code of its types panicked.
    #[cold]
    fn tell_of_completion(&self, label: Label, payload: Box<dyn Any + Send>) {
        let Panic { message } = Panic::from_payload(payload);
        let cause = Cause::Panic(format!("its outcome could not be passed on: {message}"));
        let incident = Incident::of(self, label, cause);
        let _told = catch_unwind(AssertUnwindSafe(|| self.services.report(&incident))).map_err(drop_safely);
    }

    unsafe fn end_frame(&self, index: usize, label: Label, kind: Kind, outcome: Outcome) {
        if kind != Kind::Hook {
            let counters = &self.tenant(label.tenant).counters;
            counters.running.fall_exclusively();
            count_exclusively(counters, outcome);
            // SAFETY: owned; the handler stands until its frame is closed.
            self.measure(unsafe { self.frame(index).activation() }, outcome, Writer::Alone);
        }
        // SAFETY: owned; the handler has ended.
        unsafe { self.close_frame(index) };
    }

    /// Drops all handlers that stand, the topmost first.
    pub(super) unsafe fn abort_frames(&self) {
        // SAFETY: owned; a frame that is not occupied has nothing suspended.
        unsafe {
            while let Some(index) = self.height().checked_sub(1) {
                let frame = self.frame(index);
                let (label, kind) = (frame.activation().seed.label, frame.activation().seed.kind);
                let _told = catch_unwind(AssertUnwindSafe(|| frame.abort())).map_err(drop_safely);
                self.end_frame(index, label, kind, Outcome::Failed);
            }
        }
    }
}

/// Counts an outcome where nobody else writes: the caller owns the loop.
#[inline]
pub(super) fn count_exclusively(counters: &Counters, outcome: Outcome) {
    match outcome {
        Outcome::Handled => counters.handled.add_exclusively(),
        Outcome::Failed => counters.failed.add_exclusively(),
        Outcome::Panicked => {
            counters.failed.add_exclusively();
            counters.exceptions().panicked.add_exclusively();
        }
        // Whoever noticed it has counted it.
        Outcome::Lost => {}
    }
}
