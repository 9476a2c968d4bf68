//! Queues, and what is in them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fe2o3_amqp::types::messaging::{Body, Message};
use fe2o3_amqp::types::primitives::Value;
use tokio::sync::Notify;

/// At addresses that begin so nobody may listen.
const UNHEARD: &str = "unheard";

/// A message as it is kept.
pub type Mail = Message<Body<Value>>;

/// The queues of a broker by their names.
#[derive(Debug, Default)]
pub struct Store {
    queues: Mutex<Queues>,
}

#[derive(Debug, Default)]
struct Queues {
    by_name: HashMap<String, Queue>,
    last: u64,
}

#[derive(Debug)]
struct Queue {
    address: String,
    is_durable: bool,
    receivers: usize,
    /// In the order in which they came, whoever has had them.
    messages: BTreeMap<u64, Stored>,
    changed: Arc<Notify>,
}

#[derive(Debug)]
struct Stored {
    mail: Mail,
    /// How often it has been with somebody who did not settle it.
    failed: u32,
    is_under_way: bool,
}

/// Where somebody listens. Dropped, he does no longer.
#[derive(Debug)]
pub(super) struct Ear {
    store: Arc<Store>,
    queue: String,
    changed: Arc<Notify>,
}

/// A message that is with somebody. Dropped, it comes again.
#[derive(Debug)]
pub(super) struct UnderWay {
    store: Arc<Store>,
    queue: String,
    number: u64,
    is_over: bool,
}

impl Store {
    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens at `EVENT`, `EVENT::QUEUE` or `EVENT::QUEUE?durable=true`.
    pub(super) fn listen(self: &Arc<Self>, place: &str) -> Result<Ear, String> {
        let (place, settings) = place.split_once('?').unwrap_or((place, ""));
        let is_durable = settings.split('&').any(|setting| setting == "durable=true");
        let mut queues = self.queues();
        let (address, name) = match place.split_once("::") {
            Some((address, name)) => (address, name.to_owned()),
            None => {
                queues.last += 1;
                (place, format!("{place}.private-{}", queues.last))
            }
        };
        if address.starts_with(UNHEARD) {
            return Err("nobody may listen here".to_owned());
        }
        let queue = queues.by_name.entry(name.clone()).or_insert_with(|| Queue {
            address: address.to_owned(),
            is_durable,
            receivers: 0,
            messages: BTreeMap::new(),
            changed: Arc::default(),
        });
        if queue.address != address {
            return Err(format!("the queue {name} belongs to the address {}", queue.address));
        }
        queue.receivers += 1;
        Ok(Ear { store: Arc::clone(self), queue: name, changed: Arc::clone(&queue.changed) })
    }

    /// Puts a message into every queue of an address.
    pub fn keep(&self, address: &str, mail: &Mail) {
        let mut queues = self.queues();
        queues.last += 1;
        let number = queues.last;
        for queue in queues.by_name.values_mut().filter(|queue| queue.address == address) {
            queue.messages.insert(number, Stored { mail: mail.clone(), failed: 0, is_under_way: false });
            queue.changed.notify_one();
        }
    }

    pub(super) fn forget_what_is_not_durable(&self) {
        let mut queues = self.queues();
        queues.by_name.retain(|_, queue| queue.is_durable);
        for queue in queues.by_name.values_mut() {
            queue
                .messages
                .retain(|_, stored| stored.mail.header.as_ref().is_some_and(|header| header.durable));
        }
    }

    /// How many messages a queue holds, those among them that somebody has and has not settled; `None` if there is no such queue.
    #[must_use]
    pub fn messages(&self, queue: &str) -> Option<usize> {
        Some(self.queues().by_name.get(queue)?.messages.len())
    }

    /// How many listen at a queue.
    #[must_use]
    pub fn receivers(&self, queue: &str) -> usize {
        self.queues().by_name.get(queue).map_or(0, |queue| queue.receivers)
    }

    /// The names of all queues, in their order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.queues().by_name.keys().cloned().collect();
        names.sort();
        names
    }
}

impl Ear {
    /// The first message that nobody has.
    pub(super) async fn next(&self) -> (Mail, UnderWay) {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.changed.notified().await;
        }
    }

    fn take(&self) -> Option<(Mail, UnderWay)> {
        let mut queues = self.store.queues();
        let queue = queues.by_name.get_mut(&self.queue)?;
        let (number, stored) = queue.messages.iter_mut().find(|(_, stored)| !stored.is_under_way)?;
        stored.is_under_way = true;
        let mut mail = stored.mail.clone();
        mail.header.get_or_insert_default().delivery_count += stored.failed;
        let (store, queue) = (Arc::clone(&self.store), self.queue.clone());
        Some((mail, UnderWay { store, queue, number: *number, is_over: false }))
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut queues = self.store.queues();
        let Some(queue) = queues.by_name.get_mut(&self.queue) else { return };
        queue.receivers -= 1;
        // Somebody else may take what this one was woken for.
        queue.changed.notify_one();
        let is_private = self.queue.contains(".private-");
        if queue.receivers == 0 && !queue.is_durable && (is_private || queue.messages.is_empty()) {
            queues.by_name.remove(&self.queue);
        }
    }
}

impl UnderWay {
    /// It has been settled for good.
    pub(super) fn done_with(mut self) {
        self.is_over = true;
        if let Some(queue) = self.store.queues().by_name.get_mut(&self.queue) {
            queue.messages.remove(&self.number);
        }
    }

    /// It comes again as if nothing had been.
    pub(super) fn given_back(mut self) {
        self.is_over = true;
        self.again(0);
    }

    fn again(&self, failed: u32) {
        let mut queues = self.store.queues();
        let Some(queue) = queues.by_name.get_mut(&self.queue) else { return };
        if let Some(stored) = queue.messages.get_mut(&self.number) {
            stored.is_under_way = false;
            stored.failed += failed;
        }
        queue.changed.notify_one();
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.is_over {
            self.again(1);
        }
    }
}
