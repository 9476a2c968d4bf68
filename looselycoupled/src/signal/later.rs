//! Listeners that run after the emission.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use tokio::sync::mpsc;

use super::slots::{Listener, report};
use crate::sync::{Arc, AtomicBool, AtomicU64, Ordering};

/// How many values wait for one listener.
const CAPACITY: usize = 65_536;

/// What a listener and its connection know of the values that wait.
#[derive(Default)]
pub(super) struct Backlog {
    /// How many found no room.
    pub(super) missed: AtomicU64,
    /// Nobody wants what still waits.
    pub(super) is_cut_off: AtomicBool,
}

/// What puts values in line for a listener, which a task of the present runtime calls with one after the other. The task
/// ends when that has been dropped, after what waits.
pub(super) fn queued<T, F>(
    listener: impl FnMut(T) -> F + Send + 'static,
    backlog: Arc<Backlog>,
) -> Listener<T>
where
    T: Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, values) = mpsc::channel(CAPACITY);
    tokio::spawn(call_each(listener, values, Arc::clone(&backlog)));
    Box::new(move |value: &T| {
        if sender.try_send(value.clone()).is_err() {
            backlog.missed.fetch_add(1, Ordering::Relaxed);
        }
    })
}

async fn call_each<T, F: Future<Output = ()>>(
    mut listener: impl FnMut(T) -> F,
    mut values: mpsc::Receiver<T>,
    backlog: Arc<Backlog>,
) {
    while let Some(value) = values.recv().await {
        if backlog.is_cut_off.load(Ordering::Acquire) {
            return;
        }
        match catch_unwind(AssertUnwindSafe(|| listener(value))) {
            Ok(call) => caught(call).await,
            Err(payload) => report(payload),
        }
    }
}

/// A panic ends the call, not whoever awaits it.
async fn caught(call: impl Future<Output = ()>) {
    let mut call = pin!(call);
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))).unwrap_or_else(|payload| {
            report(payload);
            Poll::Ready(())
        })
    })
    .await;
}
