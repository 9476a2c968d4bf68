//! How the stub of an interface enters a task whose module it does not know.

use std::any::Any;
use std::fmt;
use std::task::{Context, Poll};

use crate::dispatch::{ByInterface, Post, Request, enqueue_task, post_task, start_task};
use crate::event_loop::Receipt;
use crate::module::{InterfaceInfo, ModuleDescriptor, Nth, Task, TaskAt, TaskDescriptor, TaskInfo};
use crate::reply::{CallError, Stopped, TaskFailure, Waiting};
use crate::router::Station;

type StartEntry<A, O> = fn(
    &Station,
    Request<'_>,
    A,
    &mut Context<'_>,
    &mut Option<Waiting<O, TaskFailure>>,
) -> Poll<Result<O, CallError>>;

type EnqueueEntry<A> = fn(&Station, &Request<'_>, A, &mut Option<Stopped>) -> Option<Receipt>;

/// The ways into a task with parameters `A` and value `O`: the very functions that the stub of its module uses.
pub struct TypedEntry<A, O> {
    pub(super) info: &'static TaskInfo,
    pub(super) start: StartEntry<A, O>,
    pub(super) enqueue: EnqueueEntry<A>,
    pub(super) post: fn(A) -> Post,
}

impl<A, O> fmt::Debug for TypedEntry<A, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedEntry").field("task", &self.info.name).finish_non_exhaustive()
    }
}

impl<A: Send + 'static, O: Send + 'static> TypedEntry<A, O> {
    const fn of<T: Task<Arguments = A, Output = O>>() -> Self {
        Self {
            info: const { &T::INFO },
            start: start_task::<T, ByInterface>,
            enqueue: enqueue_task::<T>,
            post: post_task::<T>,
        }
    }
}

/// The entry of a task, its types forgotten until a stub asks for them.
const fn entry<T: Task>() -> &'static (dyn Any + Send + Sync) {
    const { &TypedEntry::<T::Arguments, T::Output>::of::<T>() }
}

impl TaskDescriptor {
    /// Lets stubs in if the task number `I` of `M`, which this is, belongs to one of the interfaces. For all others there is
    /// no code.
    #[must_use]
    pub const fn open<M: TaskAt<I>, const I: usize>(self, interfaces: &[&InterfaceInfo]) -> Self {
        let mut rest = interfaces;
        while let [interface, others @ ..] = rest {
            if interface.method(self.info.name).is_some() {
                return Self { typed: Some(entry::<Nth<M, I>>()), ..self };
            }
            rest = others;
        }
        self
    }
}

impl ModuleDescriptor {
    /// Says which interfaces the module implements.
    #[must_use]
    pub const fn implementing(self, interfaces: &'static [&'static InterfaceInfo]) -> Self {
        Self { interfaces, ..self }
    }
}
