//! Starting a call: at once where that is possible, otherwise in line.

use std::task::{Context as TaskContext, Poll};

use tokio::time::Instant;

use super::affinity::may_enter;
use super::delivery::{Delivery, ReplyTo};
use super::job::{BlockingJob, TaskJob, blocks};
use super::sender::{Request, check, of_same_application};
use crate::event_loop::{
    Activation, Begun, Draft, Inline, Item, Job, Kind, Label, Nested, Obstacle, Panic, Scene, current, later,
};
use crate::mailbox::Slot;
use crate::module::{Task, TaskInfo};
use crate::reply::{Awaited, CallError, FullQueue, Position, Waiting, answer_and_reply};
use crate::router::Station;
use crate::sync::Arc;
use crate::waits::{CallPath, Edge, Pending, WaitId};

type Outcome<T, D> = Result<<D as Delivery<T>>::Value, CallError<<D as Delivery<T>>::Error>>;
type WaitingOf<T, D> = Waiting<<D as Delivery<T>>::Value, <D as Delivery<T>>::Error>;

/// Starts a call.
///
/// If the target is idle, nothing waits there, and the caller runs on the same runtime, the handler has run when
/// this returns, or at least begun; otherwise the call waits in line. Without an outcome there is something to wait for.
#[inline]
pub(crate) fn start<T: Task, D: Delivery<T>>(
    station: &Station,
    request: Request<'_>,
    arguments: T::Arguments,
    cx: &mut TaskContext<'_>,
    waiting: &mut Option<WaitingOf<T, D>>,
) -> Poll<Outcome<T, D>> {
    current(|sender| {
        let nesting = sender.map_or(0, |sender| sender.seed.nesting.saturating_add(1));
        let sender = of_same_application(station, sender);
        let info = T::info(&arguments);
        if let Err(refusal) = check(station, sender) {
            return Poll::Ready(Err(refusal.explain(station, info.index as u16, sender)));
        }
        let draft = Draft {
            label: Label { tenant: station.tenant, handler: info.index as u16 },
            priority: priority(&request, sender),
            deadline: deadline(station, &request, info, sender),
            sender,
            nesting,
            inherited: request.inherited,
            awaited: true,
        };
        if draft.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let address = station.tenant().address_of(draft.label.handler).into();
            return refused(station, CallError::Timeout { address, begun: false });
        }
        let call = Call { station, draft };
        let job = TaskJob::<T, D>::new(arguments);
        if const { blocks::<T>() } {
            call.in_line::<T, D, _>(BlockingJob(job), waiting)
        } else {
            call.direct::<T, D, _>(job, cx, waiting)
        }
    })
}

/// A call never runs at a lower priority than the handler that makes it; run hooks and code outside of handlers have
/// nobody waiting behind them.
#[inline]
fn priority(request: &Request<'_>, sender: Option<&Activation>) -> crate::metadata::Priority {
    let caller =
        sender.filter(|sender| sender.scene != Scene::Hook).map(|sender| sender.seed.lineage.priority);
    match (request.priority, caller) {
        (Some(wanted), Some(caller)) => wanted.or_higher(caller),
        (Some(wanted), None) => wanted,
        (None, Some(caller)) => request.inherited.map_or(caller, |made| made.priority.or_higher(caller)),
        (None, None) => request.inherited_priority(sender).unwrap_or_default(),
    }
}

/// The earlier one of the caller's deadline and the call's own; without either, that of the application for such calls.
#[inline]
fn deadline(
    station: &Station,
    request: &Request<'_>,
    info: &TaskInfo,
    sender: Option<&Activation>,
) -> Option<Instant> {
    let own = request.timeout.or(info.timeout);
    let inherited = sender.and_then(|sender| sender.seed.deadline);
    let timeout =
        if inherited.is_some() { own } else { own.or(station.event_loop.services().default_timeout) };
    let Some(timeout) = timeout else { return inherited };
    let own = later(Instant::now(), timeout);
    Some(inherited.map_or(own, |inherited| own.min(inherited)))
}

#[cold]
fn refused<V, E>(station: &Station, error: CallError<E>) -> Poll<Result<V, CallError<E>>> {
    station.tenant().counters.exceptions().refused.add();
    Poll::Ready(Err(error))
}

/// A call whose sender has been found fit.
#[derive(Clone, Copy)]
struct Call<'a> {
    station: &'a Station,
    draft: Draft<'a>,
}

impl Call<'_> {
    #[cold]
    fn address(&self) -> Box<str> {
        self.station.tenant().address_of(self.draft.label.handler).into()
    }

    #[inline(always)]
    fn direct<T: Task, D: Delivery<T>, J: Job<Output = D::Raw>>(
        self,
        job: J,
        cx: &mut TaskContext<'_>,
        waiting: &mut Option<WaitingOf<T, D>>,
    ) -> Poll<Outcome<T, D>> {
        let event_loop = &*self.station.event_loop;
        let draft = &self.draft;
        let suspend = |begun| reply_to::<T, D>(Some(begun), false, false);
        if const { J::RUNS.may_overlap() } {
            return self.apart::<T, D, J>(job, cx, waiting);
        }
        let went = match draft.sender {
            Some(caller) if caller.scene == Scene::Turn && std::ptr::eq(caller.event_loop(), event_loop) => {
                match event_loop.try_nested(caller, draft, job, suspend) {
                    Nested::Cycle(path) => return refused(self.station, CallError::Cycle { path }),
                    Nested::Went(Inline::Busy(job)) => return self.in_turn::<T, D, J>(job, waiting),
                    Nested::Went(went) => went,
                }
            }
            sender if !may_enter(sender, event_loop, draft.nesting, cx) => Inline::Busy(job),
            _ => event_loop.try_inline(draft, job, suspend),
        };
        self.conclude::<T, D, J>(went, waiting)
    }

    /// The target's handlers overlap.
    #[inline(always)]
    fn apart<T: Task, D: Delivery<T>, J: Job<Output = D::Raw>>(
        self,
        job: J,
        cx: &mut TaskContext<'_>,
        waiting: &mut Option<WaitingOf<T, D>>,
    ) -> Poll<Outcome<T, D>> {
        let event_loop = &*self.station.event_loop;
        let suspend = |begun| reply_to::<T, D>(Some(begun), false, false);
        let went = if may_enter(self.draft.sender, event_loop, self.draft.nesting, cx) {
            event_loop.try_apart(&self.draft, job, cx, suspend)
        } else {
            Inline::Busy(job)
        };
        self.conclude::<T, D, J>(went, waiting)
    }

    #[inline(always)]
    fn conclude<T: Task, D: Delivery<T>, J: Job<Output = D::Raw>>(
        self,
        went: Inline<J, Awaited<D::Value, D::Error>>,
        waiting: &mut Option<WaitingOf<T, D>>,
    ) -> Poll<Outcome<T, D>> {
        match went {
            Inline::Ready(Ok(raw)) => Poll::Ready(D::refine(raw, || self.address())),
            Inline::Ready(Err(Panic { message })) => {
                Poll::Ready(Err(CallError::Panicked { address: self.address(), message: message.into() }))
            }
            Inline::Suspended(reply) => {
                self.wait_for::<T, D>(reply, Position::Begun, None, waiting);
                Poll::Pending
            }
            Inline::Busy(job) => self.in_line::<T, D, J>(job, waiting),
        }
    }

    /// The call belongs to the current turn of a shared loop, but its module is busy in that very turn.
    fn in_turn<T: Task, D: Delivery<T>, J: Job<Output = D::Raw>>(
        self,
        job: J,
        waiting: &mut Option<WaitingOf<T, D>>,
    ) -> Poll<Outcome<T, D>> {
        let (completion, reply) = reply_to::<T, D>(None, false, self.draft.deadline.is_some());
        let fill = |slot: Slot<'_, Item>| Item::of(slot, &self.draft, job, completion);
        let receipt = self.station.event_loop.push_nested(fill);
        self.wait_for::<T, D>(reply, Position::Queued(receipt), None, waiting);
        Poll::Pending
    }

    fn in_line<T: Task, D: Delivery<T>, J: Job<Output = D::Raw>>(
        self,
        job: J,
        waiting: &mut Option<WaitingOf<T, D>>,
    ) -> Poll<Outcome<T, D>> {
        let is_tracked = self.draft.sender.is_some() && self.station.event_loop.is_concurrent();
        let (completion, reply) = reply_to::<T, D>(None, is_tracked, self.draft.deadline.is_some());
        let wait = match begin_wait(self.station, self.draft.label, self.draft.sender, || reply.pending()) {
            Ok(wait) => wait,
            Err(path) => return refused(self.station, CallError::Cycle { path }),
        };
        let fill = |slot: Slot<'_, Item>| Item::of(slot, &self.draft, job, completion);
        let mut obstacle = None;
        let position = match (self.station.event_loop.push(Kind::Task, fill, &mut obstacle), obstacle) {
            (Some(receipt), _) => Position::Queued(receipt),
            (None, Some(Obstacle::Parked(parking))) => Position::Parked(parking),
            (None, refusal) => {
                if let Some(wait) = wait {
                    self.station.event_loop.services().waits.end(wait);
                }
                return refused(self.station, not_admitted(refusal.as_ref(), self.station, self.draft.label));
            }
        };
        self.wait_for::<T, D>(reply, position, wait, waiting);
        Poll::Pending
    }

    #[inline(always)]
    fn wait_for<T: Task, D: Delivery<T>>(
        &self,
        reply: Awaited<D::Value, D::Error>,
        position: Position,
        wait: Option<WaitId>,
        waiting: &mut Option<WaitingOf<T, D>>,
    ) {
        *waiting = Some(Waiting {
            reply,
            station: None,
            label: self.draft.label,
            position,
            deadline: self.draft.deadline,
            caller: self.draft.caller().party,
            wait,
            timer: None,
            done: false,
            into_report: D::into_report,
        });
    }
}

/// Records that a handler waits for a busy target, unless it would wait for itself.
pub(crate) fn begin_wait(
    station: &Station,
    label: Label,
    sender: Option<&Activation>,
    pending: impl FnOnce() -> Arc<dyn Pending>,
) -> Result<Option<WaitId>, CallPath> {
    let sender = of_same_application(station, sender);
    let Some(caller) = sender.filter(|sender| sender.scene != Scene::Hook) else { return Ok(None) };
    let services = station.event_loop.services();
    let edge = Edge { from: caller.as_caller(), to: station.event_loop.id(), pending: pending() };
    services.waits.begin(edge, services, || station.tenant().address_of(label.handler)).map(Some)
}

/// What a sender is told that was not let in.
#[cold]
pub(crate) fn not_admitted<E>(obstacle: Option<&Obstacle>, station: &Station, label: Label) -> CallError<E> {
    let address = station.tenant().address_of(label.handler).into();
    match obstacle {
        Some(Obstacle::Full) => {
            let queue = FullQueue::of(&station.event_loop);
            CallError::QueueFull { address, queue, path: None }
        }
        Some(Obstacle::Closed) if station.event_loop.was_opened() => CallError::Closed { address },
        Some(Obstacle::Closed | Obstacle::Parked(_) | Obstacle::DroveOut(_)) | None => {
            CallError::ShuttingDown { address, begun: false }
        }
    }
}

type Sides<T, D> = (ReplyTo<T, D>, Awaited<<D as Delivery<T>>::Value, <D as Delivery<T>>::Error>);

fn reply_to<T: Task, D: Delivery<T>>(begun: Option<Begun>, tracked: bool, timed: bool) -> Sides<T, D> {
    let (answer, reply) = answer_and_reply(begun);
    (ReplyTo { answer, tracked, timed }, reply)
}
