//! Whether the caller runs on the runtime of its target.

use std::cell::Cell;
use std::ptr;
use std::task::Context as TaskContext;

use crate::blocking::is_marked;
use crate::event_loop::{Activation, EventLoop, Services};

/// Inline calls on one stack; deeper ones take the queue.
const MOST_NESTED: u8 = 32;

/// Whether the caller may run a handler of the loop on its own task: both must live on the same runtime, the
/// thread must not be one that blocks, and the stack must not grow without end.
#[inline]
pub(super) fn may_enter(
    activation: Option<&Activation>,
    event_loop: &EventLoop,
    nesting: u8,
    cx: &TaskContext<'_>,
) -> bool {
    let services = event_loop.services();
    if nesting >= MOST_NESTED {
        return false;
    }
    match activation {
        Some(caller) => {
            let theirs = caller.event_loop();
            is_same_runtime(theirs, event_loop) && !is_marked()
        }
        None => !event_loop.has_thread() && is_task_of(services, event_loop, cx),
    }
}

/// Loops with a thread of their own are each a runtime for themselves; calls of such a loop to itself have another way.
#[inline]
fn is_same_runtime(theirs: &EventLoop, ours: &EventLoop) -> bool {
    if theirs.has_thread() || ours.has_thread() {
        return false;
    }
    let (theirs, ours) = (theirs.services(), ours.services());
    ptr::eq(theirs, ours) || theirs.runtime_id == ours.runtime_id
}

/// A task that was asked after last on this thread, and the runtime on which it lives: not an application, whose address
/// another one may have after its end.
#[derive(Clone, Copy)]
struct Known {
    task: tokio::task::Id,
    waker: *const (),
    runtime: tokio::runtime::Id,
}

thread_local! {
    static KNOWN: Cell<Option<Known>> = const { Cell::new(None) };
}

/// Asking tokio for the current runtime counts references up and down, which costs as much as the rest of a call.
/// A task stays on its runtime for life and its id is never used again; so the answer for the task that polls, which
/// shows by its own waker being passed on, is remembered.
#[inline]
fn is_task_of(services: &Services, event_loop: &EventLoop, cx: &TaskContext<'_>) -> bool {
    let waker = cx.waker();
    let is_of_task = event_loop.waker_vtable().is_some_and(|vtable| ptr::eq(vtable, waker.vtable()));
    let Some(task) = tokio::task::try_id().filter(|_| is_of_task) else { return is_current(services) };
    let asked = Known { task, waker: waker.data(), runtime: services.runtime_id };
    let is_known = |known: Known| {
        known.task == asked.task && ptr::eq(known.waker, asked.waker) && known.runtime == asked.runtime
    };
    if KNOWN.get().is_some_and(is_known) {
        return true;
    }
    let same = is_current(services);
    if same {
        KNOWN.set(Some(asked));
    }
    same
}

#[cold]
fn is_current(services: &Services) -> bool {
    let current = tokio::runtime::Handle::try_current();
    current.is_ok_and(|current| current.id() == services.runtime_id) && !is_marked()
}
