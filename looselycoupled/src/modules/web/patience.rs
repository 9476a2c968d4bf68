//! Bodies for pages of one's own, which a client has to go on sending.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::Limited;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::BoxError;

/// For the next part of a body. It is not the time for all of it, since `body_limit` may be large.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body that breaks off where its client says nothing more: it would keep its place among the connections for ever.
pub(super) struct Patient {
    body: Limited<Incoming>,
    /// While something is waited for.
    patience: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub(super) fn new(body: Incoming, limit: usize) -> Self {
        Self { body: Limited::new(body, limit), patience: None }
    }
}

impl Body for Patient {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.patience = None;
            return Poll::Ready(frame);
        }
        let patience = self.patience.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
        let late = || format!("nothing more of the body came within {PATIENCE:?}").into();
        patience.as_mut().poll(cx).map(|()| Some(Err(late())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
