//! Waiting for the next emission.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::Connection;
use super::slots::Slots;
use crate::sync::{Arc, Mutex};

/// The value of the next emission; `None` if the signal is dropped before.
///
/// # Cancel safety
///
/// Safe to drop; it leaves nothing behind, and the value is lost if it had been emitted.
#[must_use = "nobody waits unless this is awaited"]
pub struct Next<T> {
    value: oneshot::Receiver<T>,
    _connection: Connection,
}

impl<T> fmt::Debug for Next<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").finish_non_exhaustive()
    }
}

impl<T: Clone + Send + 'static> Next<T> {
    pub(super) fn new(signal: &Arc<Slots<T>>) -> Self {
        let (sender, value) = oneshot::channel();
        let sender = Mutex::new(Some(sender));
        let slot = Slots::add(
            signal,
            Box::new(move |value: &T| {
                let first = sender.lock().take();
                // Nobody waits any more if this fails.
                let _ = first.map(|sender| sender.send(value.clone()));
            }),
        );
        Self { value, _connection: Connection::new(signal, &slot, None) }
    }
}

impl<T> Future for Next<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.value).poll(cx).map(Result::ok)
    }
}
