//! Handlers of concurrent modules: each a task of its own, up to a limit.

mod lent;
mod overlapping;

use std::ptr;
use std::task::{Context, Poll, Waker};

use tokio::task::AbortHandle;

use lent::Lent;
use overlapping::{caught, run};

use super::activation::{Activation, Draft, Kind, Seed};
use super::{Begun, Completion, EventLoop, Inline, Item, Offer, Outcome, Packed, SharedState, Verdict};
use crate::statistics::{Counters, Timing, Writer};
use crate::sync::{Arc, thread_cell};
use crate::waits::Caller;

/// A place among the running handlers of a concurrent module; given back when dropped.
#[derive(Debug)]
struct Place {
    event_loop: Arc<EventLoop>,
    number: u32,
    /// Whether the application's activity includes the handler.
    counted: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        let waiting = self.event_loop.queue.lock().apart().dismiss(self.number);
        drop(waiting);
        self.event_loop.pump();
        if self.counted {
            self.event_loop.services.activity.leave();
        }
    }
}

thread_cell! {
    /// The loop whose messages this thread begins.
    static PUMPED: *const EventLoop = ptr::null();
}

/// This thread begins what waits on a loop; restores what it did before when dropped.
struct Pumping(*const EventLoop);

impl Pumping {
    /// `None` if the thread is at it already, a level below, where it will look again.
    fn begin(event_loop: &EventLoop) -> Option<Self> {
        let before = PUMPED.replace(event_loop);
        (!ptr::eq(before, event_loop)).then_some(Self(before))
    }
}

impl Drop for Pumping {
    fn drop(&mut self) {
        PUMPED.set(self.0);
    }
}

/// Leave to begin one handler.
#[derive(Debug)]
pub(crate) struct Apart {
    place: Place,
    seed: Seed,
    timing: Timing,
}

impl Apart {
    /// Begins a job as a task of its own.
    pub(super) fn spawn<O, C>(self, job: Packed<O>, completion: C)
    where
        O: Verdict,
        C: Completion<O>,
    {
        let event_loop = Arc::clone(&self.place.event_loop);
        let activation = Activation::of_handler(&event_loop, self.seed, self.place.number, self.timing);
        event_loop.count_running(&activation);
        run(self.place, activation, Lent::of(job), completion);
    }
}

impl EventLoop {
    /// Begins whatever waits while there are places.
    pub(super) fn pump(&self) {
        // A handler may end while it is begun: its body panics where its future is built, or the runtime has gone and
        // drops every task at once. Its place is for the round of the loop that began it, not for one on top of that,
        // or as many would stand on the stack as wait in line.
        let Some(_pumping) = Pumping::begin(self) else { return };
        while let Some((item, place, sender)) = self.next_apart() {
            sender.into_iter().for_each(Waker::wake);
            if let Some(reason) = self.reason_against(&item.seed) {
                self.discard(item, reason);
                continue;
            }
            self.waited(&item, Writer::AmongOthers);
            item.begin_apart(|seed, timing| Apart { place, seed, timing });
        }
    }

    /// A message counts as activity from its acceptance; its place takes that over.
    fn next_apart(&self) -> Option<(Item, Place, Option<Waker>)> {
        let event_loop = self.counted()?;
        let mut queue = self.queue.lock();
        if !queue.has_place() {
            return None;
        }
        let (node, moved) = queue.pop()?;
        let item = queue.take_out(node);
        let sender = moved.and_then(|moved| self.let_in(&mut queue, &moved));
        let number = queue.apart().admit(item.seed.label, Caller::NONE, false);
        drop(queue);
        if item.seed.earns() {
            self.services.activity.earn();
        }
        Some((item, Place { event_loop, number, counted: true }, sender))
    }

    /// Runs a job of a concurrent module at once, on the caller's task, if there is a place and nothing waits.
    pub(crate) fn try_apart<'a, O: Verdict, C: Completion<O>, R>(
        &self,
        draft: &Draft<'_>,
        job: Offer<'a, O>,
        cx: &mut Context<'_>,
        suspend: impl FnOnce(Begun) -> (C, R),
    ) -> Inline<'a, O, R> {
        let Some((mut place, shared)) = self.place_at_once(draft) else { return Inline::Busy(job) };
        let activation =
            Activation::of_handler(self, draft.seed(), place.number, Timing::begin(draft.awaited));
        activation.counted.set(false);
        let mut lent = Lent::with(shared);
        match caught(&activation, || lent.begin(job, cx)) {
            Poll::Ready(result) => {
                let outcome = result.as_ref().map_or(Outcome::Panicked, Outcome::of);
                self.count_at_once_apart(&activation, outcome);
                if let Err(panic) = &result {
                    self.report_panic(&panic.message, &activation);
                }
                place.counted = activation.counted.get();
                Inline::Ready(result)
            }
            Poll::Pending => {
                let (completion, kept) = suspend(Begun(place.number));
                activation.count();
                place.counted = true;
                self.tenant(activation.seed.label.tenant).counters.accepted_at_once.add();
                self.count_running(&activation);
                run(place, activation, lent, completion);
                Inline::Suspended(kept)
            }
        }
    }

    /// The state of a concurrent module.
    pub(super) fn shared(&self) -> Option<Arc<SharedState>> {
        self.queue.lock().apart().shared.clone()
    }

    fn place_at_once(&self, draft: &Draft<'_>) -> Option<(Place, Arc<SharedState>)> {
        let event_loop = self.counted()?;
        let mut queue = self.queue.lock();
        if queue.closed || !queue.is_empty() || !queue.has_place() {
            return None;
        }
        let shared = queue.apart().shared.clone()?;
        let number = queue.apart().admit(draft.label, draft.caller(), true);
        drop(queue);
        Some((Place { event_loop, number, counted: false }, shared))
    }

    /// Begins no handler of a concurrent module any more and drops those that have begun, each of which fails for this
    /// cause.
    pub(crate) fn pause_apart(&self, cause: &str) {
        let handles = {
            let mut queue = self.queue.lock();
            queue.apart().paused_by = Some(cause.into());
            queue.apart().handles_of_begun()
        };
        handles.iter().for_each(AbortHandle::abort);
    }

    /// Returns when none of the handlers runs that overlap here, those on the threads of their callers included.
    pub(crate) async fn all_ended_apart(&self) {
        let ended = self.queue.lock().all_ended_apart();
        if let Some(ended) = ended {
            // Nothing is ever sent: the other end is dropped.
            let _dropped = ended.await;
        }
    }

    /// Returns when none of them runs any more that had begun.
    pub(crate) async fn begun_ended_apart(&self) {
        let ended = self.queue.lock().apart().begun_ended();
        if let Some(ended) = ended {
            // As above.
            let _dropped = ended.await;
        }
    }

    /// Begins handlers again.
    pub(crate) fn resume_apart(&self) {
        let paused = self.queue.lock().apart().resume();
        paused.into_iter().for_each(Waker::wake);
        self.pump();
    }

    fn paused_by(&self) -> Option<Arc<str>> {
        self.queue.lock().apart().paused_by.clone()
    }

    pub(super) fn abort_apart(&self) {
        let handles = self.queue.lock().apart().handles();
        handles.iter().for_each(AbortHandle::abort);
    }

    fn count_running(&self, activation: &Activation) {
        if activation.seed.kind != Kind::Hook {
            self.tenant(activation.seed.label.tenant).counters.running.rise();
        }
    }

    fn count_at_once_apart(&self, activation: &Activation, outcome: Outcome) {
        let counters = &self.tenant(activation.seed.label.tenant).counters;
        counters.accepted_at_once.add();
        count(counters, outcome);
        self.measure(activation, outcome, Writer::AmongOthers);
    }

    fn count_ended(&self, activation: &Activation, outcome: Outcome) {
        if activation.seed.kind != Kind::Hook {
            let counters = &self.tenant(activation.seed.label.tenant).counters;
            counters.running.fall();
            count(counters, outcome);
            self.measure(activation, outcome, Writer::AmongOthers);
        }
    }
}

fn count(counters: &Counters, outcome: Outcome) {
    match outcome {
        Outcome::Handled => counters.handled.add(),
        Outcome::Failed => counters.failed.add(),
        Outcome::Panicked => {
            counters.failed.add();
            counters.exceptions().panicked.add();
        }
        // Whoever noticed it has counted it.
        Outcome::Lost => {}
    }
}
