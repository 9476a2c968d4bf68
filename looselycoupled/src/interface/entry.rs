//! How the stub of an interface enters a task whose module it does not know.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

use crate::dispatch::{ByInterface, Post, Request, enqueue_task, post_task, start_task};
use crate::event_loop::Receipt;
use crate::module::{
    Interface, InterfaceInfo, MethodInfo, ModuleDescriptor, Nth, Task, TaskAt, TaskDescriptor, TaskInfo,
    Wording,
};
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
    pub(super) wording: Wording<A, O>,
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
            wording: T::WORDING,
        }
    }
}

/// A method as a task in another process.
#[derive(Debug)]
pub struct MethodElsewhere<I: ?Sized, const METHOD: usize, A, O>(PhantomData<fn(A, &I) -> O>);

impl<I: Interface + ?Sized, const METHOD: usize, A: Send + 'static, O: Send + 'static>
    MethodElsewhere<I, METHOD, A, O>
{
    const INFO: TaskInfo = {
        let MethodInfo { name, documentation, parameters, result, location } = I::INFO.methods[METHOD];
        TaskInfo { index: METHOD, documentation, parameters, result, ..TaskInfo::bare(name, location) }
    };

    /// The way into it: what leads into a queue is refused there, since nobody is.
    #[must_use]
    pub const fn entry(wording: Wording<A, O>) -> TypedEntry<A, O> {
        TypedEntry {
            info: const { &Self::INFO },
            start: |_, _, _, _, _| Poll::Ready(Err(not_here::<I>(METHOD))),
            enqueue: |_, _, _, stopped| {
                *stopped = Some(Stopped::Refused(not_here::<I>(METHOD)));
                None
            },
            post: |_| Box::new(|_, _, _, _| None),
            wording,
        }
    }
}

/// Nobody comes here: what is for another process takes another way.
#[cold]
fn not_here<I: Interface + ?Sized>(method: usize) -> CallError {
    let address = format!("{}.{}", I::INFO.name, I::INFO.methods[method].name).into();
    CallError::ShuttingDown { address, begun: false }
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
