//! Starting a call: at once where that is possible, otherwise in line.

use std::convert::Infallible;
use std::ptr;
use std::task::{Context as TaskContext, Poll};

use tokio::time::Instant;

use super::affinity::may_enter;
use super::delivery::{Form, ReplyTo};
use super::job::BlockingJob;
use super::sender::{Request, check, inherited, of_same_application};
use crate::event_loop::{
    Activation, Begun, Draft, Inline, Item, Kind, Label, Obstacle, Offer, Panic, Room, Scene, Services,
    Verdict, current, later,
};
use crate::mailbox::{Filled, Slot};
use crate::metadata::Lineage;
use crate::module::{TaskInfo, TaskKind};
use crate::reply::{Awaited, CallError, FullQueue, Position, Waiting, answer_and_reply};
use crate::router::Station;
use crate::sync::Arc;
use crate::waits::{CallPath, Caller, Edge, Pending, WaitId};

type Outcome<O, F> = Result<<F as Form<O>>::Value, CallError<<F as Form<O>>::Error>>;
type WaitingFor<O, F> = Waiting<<F as Form<O>>::Value, <F as Form<O>>::Error>;
type Reply<O, F> = Awaited<<F as Form<O>>::Value, <F as Form<O>>::Error>;

/// Starts a call.
///
/// If the target is idle, nothing waits there, and the caller runs on the same runtime, the handler has run when
/// this returns, or at least begun; otherwise the call waits in line. Without an outcome there is something to wait for.
pub(crate) fn start<O: Verdict, F: Form<O>>(
    (station, info): (&Station, &'static TaskInfo),
    request: Request<'_>,
    job: Offer<'_, O>,
    cx: &mut TaskContext<'_>,
    waiting: &mut Option<WaitingFor<O, F>>,
) -> Poll<Outcome<O, F>> {
    current(|sender| {
        let draft = match draft(station, &request, info, sender) {
            Ok(draft) => draft,
            Err(refusal) => return Poll::Ready(Err(refusal.of_any_task())),
        };
        let call = Call { station, draft, info };
        if matches!(call.info.kind, TaskKind::Blocking) {
            return call.in_line::<O, F>(Room::new().hold(BlockingJob(job.packed())), waiting);
        }
        call.direct::<O, F>(job, cx, waiting)
    })
}

/// What is known of a call before there is a job, if it may be sent.
#[inline]
fn draft<'a>(
    station: &Station,
    request: &Request<'a>,
    info: &TaskInfo,
    sender: Option<&'a Activation>,
) -> Result<Draft<'a>, Box<CallError<Infallible>>> {
    let nesting = sender.map_or(0, |sender| sender.seed.nesting.saturating_add(1));
    let sender = of_same_application(station, sender);
    if let Err(refusal) = check(station, sender) {
        return Err(Box::new(refusal.explain(station, info.index as u16, sender, true)));
    }
    let deadline = deadline(station, request, info, sender);
    if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
        let address = station.tenant().address_of(info.index as u16).into();
        return Err(refused(station, info.index as u16, CallError::Timeout { address, begun: false }));
    }
    Ok(Draft {
        label: Label { tenant: station.tenant, handler: info.index as u16 },
        priority: priority(request, sender),
        deadline,
        sender,
        nesting,
        inherited: request.inherited,
        awaited: true,
        visitor: request.visitor,
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
fn refused(station: &Station, handler: u16, error: CallError<Infallible>) -> Box<CallError<Infallible>> {
    station.tenant().refuse(handler, true);
    Box::new(error)
}

/// What a message inherits that is about to be sent, and until when it has to be handled if it is a call.
pub(crate) fn prospect(
    station: &Station,
    info: &TaskInfo,
    request: &Request<'_>,
    awaited: bool,
) -> (Lineage, Option<Instant>) {
    current(|sender| {
        let sender = of_same_application(station, sender);
        let priority = if awaited {
            priority(request, sender)
        } else {
            request.priority.or_else(|| request.inherited_priority(sender)).unwrap_or_default()
        };
        let deadline = if awaited { deadline(station, request, info, sender) } else { None };
        (Lineage { priority, ..inherited(request, sender) }, deadline)
    })
}

/// [`prospect`] of what goes to another process.
pub(crate) fn departing(
    services: &Services,
    request: &Request<'_>,
    is_awaited: bool,
) -> (Lineage, Option<Instant>, Caller) {
    current(|sender| {
        let sender = sender.filter(|sender| ptr::eq(sender.event_loop().services(), services));
        let lineage = inherited(request, sender);
        let priority =
            if is_awaited { priority(request, sender) } else { request.priority.unwrap_or(lineage.priority) };
        let deadline = sender.filter(|_| is_awaited).and_then(|sender| sender.seed.deadline);
        let own = request.timeout.or(if deadline.is_none() { services.default_timeout } else { None });
        let own = own.filter(|_| is_awaited).map(|timeout| later(Instant::now(), timeout));
        if let Some(sender) = sender {
            sender.count();
        }
        let caller = sender.filter(|sender| is_awaited && sender.scene != Scene::Hook);
        let caller = caller.map_or(Caller::NONE, Activation::as_caller);
        (Lineage { priority, ..lineage }, [deadline, own].into_iter().flatten().min(), caller)
    })
}

/// A call whose sender has been found fit.
#[derive(Clone, Copy)]
struct Call<'a> {
    station: &'a Station,
    draft: Draft<'a>,
    info: &'static TaskInfo,
}

impl Call<'_> {
    #[cold]
    fn address(&self) -> Box<str> {
        self.station.tenant().address_of(self.draft.label.handler).into()
    }

    #[inline(always)]
    fn direct<O: Verdict, F: Form<O>>(
        self,
        job: Offer<'_, O>,
        cx: &mut TaskContext<'_>,
        waiting: &mut Option<WaitingFor<O, F>>,
    ) -> Poll<Outcome<O, F>> {
        if self.station.event_loop.is_concurrent() {
            return self.apart::<O, F>(job, cx, waiting);
        }
        let event_loop = &*self.station.event_loop;
        let sender = self.draft.sender;
        let in_turn =
            sender.filter(|sender| sender.scene == Scene::Turn && ptr::eq(sender.event_loop(), event_loop));
        if in_turn.is_none() && !may_enter(sender, event_loop, self.draft.nesting, cx) {
            return self.in_line::<O, F>(job, waiting);
        }
        let suspend = |begun| reply_to::<O, F>(self.info, Some(begun), false, false);
        let went = event_loop.try_at_once(in_turn, &self.draft, job, suspend);
        self.conclude::<O, F>(went, waiting)
    }

    /// The target's handlers overlap.
    fn apart<O: Verdict, F: Form<O>>(
        self,
        job: Offer<'_, O>,
        cx: &mut TaskContext<'_>,
        waiting: &mut Option<WaitingFor<O, F>>,
    ) -> Poll<Outcome<O, F>> {
        let event_loop = &*self.station.event_loop;
        let suspend = |begun| reply_to::<O, F>(self.info, Some(begun), false, false);
        let went = if may_enter(self.draft.sender, event_loop, self.draft.nesting, cx) {
            event_loop.try_apart(&self.draft, job, cx, suspend)
        } else {
            Inline::Busy(job)
        };
        self.conclude::<O, F>(went, waiting)
    }

    #[inline(always)]
    fn conclude<O: Verdict, F: Form<O>>(
        self,
        went: Inline<'_, O, Reply<O, F>>,
        waiting: &mut Option<WaitingFor<O, F>>,
    ) -> Poll<Outcome<O, F>> {
        match went {
            Inline::Ready(Ok(raw)) => Poll::Ready(F::refine(raw, F::note(self.info), || self.address())),
            Inline::Ready(Err(Panic { message })) => {
                Poll::Ready(Err(CallError::Panicked { address: self.address(), message: message.into() }))
            }
            Inline::Suspended(reply) => {
                self.wait_for::<O, F>(reply, Position::Begun, None, waiting);
                Poll::Pending
            }
            Inline::Busy(job) => self.in_line::<O, F>(job, waiting),
            Inline::BusyInTurn(job) => self.in_turn::<O, F>(job, waiting),
            Inline::Cycle(path) => Poll::Ready(Err(self.cycle(path).of_any_task())),
        }
    }

    #[cold]
    fn cycle(&self, path: CallPath) -> Box<CallError<Infallible>> {
        refused(self.station, self.draft.label.handler, CallError::Cycle { path })
    }

    /// The call belongs to the current turn of a shared loop, but its module is busy in that very turn.
    fn in_turn<O: Verdict, F: Form<O>>(
        self,
        job: Offer<'_, O>,
        waiting: &mut Option<WaitingFor<O, F>>,
    ) -> Poll<Outcome<O, F>> {
        let (completion, reply) = reply_to::<O, F>(self.info, None, false, self.draft.deadline.is_some());
        let fill = |slot: Slot<'_, Item>| Item::of(slot, &self.draft, job, completion);
        let receipt = self.station.event_loop.push_nested(fill);
        self.wait_for::<O, F>(reply, Position::Queued(receipt), None, waiting);
        Poll::Pending
    }

    fn in_line<O: Verdict, F: Form<O>>(
        self,
        job: Offer<'_, O>,
        waiting: &mut Option<WaitingFor<O, F>>,
    ) -> Poll<Outcome<O, F>> {
        let is_awaited = self.draft.sender.is_some() || !self.draft.visitor.is_none();
        let is_tracked = is_awaited && self.station.event_loop.is_concurrent();
        let (completion, reply) =
            reply_to::<O, F>(self.info, None, is_tracked, self.draft.deadline.is_some());
        let mut parcel = Some((job, completion));
        let mut fill = |slot: Slot<'_, Item>| match parcel.take() {
            Some((job, completion)) => Item::of(slot, &self.draft, job, completion),
            None => filled_twice(),
        };
        match self.line_up(&|| reply.pending(), &mut fill) {
            Ok((position, wait)) => {
                self.wait_for::<O, F>(reply, position, wait, waiting);
                Poll::Pending
            }
            Err(refusal) => Poll::Ready(Err(refusal.of_any_task())),
        }
    }

    fn line_up(
        &self,
        pending: &dyn Fn() -> Arc<dyn Pending>,
        fill: &mut dyn FnMut(Slot<'_, Item>) -> Filled,
    ) -> Result<(Position, Option<WaitId>), Box<CallError<Infallible>>> {
        let Draft { label, sender, .. } = self.draft;
        let begun = match sender {
            None if !self.draft.visitor.is_none() => {
                begin_wait_of(self.station, label, self.draft.caller(), pending)
            }
            _ => begin_wait(self.station, label, sender, pending),
        };
        let wait = match begun {
            Ok(wait) => wait,
            Err(path) => return Err(self.cycle(path)),
        };
        let mut obstacle = None;
        match (self.station.event_loop.push(Kind::Task, fill, &mut obstacle), obstacle) {
            (Some(receipt), _) => Ok((Position::Queued(receipt), wait)),
            (None, Some(Obstacle::Parked(parking))) => Ok((Position::Parked(parking), wait)),
            (None, refusal) => {
                if let Some(wait) = wait {
                    self.station.event_loop.services().waits.end(wait);
                }
                Err(refused(self.station, label.handler, not_admitted(refusal.as_ref(), self.station, label)))
            }
        }
    }

    #[inline(always)]
    fn wait_for<O, F: Form<O>>(
        &self,
        reply: Reply<O, F>,
        position: Position,
        wait: Option<WaitId>,
        waiting: &mut Option<WaitingFor<O, F>>,
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
            into_report: F::into_report,
        });
    }
}

/// Records that a handler waits for a busy target, unless it would wait for itself.
pub(crate) fn begin_wait(
    station: &Station,
    label: Label,
    sender: Option<&Activation>,
    pending: &dyn Fn() -> Arc<dyn Pending>,
) -> Result<Option<WaitId>, CallPath> {
    let sender = of_same_application(station, sender);
    let Some(caller) = sender.filter(|sender| sender.scene != Scene::Hook) else { return Ok(None) };
    begin_wait_of(station, label, caller.as_caller(), pending)
}

fn begin_wait_of(
    station: &Station,
    label: Label,
    from: Caller,
    pending: &dyn Fn() -> Arc<dyn Pending>,
) -> Result<Option<WaitId>, CallPath> {
    let services = station.event_loop.services();
    let edge = Edge { from, to: station.event_loop.id(), pending: pending() };
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

#[cold]
#[expect(clippy::panic, reason = "a broken invariant of the framework itself")]
fn filled_twice() -> ! {
    panic!("a call was put in line twice")
}

fn reply_to<O, F: Form<O>>(
    task: &'static TaskInfo,
    begun: Option<Begun>,
    tracked: bool,
    timed: bool,
) -> (ReplyTo<O, F>, Reply<O, F>) {
    let (answer, reply) = answer_and_reply(begun);
    (ReplyTo { answer, note: F::note(task), tracked, timed }, reply)
}
