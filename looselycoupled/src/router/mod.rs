//! Where messages go: addresses of modules, and who hears which event.

mod connections;
mod deliver;
mod directory;
mod gaps;
mod listeners;
mod subscriptions;

pub(crate) use connections::{Connection, Connections, Feeding, Outlet, Target};
pub(crate) use directory::{Directory, Station};
pub(crate) use listeners::{Ear, Heard, Heed, Listener, Listeners};
pub(crate) use subscriptions::{Receiver, Subscriptions};

use arc_swap::ArcSwap;
use deliver::Post;

use crate::envelope::{Acknowledgements, EventRecord};
use crate::event_loop::Tenant;

/// On which terms an event is handed out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terms<'a> {
    /// It is for the handlers of this group, and for nobody else.
    pub(crate) group: Option<&'a str>,
    /// Each handler acknowledges that it has ended. It stands in line however many wait there, so whoever waits for
    /// acknowledgements sees to it that they are not too many.
    pub(crate) acknowledgements: Option<&'a Acknowledgements>,
}

/// The post office of one application.
#[derive(Debug)]
pub(crate) struct Router {
    pub(crate) directory: Directory,
    subscriptions: ArcSwap<Subscriptions>,
    pub(crate) connections: Connections,
    pub(crate) listeners: Listeners,
    /// Whether a module takes events at this moment; what that means belongs to the modules' room.
    is_ready: fn(&Tenant) -> bool,
}

impl Router {
    pub(crate) fn new(
        directory: Directory,
        subscriptions: Subscriptions,
        is_ready: fn(&Tenant) -> bool,
    ) -> Self {
        let subscriptions = ArcSwap::from_pointee(subscriptions);
        let connections = Connections::new(directory.stations().len());
        Self { directory, subscriptions, connections, listeners: Listeners::default(), is_ready }
    }

    /// Looks at the subscriptions as they are now.
    pub(crate) fn with_subscriptions<R>(&self, look: impl FnOnce(&Subscriptions) -> R) -> R {
        look(&self.subscriptions.load())
    }

    /// Whether a module or a subscription names this event.
    pub(crate) fn is_heard(&self, name: &str) -> bool {
        self.with_subscriptions(|known| known.hears(name)) || self.listeners.hears(name)
    }

    /// Hands an event to those who have subscribed, and to no module.
    pub(crate) fn tell_listeners(&self, record: &EventRecord) -> usize {
        let _named = record.transaction();
        self.listeners.tell(record, true)
    }

    /// Pushes an event into the queue of everybody who hears it, its source excepted: of the modules, in their order, then
    /// of those to whom it is connected and of those who have subscribed, in theirs. Returns how many that were, those with a
    /// full queue included. `by_name_only` leaves patterns out.
    pub(crate) fn publish(&self, record: &EventRecord, by_name_only: bool) -> usize {
        self.publish_on(record, by_name_only, Terms::default())
    }

    /// The same on terms.
    #[inline]
    pub(crate) fn publish_on(&self, record: &EventRecord, by_name_only: bool, terms: Terms<'_>) -> usize {
        // Named before it is shared, so that all receivers pass on the same.
        let _named = record.transaction();
        let subscriptions = self.subscriptions.load();
        let post = Post::of(self, subscriptions.gaps(), terms.acknowledgements);
        let modules = subscriptions.for_each(record.name(), |receiver| {
            let hears = receiver.module != record.sender()
                && !(by_name_only && receiver.by_pattern)
                && receiver.group.as_deref() == terms.group;
            if hears {
                receiver.deliver(record, &post);
            }
            hears
        });
        if terms.group.is_some() {
            return modules;
        }
        modules + self.connections.deliver(record, &post) + self.listeners.tell(record, by_name_only)
    }
}
