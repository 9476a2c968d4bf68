//! One subscription of the application for all clients that want the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use super::super::problem::{Problem, Refusal};
use super::frames::Frame;
use crate::address::EventPattern;
use crate::prelude::*;

/// Each keeps room for the whole buffer, whether it is needed or not.
const MOST: usize = 1_000;

#[derive(Debug)]
pub(in crate::modules::web) struct Hub {
    /// From outside of every module: whoever listens here hears also what the module itself sends.
    outside: Handle,
    topics: Mutex<HashMap<String, Weak<Topic>>>,
    /// How many frames wait for a slow client.
    capacity: usize,
}

/// What is heard by one pattern. The last client that drops it ends the subscription.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) pattern: String,
    channel: Arc<Channel>,
    reader: AbortHandle,
}

/// What is sent, and how many events that were, which whoever joins has to know together.
#[derive(Debug)]
struct Channel {
    frames: broadcast::Sender<Frame>,
    told: Mutex<u64>,
}

impl Channel {
    fn told(&self) -> MutexGuard<'_, u64> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, frame: Frame) {
        let mut told = self.told();
        let before = *told;
        *told += frame.events;
        // Nobody listens only when the topic is about to be dropped.
        let _number = self.frames.send(Frame { before, ..frame });
    }

    /// Who listens from now on, and how many events had been told before.
    fn join(&self) -> (broadcast::Receiver<Frame>, u64) {
        let told = self.told();
        (self.frames.subscribe(), *told)
    }
}

impl Drop for Topic {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Hub {
    pub(in crate::modules::web) fn new(outside: Handle, capacity: usize) -> Self {
        Self { outside, topics: Mutex::default(), capacity }
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<String, Weak<Topic>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens from now on.
    pub(super) fn listen(
        &self,
        pattern: &str,
    ) -> Result<(Arc<Topic>, broadcast::Receiver<Frame>, u64), Problem> {
        let malformed = |error| Problem::new(Refusal::Malformed, format!("`{pattern}` is no event: {error}"));
        pattern.parse::<EventPattern>().map_err(malformed)?;
        let mut topics = self.topics();
        if let Some(topic) = topics.get(pattern).and_then(Weak::upgrade) {
            let (receiver, told) = topic.channel.join();
            return Ok((topic, receiver, told));
        }
        topics.retain(|_, topic| topic.strong_count() > 0);
        if topics.len() >= MOST {
            let detail = format!(
                "clients have subscribed to {MOST} different patterns; use one that others use, as `**`"
            );
            return Err(Problem::new(Refusal::TooMany, detail));
        }
        let frames = broadcast::Sender::new(self.capacity);
        let channel = Arc::new(Channel { frames, told: Mutex::new(0) });
        let (receiver, told) = channel.join();
        let mut events = self.outside.subscribe(pattern);
        let (sender, heard_by) = (Arc::clone(&channel), pattern.to_owned());
        let reader = tokio::spawn(async move {
            while let Some(record) = events.next().await {
                sender.send(Frame::of(&record, &heard_by));
            }
        });
        let topic = Arc::new(Topic { pattern: pattern.to_owned(), channel, reader: reader.abort_handle() });
        topics.insert(pattern.to_owned(), Arc::downgrade(&topic));
        Ok((topic, receiver, told))
    }
}
