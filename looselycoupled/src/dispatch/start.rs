//! Starting a call: at once where that is possible, otherwise in line.

use std::task::Context as TaskContext;

use tokio::time::Instant;

use super::affinity::may_enter;
use super::delivery::{Delivery, ReplyTo};
use super::job::{BlockingJob, TaskJob};
use super::sender::{Request, check, of_same_application};
use crate::event_loop::{
    Activation, Admission, Begun, Draft, Inline, Item, Job, Label, Nested, Panic, Scene, current,
};
use crate::module::{Task, TaskInfo, TaskKind};
use crate::reply::{CallError, Position, ReplyCell, Started, Waiting};
use crate::router::Station;
use crate::sync::Arc;
use crate::waits::{CallPath, Edge, Pending, WaitId};

/// Starts a call.
///
/// If the target is idle, nothing waits there, and the caller runs on the same runtime, the handler has run when
/// this returns, or at least begun; otherwise the call waits in line.
#[inline]
pub(crate) fn start<T: Task, D: Delivery<T>>(
    station: &Station,
    request: Request<'_>,
    arguments: T::Arguments,
    cx: &mut TaskContext<'_>,
) -> Started<D::Value, D::Error> {
    current(|sender| {
        let sender = of_same_application(station, sender);
        let info = const { &T::INFO };
        if let Err(refusal) = check(station, sender) {
            return Started::Done(Err(refusal.explain(station, info.index as u16, sender)));
        }
        let draft = Draft {
            label: Label { tenant: station.tenant, handler: info.index as u16 },
            priority: priority(&request, sender),
            deadline: deadline(&request, info, sender),
            sender,
            inherited: request.inherited,
            awaited: true,
        };
        if draft.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let address = station.tenant().address_of(draft.label.handler).into();
            return refused(station, CallError::Timeout { address, begun: false });
        }
        let call = Call { station, draft };
        let job = TaskJob::<T, D>::new(arguments);
        if matches!(info.kind, TaskKind::Blocking) {
            call.in_line::<T, D, _>(BlockingJob(job))
        } else {
            call.direct::<T, D, _>(job, cx)
        }
    })
}

/// A call never runs at a lower priority than its caller.
#[inline]
fn priority(request: &Request<'_>, sender: Option<&Activation>) -> crate::metadata::Priority {
    let own = match (request.inherited, sender) {
        (Some(made), Some(caller)) => Some(made.priority.or_higher(caller.seed.lineage.priority)),
        _ => request.inherited_priority(sender),
    };
    match (request.priority, own) {
        (Some(wanted), Some(own)) => wanted.or_higher(own),
        (wanted, own) => wanted.or(own).unwrap_or_default(),
    }
}

/// The earlier one of the caller's deadline and the call's own.
#[inline]
fn deadline(request: &Request<'_>, info: &TaskInfo, sender: Option<&Activation>) -> Option<Instant> {
    let inherited = sender.and_then(|sender| sender.seed.deadline);
    match request.timeout.or(info.timeout) {
        None => inherited,
        Some(timeout) => {
            let own = Instant::now() + timeout;
            Some(inherited.map_or(own, |inherited| own.min(inherited)))
        }
    }
}

#[cold]
fn refused<V, E>(station: &Station, error: CallError<E>) -> Started<V, E> {
    station.tenant().counters.refused.add();
    Started::Done(Err(error))
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
    ) -> Started<D::Value, D::Error> {
        let event_loop = &*self.station.event_loop;
        let draft = &self.draft;
        let suspend = |begun| reply_to::<T, D>(Some(begun), false);
        let went = match draft.sender {
            Some(caller) if caller.scene == Scene::Turn && std::ptr::eq(caller.event_loop(), event_loop) => {
                match event_loop.try_nested(caller, draft, job, suspend) {
                    Nested::Cycle(path) => return refused(self.station, CallError::Cycle { path }),
                    Nested::Went(Inline::Busy(job)) => return self.in_turn::<T, D, J>(job),
                    Nested::Went(went) => went,
                }
            }
            sender if !may_enter(sender, event_loop, draft.nesting(), cx) => Inline::Busy(job),
            _ if event_loop.is_concurrent() => event_loop.try_apart(draft, job, cx, suspend),
            _ => event_loop.try_inline(draft, job, suspend),
        };
        match went {
            Inline::Ready(Ok(raw)) => Started::Done(D::refine(raw, || self.address())),
            Inline::Ready(Err(Panic { message })) => {
                Started::Done(Err(CallError::Panicked { address: self.address(), message: message.into() }))
            }
            Inline::Suspended(reply) => Started::Waiting(self.waiting::<T, D>(reply, Position::Begun, None)),
            Inline::Busy(job) => self.in_line::<T, D, J>(job),
        }
    }

    /// The call belongs to the current turn of a shared loop, but its module is busy in that very turn.
    fn in_turn<T: Task, D: Delivery<T>, J: Job<Output = D::Raw>>(
        self,
        job: J,
    ) -> Started<D::Value, D::Error> {
        let (completion, reply) = reply_to::<T, D>(None, false);
        let number = self.station.event_loop.push_nested(Item::new(self.draft.seed(), job, completion));
        Started::Waiting(self.waiting::<T, D>(reply, Position::Queued(number), None))
    }

    fn in_line<T: Task, D: Delivery<T>, J: Job<Output = D::Raw>>(
        self,
        job: J,
    ) -> Started<D::Value, D::Error> {
        let is_tracked = self.draft.sender.is_some() && self.station.event_loop.is_concurrent();
        let (completion, reply) = reply_to::<T, D>(None, is_tracked);
        let pending = || Arc::clone(&reply) as Arc<dyn Pending>;
        let wait = match begin_wait(self.station, self.draft.label, self.draft.sender, pending) {
            Ok(wait) => wait,
            Err(path) => return refused(self.station, CallError::Cycle { path }),
        };
        let item = Item::new(self.draft.seed(), job, completion);
        let position = match self.station.event_loop.push(item) {
            Admission::Accepted(number) => Position::Queued(number),
            Admission::Parked(parking) => Position::Parked(parking),
            refusal @ (Admission::Full | Admission::Closed) => {
                if let Some(wait) = wait {
                    self.station.event_loop.services().waits.end(wait);
                }
                return refused(self.station, not_admitted(&refusal, self.address()));
            }
        };
        Started::Waiting(self.waiting::<T, D>(reply, position, wait))
    }

    fn waiting<T: Task, D: Delivery<T>>(
        &self,
        reply: Arc<ReplyCell<D::Value, D::Error>>,
        position: Position,
        wait: Option<WaitId>,
    ) -> Waiting<D::Value, D::Error> {
        Waiting {
            reply,
            station: None,
            label: self.draft.label,
            position,
            priority: self.draft.priority,
            deadline: self.draft.deadline,
            caller: self.draft.caller().party,
            wait,
            timer: None,
            done: false,
            into_report: D::into_report,
        }
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
pub(crate) fn not_admitted<E>(refusal: &Admission, address: Box<str>) -> CallError<E> {
    match refusal {
        Admission::Closed => CallError::ShuttingDown { address, begun: false },
        Admission::Full | Admission::Accepted(_) | Admission::Parked(_) => {
            CallError::QueueFull { address, path: None }
        }
    }
}

type Answer<T, D> = (ReplyTo<T, D>, Arc<ReplyCell<<D as Delivery<T>>::Value, <D as Delivery<T>>::Error>>);

fn reply_to<T: Task, D: Delivery<T>>(begun: Option<Begun>, tracked: bool) -> Answer<T, D> {
    let reply = ReplyCell::new(begun);
    (ReplyTo { reply: Arc::clone(&reply), tracked }, reply)
}
