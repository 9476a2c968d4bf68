//! Events on their way out.

use std::fmt;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::route::stays_here;
use crate::address::EventPattern;
use crate::envelope::EventRecord;
use crate::event_loop::Services;
use crate::router::{Ear, Heard, Heed};
use crate::statistics::{Counter, Kept, Loss, MessageKind, Recipient};
use crate::sync::{Arc, AtomicBool, Ordering};

/// How many events wait for one provider.
const ROOM: usize = 4_096;

/// What has become of the events that went out by one provider.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) published: Counter,
    /// There was no room for them.
    pub(super) dropped: Counter,
    /// The provider did not take them.
    pub(super) undelivered: Counter,
    /// The provider took them, and they may not have arrived.
    pub(super) lost: Counter,
}

/// Keeps what goes out by one provider until the provider takes it.
pub(super) struct Outbox {
    provider: Box<str>,
    waiting: Sender<EventRecord>,
    services: Arc<Services>,
    sent: Arc<Sent>,
    is_mentioned: AtomicBool,
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl Outbox {
    pub(super) fn new(
        provider: &str,
        services: &Arc<Services>,
        sent: &Arc<Sent>,
    ) -> (Arc<Self>, Receiver<EventRecord>) {
        let (waiting, receiver) = channel(ROOM);
        let outbox = Self {
            provider: provider.into(),
            waiting,
            services: Arc::clone(services),
            sent: Arc::clone(sent),
            is_mentioned: AtomicBool::new(false),
        };
        (Arc::new(outbox), receiver)
    }

    #[cold]
    fn drop_newest(&self, record: &EventRecord) {
        self.sent.dropped.add();
        lose(&self.services, record, Loss::Dropped);
        if !self.is_mentioned.swap(true, Ordering::Relaxed) {
            let (provider, event) = (&self.provider, record.name());
            tracing::warn!(
                target: "looselycoupled",
                %provider,
                event,
                "{ROOM} events wait for the provider: the newest are dropped and counted (said once)"
            );
        }
    }
}

/// Hears what one route names.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) outbox: Arc<Outbox>,
    /// Those of the routes before it: what several name goes out once.
    pub(super) before: Vec<EventPattern>,
}

impl Outbox {
    pub(super) fn put(&self, record: &EventRecord) -> Heed {
        match self.waiting.try_send(record.clone()) {
            Ok(()) => Heed::Heard,
            Err(TrySendError::Full(record)) => {
                self.drop_newest(&record);
                Heed::Heard
            }
            Err(TrySendError::Closed(record)) => {
                self.sent.undelivered.add();
                lose(&self.services, &record, Loss::Undelivered);
                Heed::Heard
            }
        }
    }

    fn heard(&self) -> Heard {
        let Sent { published, dropped, undelivered, .. } = &*self.sent;
        let missed = dropped.get() + undelivered.get();
        let waiting = self.waiting.max_capacity() - self.waiting.capacity();
        Heard { heard: published.get() + missed + waiting as u64, missed, waiting }
    }
}

impl Ear for Outgoing {
    /// What came from another process does not go out again.
    fn hear(&self, record: &EventRecord) -> Heed {
        let goes_by_another = self.before.iter().any(|pattern| pattern.matches(record.name()));
        let stays = goes_by_another || record.process().is_some() || stays_here(record.name());
        if stays { Heed::Ignored } else { self.outbox.put(record) }
    }

    fn close(&self) -> bool {
        true
    }

    fn is_outbox(&self) -> bool {
        true
    }

    fn end(&self) {}

    fn heard(&self) -> Heard {
        self.outbox.heard()
    }
}

/// Keeps what never left among the dead letters.
pub(super) fn lose(services: &Services, record: &EventRecord, reason: Loss) {
    services.dead_letters.keep(|| Kept {
        recipient: Recipient::Listeners(record.name().into()),
        kind: MessageKind::Event,
        reason,
        transaction: record.transaction().raw(),
        priority: record.priority(),
        when: std::time::SystemTime::now(),
    });
}
