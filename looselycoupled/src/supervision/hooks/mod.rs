//! Running life-cycle hooks.

mod alone;
mod beside;
mod idle;
mod run_hooks;

pub(super) use alone::Told;
pub(crate) use alone::run_alone;
pub(crate) use beside::Running;
pub(crate) use idle::push_idle;
pub(crate) use run_hooks::{Renewable, RunHooks};

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use crate::event_loop::{Activation, Cause, EventLoop, Kind, Label, Panic, Seed, enter};
use crate::metadata::{Lineage, Priority};
use crate::module::Hook;
use crate::reply::BoxError;
use crate::router::Station;
use crate::sync::Arc;

pub(super) fn seed(station: &Station, hook: Hook) -> Seed {
    let label = Label { tenant: station.tenant, handler: hook.label() };
    let lineage = Lineage::root(station.tenant().module, Priority::Normal);
    Seed { label, kind: Kind::Hook, nesting: 0, deadline: None, lineage }
}

/// A hook that is polled as code of its module.
struct Inside<F> {
    future: Caught<F>,
    activation: Activation,
    /// The activation points to it.
    _event_loop: Arc<EventLoop>,
}

impl<F> Inside<F> {
    fn new(station: &Station, hook: Hook, future: F) -> Self {
        let activation = Activation::of_hook(&station.event_loop, seed(station, hook));
        Self { future: Caught(future), activation, _event_loop: Arc::clone(&station.event_loop) }
    }
}

impl<F: Future<Output = Result<(), BoxError>> + Unpin> Future for Inside<F> {
    type Output = Result<(), BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        enter(&this.activation, || Pin::new(&mut this.future).poll(cx))
    }
}

/// A hook whose panic is an error.
pub(super) struct Caught<F>(pub(super) F);

impl<F: Future<Output = Result<(), BoxError>> + Unpin> Future for Caught<F> {
    type Output = Result<(), BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.0).poll(cx))) {
            Ok(polled) => polled,
            Err(payload) => Poll::Ready(Err(Box::new(Panicked(Panic::from_payload(payload).message)))),
        }
    }
}

/// A panic of a hook, until it is reported as one.
#[derive(Debug, thiserror::Error)]
#[error("panicked: {0}")]
pub(super) struct Panicked(pub(super) String);

/// What a hook failed of.
pub(crate) fn cause(error: BoxError) -> Cause {
    match error.downcast::<Panicked>() {
        Ok(panicked) => Cause::Panic(panicked.0),
        Err(error) => Cause::Error(error),
    }
}
