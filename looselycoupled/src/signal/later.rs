//! Listeners that run after the emission.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::connection::Connection;
use super::guard::{let_go, report};
use super::slots::{Listener, Slots};
use crate::sync::{Arc, AtomicBool, AtomicU64, Ordering};

/// How many values wait for one listener.
const CAPACITY: usize = 65_536;

/// What a listener and its connection know of the values that wait.
#[derive(Default)]
pub(super) struct Backlog {
    /// How many were not handled.
    pub(super) missed: AtomicU64,
    /// Nobody wants what still waits.
    pub(super) is_cut_off: AtomicBool,
}

/// The runtime that listeners run on later.
#[track_caller]
#[expect(
    clippy::panic,
    reason = "it is known where this is called, and a listener that never runs would hide it"
)]
pub(super) fn runtime() -> Handle {
    // A closure would show its own line instead of the caller's.
    match Handle::try_current() {
        Ok(runtime) => runtime,
        Err(_) => panic!(
            "`connect_async` needs a tokio runtime for its listener to run on: call it inside of one, or behind \
             `let _inside = runtime.enter();`; `connect` needs none"
        ),
    }
}

/// Connects what puts values in line for a listener, which a task of the runtime calls with one after the other.
pub(super) fn connect<T, L, F>(signal: &Arc<Slots<T>>, listener: L, runtime: &Handle) -> Connection
where
    T: Clone + Send + 'static,
    L: FnMut(T) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let backlog = Arc::<Backlog>::default();
    let (sender, values) = mpsc::channel(CAPACITY);
    let slot = Slots::add(signal, putting_in_line(sender, Arc::clone(&backlog)));
    let _connection = Connection::new(signal, &slot, None);
    let worker = Worker {
        listener: Some(listener),
        values,
        is_calling: false,
        backlog: Arc::clone(&backlog),
        _connection,
    };
    runtime.spawn(worker.work());
    Connection::new(signal, &slot, Some(backlog))
}

fn putting_in_line<T: Clone + Send + 'static>(
    sender: mpsc::Sender<Waiting<T>>,
    backlog: Arc<Backlog>,
) -> Listener<T> {
    Box::new(move |value| {
        let waiting = Waiting { value: Some(value.clone()), backlog: Arc::clone(&backlog) };
        // What finds no room counts itself.
        let _ = sender.try_send(waiting);
    })
}

/// A value in line. Wherever it is dropped instead of taken, the listener has missed it.
struct Waiting<T> {
    value: Option<T>,
    backlog: Arc<Backlog>,
}

impl<T> Waiting<T> {
    fn wanted(mut self) -> Option<T> {
        if self.backlog.is_cut_off.load(Ordering::Acquire) { None } else { self.value.take() }
    }
}

impl<T> Drop for Waiting<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            self.backlog.missed.fetch_add(1, Ordering::Relaxed);
            let_go(|| drop(value));
        }
    }
}

/// Calls a listener with what waits, and ends after that when nothing can come any more.
struct Worker<T, L> {
    listener: Option<L>,
    values: mpsc::Receiver<Waiting<T>>,
    is_calling: bool,
    backlog: Arc<Backlog>,
    /// Without its worker, which goes with the runtime, the listener is connected no more.
    _connection: Connection,
}

impl<T, L, F> Worker<T, L>
where
    L: FnMut(T) -> F,
    F: Future<Output = ()>,
{
    async fn work(mut self) {
        while let Some(value) = self.values.recv().await.and_then(Waiting::wanted) {
            self.is_calling = true;
            let call = || self.listener.as_mut().map(|listener| listener(value));
            match catch_unwind(AssertUnwindSafe(call)) {
                Ok(call) => Call(pin!(call)).await,
                Err(payload) => report(payload),
            }
            self.is_calling = false;
        }
    }
}

impl<T, L> Drop for Worker<T, L> {
    fn drop(&mut self) {
        self.backlog.missed.fetch_add(u64::from(self.is_calling), Ordering::Relaxed);
        let missed = self.values.len() + usize::from(self.is_calling);
        if missed > 0 && !self.backlog.is_cut_off.load(Ordering::Acquire) {
            tracing::warn!(
                target: "looselycoupled",
                missed,
                "the runtime of a signal's listener has ended: the listener is disconnected, and what it had not handled is missed"
            );
        }
        let_go(|| drop(self.listener.take()));
    }
}

/// A call of a listener: what it panics with, also when it is dropped, ends the call, not whoever awaits it.
struct Call<'a, F>(Pin<&'a mut Option<F>>);

impl<F: Future<Output = ()>> Future for Call<'_, F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let poll = || self.0.as_mut().as_pin_mut().map_or(Poll::Ready(()), |call| call.poll(cx));
        catch_unwind(AssertUnwindSafe(poll)).unwrap_or_else(|payload| {
            report(payload);
            Poll::Ready(())
        })
    }
}

impl<F> Drop for Call<'_, F> {
    fn drop(&mut self) {
        let_go(|| self.0.set(None));
    }
}
