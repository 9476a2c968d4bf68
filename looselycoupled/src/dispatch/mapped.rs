//! Turning the output of a future into another one, in place.
//!
//! An `async` block around the handler's future would be built first and then moved into the block's own state; what
//! was just written would be read back in other portions, which costs more than the handler.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

pin_project! {
    /// A future with its output passed through a function.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Mapped<F, M> {
        #[pin]
        future: F,
        map: M,
    }
}

impl<F, M> Mapped<F, M> {
    #[inline]
    pub(crate) const fn new(future: F, map: M) -> Self {
        Self { future, map }
    }
}

impl<F: Future, M: Fn(F::Output) -> T, T> Future for Mapped<F, M> {
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.project();
        let output = ready!(this.future.poll(cx));
        Poll::Ready((this.map)(output))
    }
}

/// The future of a handler that cannot fail, as one that could.
#[inline]
pub fn infallible<F: Future>(
    future: F,
) -> Mapped<F, impl Fn(F::Output) -> Result<F::Output, Infallible> + Send> {
    Mapped::new(future, Ok)
}
