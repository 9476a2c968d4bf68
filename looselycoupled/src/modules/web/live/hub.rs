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
    frames: broadcast::Sender<Frame>,
    reader: AbortHandle,
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
    pub(super) fn listen(&self, pattern: &str) -> Result<(Arc<Topic>, broadcast::Receiver<Frame>), Problem> {
        let malformed = |error| Problem::new(Refusal::Malformed, format!("`{pattern}` is no event: {error}"));
        pattern.parse::<EventPattern>().map_err(malformed)?;
        let mut topics = self.topics();
        if let Some(topic) = topics.get(pattern).and_then(Weak::upgrade) {
            let receiver = topic.frames.subscribe();
            return Ok((topic, receiver));
        }
        topics.retain(|_, topic| topic.strong_count() > 0);
        if topics.len() >= MOST {
            let detail = format!(
                "clients have subscribed to {MOST} different patterns; use one that others use, as `**`"
            );
            return Err(Problem::new(Refusal::TooMany, detail));
        }
        let (frames, receiver) = broadcast::channel(self.capacity);
        let mut events = self.outside.subscribe(pattern);
        let (sender, heard_by) = (frames.clone(), pattern.to_owned());
        let reader = tokio::spawn(async move {
            while let Some(record) = events.next().await {
                // Nobody listens only when the topic is about to be dropped.
                let _number = sender.send(Frame::of(&record, &heard_by));
            }
        });
        let topic = Arc::new(Topic { pattern: pattern.to_owned(), frames, reader: reader.abort_handle() });
        topics.insert(pattern.to_owned(), Arc::downgrade(&topic));
        Ok((topic, receiver))
    }
}
