//! A session that goes with every message.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Interceptor, Message, Rejection};
use crate::statistics::MessageKind;
use crate::sync::Arc;

thread_local! {
    static CURRENT: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Gives messages the session in which they are sent as a header, `session` unless it is given another name.
///
/// What a handler sends belongs to the session of the message that it handles, without a word: headers are inherited. Where a
/// session begins, outside of handlers, [`within`](Self::within) says which one.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::interceptor::SessionHeaders;
///
/// #[derive(Default)]
/// struct Door;
///
/// #[module]
/// impl Door {
///     #[task]
///     fn who(&self, ctx: &Context) -> Option<String> {
///         ctx.metadata().headers.get("session").map(str::to_owned)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("door", Door).interceptor(SessionHeaders::default()).start().await?;
/// let asked = app.handle().exec_task("door.who", args! {});
/// let who: Option<String> = SessionHeaders::within("anna-42", asked).await?.get()?;
/// assert_eq!(who.as_deref(), Some("anna-42"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SessionHeaders {
    header: Box<str>,
    is_required: bool,
}

impl Default for SessionHeaders {
    fn default() -> Self {
        Self::named("session")
    }
}

impl SessionHeaders {
    /// With a header of another name.
    #[must_use]
    pub fn named(header: &str) -> Self {
        Self { header: header.into(), is_required: false }
    }

    /// Rejects calls and tasks that come without a session ([`NoSession`]). Events may have none.
    #[must_use]
    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// Runs a future in a session: what it sends has the session's header, unless it continues another one.
    pub fn within<F: Future>(session: &str, future: F) -> WithinSession<F> {
        WithinSession { session: session.into(), future: Box::pin(future) }
    }
}

/// A future in a [session](SessionHeaders::within).
#[must_use = "futures do nothing unless polled"]
pub struct WithinSession<F> {
    session: Arc<str>,
    future: Pin<Box<F>>,
}

impl<F> fmt::Debug for WithinSession<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithinSession").finish_non_exhaustive()
    }
}

/// Gives the thread its former session back, also when the future panics.
struct Former(Option<Arc<str>>);

impl Drop for Former {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl<F: Future> Future for WithinSession<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _former = Former(CURRENT.replace(Some(Arc::clone(&self.session))));
        self.future.as_mut().poll(cx)
    }
}

/// A message belongs to no session, and has to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it belongs to no session: its header `{header}` is missing")]
pub struct NoSession {
    /// The name of the header.
    pub header: Box<str>,
}

impl Interceptor for SessionHeaders {
    async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
        if message.header(&self.header).is_none()
            && let Some(session) = CURRENT.with_borrow(Clone::clone)
        {
            message.set_header(&self.header, &session);
        }
        Ok(())
    }

    async fn receiving(&self, message: &mut Message) -> Result<(), Rejection> {
        let lacks_one = self.is_required && message.kind() != MessageKind::Event;
        if lacks_one && message.header(&self.header).is_none() {
            return Err(NoSession { header: self.header.clone() }.into());
        }
        Ok(())
    }
}
