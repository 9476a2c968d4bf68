//! All that one client has subscribed to.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use tokio_stream::StreamMap;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError::Lagged;

use super::super::problem::{Problem, Refusal};
use super::frames::Frame;
use super::hub::{Hub, Topic};

/// Each is looked at for each frame.
const MOST: usize = 256;

/// Frames in the order in which they come; where this client was too slow, a gap stands in their place.
#[derive(Default)]
pub(super) struct Feeds(StreamMap<String, Feed>);

struct Feed {
    topic: Arc<Topic>,
    frames: BroadcastStream<Frame>,
}

impl Stream for Feed {
    type Item = Frame;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Frame>> {
        let found = self.frames.poll_next_unpin(cx);
        found.map(|found| {
            Some(found?.unwrap_or_else(|Lagged(missed)| Frame::gap(&self.topic.pattern, missed)))
        })
    }
}

impl Feeds {
    /// A second subscription to the same is the first one.
    pub(super) fn add(&mut self, hub: &Hub, pattern: &str) -> Result<(), Problem> {
        if self.0.contains_key(pattern) {
            return Ok(());
        }
        if self.0.len() >= MOST {
            let detail =
                format!("one connection may have {MOST} subscriptions; a pattern stands for many events");
            return Err(Problem::new(Refusal::TooMany, detail));
        }
        let (topic, receiver) = hub.listen(pattern)?;
        self.0.insert(pattern.to_owned(), Feed { topic, frames: BroadcastStream::new(receiver) });
        Ok(())
    }

    /// False: there was no such subscription.
    pub(super) fn remove(&mut self, pattern: &str) -> bool {
        self.0.remove(pattern).is_some()
    }

    /// Waits where there is none.
    ///
    /// # Cancel safety
    ///
    /// Safe: no frame is lost.
    pub(super) async fn next(&mut self) -> Frame {
        match self.0.next().await {
            Some((_, frame)) => frame,
            None => std::future::pending().await,
        }
    }

    /// Those that are there already.
    pub(super) fn next_now(&mut self) -> Option<Frame> {
        futures_util::FutureExt::now_or_never(self.next())
    }
}

impl Stream for Feeds {
    type Item = Frame;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Frame>> {
        self.0.poll_next_unpin(cx).map(|found| found.map(|(_, frame)| frame))
    }
}
