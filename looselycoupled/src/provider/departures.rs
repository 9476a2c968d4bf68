//! Events that are about to leave by one provider.

use std::future::Future;

use tokio::sync::Notify;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

use super::outbox::Outbox;
use super::way::Way;
use crate::envelope::EventRecord;
use crate::event_loop::Services;
use crate::router::Heed;
use crate::sync::{Arc, AtomicBool, Mutex, Ordering};

/// What waits for a provider, and who hands it over.
#[derive(Debug, Default)]
pub(super) struct Departures {
    outboxes: Mutex<Option<Outboxes>>,
    under_way: Mutex<Vec<JoinHandle<()>>>,
    ending: AtomicBool,
    ended: Notify,
}

/// Durable events wait apart: they are tried again and again, and hold up nobody else.
#[derive(Debug, Clone)]
struct Outboxes {
    usual: Arc<Outbox>,
    durable: Arc<Outbox>,
}

impl Departures {
    /// From now on events leave.
    pub(super) fn begin(way: &Arc<Way>, services: &Arc<Services>) -> Arc<Outbox> {
        let (usual, waiting) = Outbox::new(&way.name, services, &way.sent);
        let (durable, kept) = Outbox::new(&way.name, services, &way.sent);
        let tasks = [
            services.runtime.spawn(publish_all(Arc::clone(way), waiting)),
            services.runtime.spawn(keep_all(Arc::clone(way), kept)),
        ];
        way.departures.under_way.lock().extend(tasks);
        *way.departures.outboxes.lock() = Some(Outboxes { usual: Arc::clone(&usual), durable });
        usual
    }

    /// Has an event leave that the provider decides about; false if nothing leaves yet, or any more.
    pub(super) fn put(&self, record: &EventRecord, is_durable: bool) -> bool {
        let outboxes = self.outboxes.lock().clone();
        let Some(Outboxes { usual, durable }) = outboxes else { return false };
        let outbox = if is_durable { durable } else { usual };
        outbox.put(record) == Heed::Heard
    }

    /// Ready when all that waited has left; what cannot be kept now is given up.
    pub(super) async fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        self.ended.notify_waiters();
        drop(self.outboxes.lock().take());
        let tasks = std::mem::take(&mut *self.under_way.lock());
        for task in tasks {
            // All that fed it have gone, so it ends when nothing waits any more.
            let _panicked_and_told = task.await;
        }
    }

    pub(super) fn are_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    /// Ready when something else is, or the end has come.
    pub(super) async fn ended_or(&self, other: impl Future<Output = ()>) {
        let ended = self.ended.notified();
        if !self.are_ending() {
            tokio::select! {
                () = ended => {}
                () = other => {}
            }
        }
    }
}

async fn publish_all(way: Arc<Way>, mut waiting: Receiver<EventRecord>) {
    while let Some(record) = waiting.recv().await {
        way.publish(&record).await;
    }
}

async fn keep_all(way: Arc<Way>, mut waiting: Receiver<EventRecord>) {
    while let Some(record) = waiting.recv().await {
        way.keep_at_last(&record).await;
    }
}
