//! All that one client has subscribed to.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::{Stream, StreamExt};
use tokio_stream::StreamMap;
use tokio_stream::wrappers::BroadcastStream;

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
    /// How many events of the topic this client knows of, by themselves or by gaps.
    told: u64,
    /// What stands behind a gap.
    held: Option<Frame>,
}

impl Stream for Feed {
    type Item = Frame;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Frame>> {
        if let Some(held) = self.held.take() {
            self.told = held.before + held.events;
            return Poll::Ready(Some(held));
        }
        loop {
            // How many frames were overwritten says too little: a gap among them stands for many events. The next frame knows.
            let frame = match ready!(self.frames.poll_next_unpin(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(_)) => continue,
                None => return Poll::Ready(None),
            };
            let missed = frame.before - self.told;
            if missed == 0 {
                self.told += frame.events;
                return Poll::Ready(Some(frame));
            }
            self.held = Some(frame);
            return Poll::Ready(Some(Frame::gap(&self.topic.pattern, missed)));
        }
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
        let (topic, receiver, told) = hub.listen(pattern)?;
        let frames = BroadcastStream::new(receiver);
        self.0.insert(pattern.to_owned(), Feed { topic, frames, told, held: None });
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
