//! All interceptors of an application, in their order.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Interceptor, Message, Rejection};
use crate::event_loop::{Panic, Services, current};
use crate::sync::Arc;

type Passing<'a> = Pin<Box<dyn Future<Output = Result<(), Rejection>> + Send + 'a>>;

/// An interceptor whose type has been forgotten.
trait Erased: Send + Sync {
    fn sending<'a>(&'a self, message: &'a mut Message) -> Passing<'a>;
    fn receiving<'a>(&'a self, message: &'a mut Message) -> Passing<'a>;
}

impl<I: Interceptor> Erased for I {
    fn sending<'a>(&'a self, message: &'a mut Message) -> Passing<'a> {
        Box::pin(Interceptor::sending(self, message))
    }

    fn receiving<'a>(&'a self, message: &'a mut Message) -> Passing<'a> {
        Box::pin(Interceptor::receiving(self, message))
    }
}

/// All of them, in the order in which messages pass.
#[derive(Clone, Default)]
pub(crate) struct Interceptors(Vec<Arc<dyn Erased>>);

impl fmt::Debug for Interceptors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Interceptors").field(&self.0.len()).finish()
    }
}

/// A message did not pass.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub(crate) cause: Rejection,
}

impl Interceptors {
    /// Those of an application, for a message that is sent here and now.
    pub(crate) fn of(services: &Services) -> Option<&Self> {
        let interceptors = services.checkpoint()?.downcast_ref()?;
        (!is_within()).then_some(interceptors)
    }

    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn add(&mut self, interceptor: impl Interceptor) {
        self.0.push(Arc::new(interceptor));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The way out of this process.
    pub(crate) fn send(
        &self,
        mut message: Message,
    ) -> impl Future<Output = Result<Message, Rejected>> + Send + 'static {
        let all = self.0.clone();
        Attended::new(async move {
            for interceptor in &all {
                interceptor.sending(&mut message).await.map_err(|cause| Rejected { cause })?;
            }
            Ok(message)
        })
    }

    /// The way into this process.
    pub(crate) fn receive(
        &self,
        mut message: Message,
    ) -> impl Future<Output = Result<Message, Rejected>> + Send + 'static {
        let all = self.0.clone();
        Attended::new(async move {
            for interceptor in &all {
                interceptor.receiving(&mut message).await.map_err(|cause| Rejected { cause })?;
            }
            Ok(message)
        })
    }

    /// The way of a message that stays in this process.
    pub(crate) fn pass(
        &self,
        message: Message,
    ) -> impl Future<Output = Result<Message, Rejected>> + Send + 'static {
        let (out, all) = (self.send(message), self.clone());
        async move { all.receive(out.await?).await }
    }
}

thread_local! {
    /// Inside of which handler interceptors are polled just now.
    static POLLED_IN: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Which handler this is part of; 0 if it is of none.
fn here() -> usize {
    current(|handler| handler.map_or(0, |handler| std::ptr::from_ref(handler).addr()))
}

/// Whether this is code of an interceptor: what it sends itself passes none. A handler that begins inside of it is not.
fn is_within() -> bool {
    POLLED_IN.get() == Some(here())
}

/// Interceptors at work: their panics reject the message, and what they send is known as theirs.
struct Attended<F>(Pin<Box<F>>);

impl<F> Attended<F> {
    fn new(future: F) -> Self {
        Self(Box::pin(future))
    }
}

impl<F: Future<Output = Result<Message, Rejected>>> Future for Attended<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let before = POLLED_IN.replace(Some(here()));
        let polled = catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx)));
        POLLED_IN.set(before);
        polled.unwrap_or_else(|payload| {
            let said = Panic::from_payload(payload).message;
            Poll::Ready(Err(Rejected { cause: format!("an interceptor panicked: {said}").into() }))
        })
    }
}
