//! The loop's own task, which it gets with the first message or call: most of many loops may never need one.

#![expect(unsafe_code, reason = "the task owns the loop's frames whenever the state word says so")]

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tokio::time::Instant;

use super::{Change, EventLoop, Item, Kind, Seed};
use crate::mailbox::NodeRef;
use crate::statistics::Loss;
use crate::sync::{Arc, Ordering};
use crate::waits::{Pending, Progress};

/// Runs the handlers of one sequential loop, one after the other, until the loop is terminated.
#[derive(Debug)]
pub(super) struct LoopTask(Arc<EventLoop>);

impl Drop for LoopTask {
    /// A task that has not come to its end goes with its runtime. Nobody will handle anything any more, and whoever
    /// waits on another thread or runtime must learn of that.
    fn drop(&mut self) {
        self.0.desert();
        self.0.announce(Change::Stopped);
        self.0.release_thread();
        self.0.has_task.store(GONE, Ordering::Release);
        self.0.services.task_gone.notify_waiters();
    }
}

/// Whoever waits for the end of a loop waits for all that it still does.
impl Pending for EventLoop {
    fn progress(&self) -> Progress {
        if self.is_summoned() { Progress::InLine } else { Progress::Over }
    }
}

/// What [`has_task`](EventLoop::has_task) says.
const NOT_YET: u8 = 0;
const SUMMONED: u8 = 1;
const GONE: u8 = 2;

impl Future for LoopTask {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let event_loop = &*self.0;
        if event_loop.waker.get().is_none() {
            event_loop.waker.get_or_init(|| cx.waker().clone());
            event_loop.state.show_waker();
        }
        if !event_loop.state.owned_by_task() || event_loop.services.gives_way(cx) {
            return Poll::Pending;
        }
        event_loop.announce_work();
        event_loop.begin_polling();
        // SAFETY: owned, as just seen; ownership ends in `rest` only, and the hand is this thread's until the end.
        unsafe {
            let polled = event_loop.work(cx);
            event_loop.end_polling();
            polled
        }
    }
}

impl EventLoop {
    /// Wakes the loop's task, which the first call makes. A task that has not been polled yet finds at its first poll what
    /// it is woken for.
    #[inline]
    pub(super) fn wake(&self) {
        match self.waker.get() {
            Some(waker) => waker.wake_by_ref(),
            None => self.summon(),
        }
    }

    /// With what the owner polls a handler at once that finds no waker. So the loop's task has not been polled yet; what is
    /// suspended, it polls with its own waker then, whether it was woken or not.
    #[cold]
    pub(super) fn no_waker_yet(&self) -> &'static Waker {
        self.summon();
        Waker::noop()
    }

    #[cold]
    fn summon(&self) {
        let summoned = self.has_task.compare_exchange(NOT_YET, SUMMONED, Ordering::AcqRel, Ordering::Relaxed);
        if summoned.is_ok()
            && let Some(counted) = self.counted()
        {
            self.services.spawn(self.runtime(), LoopTask(counted));
        }
    }

    /// Whether the loop's task has been made and is not gone.
    pub(super) fn is_summoned(&self) -> bool {
        self.has_task.load(Ordering::Acquire) == SUMMONED
    }

    /// Ends the loop's task as soon as nothing is left to do.
    pub(crate) fn terminate(&self) {
        self.terminated.store(true, Ordering::Release);
        if self.is_concurrent {
            return;
        }
        let mut queue = self.queue.lock();
        // In this order: who is inside, or has been, has brought the task before leaving. Nobody comes in any more.
        if self.state.is_idle() && self.has_task.load(Ordering::Relaxed) == NOT_YET && !queue.ended {
            queue.ended = true;
            drop(queue);
            self.announce(Change::Stopped);
            self.release_thread();
        } else if !queue.ended {
            self.schedule(queue);
            // Even if nothing waits.
            self.wake();
        }
    }

    /// A thread that the loop has for itself ends, whoever could still have used the loop.
    fn release_thread(&self) {
        let thread = self.own.as_ref().and_then(|own| own.keeps.lock().take());
        drop(thread);
    }

    /// Returns when the loop's task is gone, if it ever had one.
    pub(crate) async fn task_ended(&self) {
        loop {
            let mut told = pin!(self.services.task_gone.notified());
            told.as_mut().enable();
            if !self.is_summoned() {
                return;
            }
            told.await;
        }
    }

    /// Whether the loop's task may go: nothing has come in meanwhile, and nothing will, for nobody would handle it. A caller
    /// who is inside may leave a handler behind, and wakes the task then.
    fn end(&self) -> bool {
        let mut queue = self.queue.lock();
        queue.ended = self.state.is_idle();
        queue.ended
    }

    /// SAFETY: the loop's task owns the loop.
    unsafe fn work(&self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            // SAFETY: owned throughout.
            unsafe {
                if self.killed.load(Ordering::Relaxed) {
                    self.abort_frames();
                    self.end_polling();
                    self.begin_polling();
                    self.turn_all_out();
                }
                while self.height() > 0 {
                    if let Some(node) = self.next_nested() {
                        self.begin_in_time(node, cx);
                    } else if !self.poll_top(cx) {
                        return Poll::Pending;
                    }
                }
            }
            if pin!(tokio::task::coop::consume_budget()).poll(cx).is_pending() {
                return Poll::Pending;
            }
            // SAFETY: owned, and no frame stands.
            let Some(node) = (unsafe { self.next() }) else {
                let ended = self.terminated.load(Ordering::Acquire) && self.end();
                return if ended { Poll::Ready(()) } else { Poll::Pending };
            };
            // SAFETY: as above; the message in the node is ours.
            unsafe { self.begin_in_time(node, cx) };
        }
    }

    /// Begins a message unless its deadline has passed, or its module is gone.
    ///
    /// SAFETY: as for [`begin`](Self::begin).
    #[inline]
    unsafe fn begin_in_time(&self, node: NodeRef<Item>, cx: &mut Context<'_>) {
        // SAFETY: passed on; the message is moved out once.
        unsafe {
            let Some(reason) = self.reason_against(&(*node.content()).seed) else {
                return self.begin(node, cx);
            };
            let item = node.content().read();
            self.spend(node);
            self.discard(item, reason);
        }
    }

    /// Why a message must not begin any more.
    #[inline]
    pub(super) fn reason_against(&self, seed: &Seed) -> Option<Loss> {
        if seed.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Some(Loss::Expired);
        }
        let is_absent = self.tenant(seed.label.tenant).is_absent() && seed.kind != Kind::Hook;
        is_absent.then_some(Loss::Undelivered)
    }

    /// Gives everything back that waits, hooks and calls of the turn included. After the forced end nothing may begin any
    /// more: a blocking body may still work on the state of a module whose frame was dropped.
    #[cold]
    fn turn_all_out(&self) {
        let left = {
            let mut queue = self.queue.lock();
            let left = queue.empty();
            self.show_occupied(&queue);
            left
        };
        for item in left {
            self.discard(item, Loss::Undelivered);
        }
    }

    /// Drops what has begun and answers what waits, unless the task has ended in order.
    fn desert(&self) {
        if self.queue.lock().ended {
            if self.is_vacated() {
                self.drop_vacant();
            }
            return;
        }
        self.close();
        // SAFETY: the task is not polled any more, and it alone had a hand.
        unsafe { self.end_polling() };
        // Modules hold the application that holds them.
        self.vacated.store(true, Ordering::SeqCst);
        self.queue.lock().ended = true;
        self.turn_all_out();
        self.clear_up();
    }

    /// Does what the loop's task would do, if that is gone: drops what stands, and the modules. Called whenever somebody
    /// leaves a loop that is [vacated](Self::vacate); a caller that runs a handler at this moment comes here later.
    #[cold]
    pub(super) fn clear_up(&self) {
        // Destructors may leave something behind in their turn.
        while self.queue.lock().ended && self.state.adopt() {
            // SAFETY: owned by adoption.
            unsafe { self.abort_frames() };
            self.turn_all_out();
            self.state.release();
            self.services.activity.leave();
        }
        self.drop_vacant();
    }

    /// A call that belongs to the current turn and whose module is free.
    unsafe fn next_nested(&self) -> Option<NodeRef<Item>> {
        if self.tenants.len() == 1 {
            return None;
        }
        // SAFETY: owned; no handler runs while the queue is searched.
        self.queue
            .lock()
            .take_nested(|item| unsafe { !self.stands_up_to(item.seed.label.tenant, usize::MAX) })
    }
}
