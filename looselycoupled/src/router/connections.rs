//! Which events of a module go to a task of another, or are sent again in its name: comes and goes while the application
//! runs.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use arc_swap::ArcSwap;
use foldhash::fast::RandomState;

use super::Receiver;
use super::deliver::Post;
use crate::envelope::{Acknowledgement, EventRecord};
use crate::event_loop::{Item, Label};
use crate::mailbox::{Filled, Slot};
use crate::metadata::ModuleIndex;
use crate::sync::{Arc, AtomicBool, AtomicUsize, Mutex, MutexGuard, OnceLock, Ordering};

/// Makes the message that hands an event to a task.
pub(crate) type Feeding =
    Box<dyn Fn(Slot<'_, Item>, (EventRecord, Acknowledgement), Label) -> Filled + Send + Sync>;

/// In whose name, and under which, an event is sent again.
#[derive(Debug)]
pub(crate) struct Outlet {
    pub(crate) module: ModuleIndex,
    pub(crate) name: Arc<str>,
    pub(crate) event: Box<str>,
}

/// Where a connection leads.
#[derive(Debug)]
pub(crate) enum Target {
    Task(Receiver<Feeding>),
    Event(Outlet),
}

/// An event of one module, and where it goes.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Counts them in the order in which they were made; set when it is added.
    pub(crate) number: u64,
    pub(crate) source: ModuleIndex,
    pub(crate) event: Arc<str>,
    /// Both ends as they are written.
    pub(crate) from: Box<str>,
    pub(crate) to: Box<str>,
    pub(crate) positional: bool,
    pub(crate) target: Target,
    /// The log says that it did not forward an event.
    pub(crate) is_mentioned: AtomicBool,
}

/// The connections of one module, by event, each list in the order of their making.
type Events = HashMap<Arc<str>, Arc<Vec<Arc<Connection>>>, RandomState>;

/// All connections of an application.
///
/// Senders read a picture for each source, which is replaced when something changes; as long as there is no connection, they
/// read one number.
pub(crate) struct Connections {
    count: AtomicUsize,
    modules: usize,
    /// By source; made with the first connection.
    by_source: OnceLock<Box<[ArcSwap<Events>]>>,
    /// For whoever replaces a picture: the number of the last connection.
    changing: Mutex<u64>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all()).finish()
    }
}

impl Connections {
    pub(super) fn new(modules: usize) -> Self {
        Self { count: AtomicUsize::new(0), modules, by_source: OnceLock::new(), changing: Mutex::new(0) }
    }

    /// Whether there are any.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        self.count.load(Ordering::Acquire) > 0
    }

    /// Hands an event to the tasks that it is connected to; returns how many those are.
    #[inline]
    pub(super) fn deliver(&self, record: &EventRecord, post: &Post<'_>) -> usize {
        if !self.any() {
            return 0;
        }
        let mut fed = 0;
        self.visit(record, |connection| {
            if let Target::Task(receiver) = &connection.target {
                receiver.deliver(record, post);
                fed += 1;
            }
        });
        fed
    }

    /// Shows in whose name an event is to be sent again.
    pub(crate) fn outlets(&self, record: &EventRecord, mut visit: impl FnMut(&Connection, &Outlet)) {
        self.visit(record, |connection| {
            if let Target::Event(outlet) = &connection.target {
                visit(connection, outlet);
            }
        });
    }

    fn visit(&self, record: &EventRecord, visit: impl FnMut(&Connection)) {
        let Some(picture) = self.picture(record.sender()) else { return };
        if let Some(list) = picture.load().get(record.name()) {
            list.iter().map(|connection| &**connection).for_each(visit);
        }
    }

    /// The events that are connected to a task, for messages; `?` if that was changed meanwhile.
    #[cold]
    pub(super) fn heard_by(&self, module: ModuleIndex, task: u16) -> String {
        let feeds = |connection: &Arc<Connection>| match &connection.target {
            Target::Task(receiver) => receiver.module == module && receiver.handler == task,
            Target::Event(_) => false,
        };
        let events = self.all().into_iter().filter(feeds).map(|connection| connection.event.to_string());
        events.reduce(|all, event| format!("{all}, {event}")).unwrap_or_else(|| "?".to_owned())
    }

    /// All there are, in the order of their making.
    pub(crate) fn all(&self) -> Vec<Arc<Connection>> {
        let pictures = self.by_source.get().into_iter().flatten();
        let mut all: Vec<_> = pictures
            .flat_map(|picture| picture.load().values().flat_map(|list| list.to_vec()).collect::<Vec<_>>())
            .collect();
        all.sort_unstable_by_key(|connection| connection.number);
        all
    }

    /// Others who want to change something wait until this is dropped.
    pub(crate) fn change(&self) -> Change<'_> {
        Change { connections: self, last: self.changing.lock() }
    }

    fn pictures(&self) -> &[ArcSwap<Events>] {
        self.by_source.get_or_init(|| {
            let none = Arc::new(Events::default());
            (0..self.modules).map(|_| ArcSwap::new(Arc::clone(&none))).collect()
        })
    }

    /// `None` outside of every module, and before the first connection.
    fn picture(&self, source: ModuleIndex) -> Option<&ArcSwap<Events>> {
        self.by_source.get()?.get(source.get()?)
    }
}

/// Who changes connections.
pub(crate) struct Change<'a> {
    connections: &'a Connections,
    last: MutexGuard<'a, u64>,
}

impl Change<'_> {
    /// Whether an event is connected to this end.
    pub(crate) fn has(&self, source: ModuleIndex, event: &str, to: &str) -> bool {
        let Some(picture) = self.connections.picture(source) else { return false };
        let events = picture.load();
        events.get(event).is_some_and(|list| list.iter().any(|known| *known.to == *to))
    }

    /// Whoever sends from now on reaches the targets.
    pub(crate) fn add(mut self, new: impl IntoIterator<Item = Connection>) {
        let (mut changed, mut added) = (BTreeMap::new(), 0);
        for mut connection in new {
            let pictures = self.connections.pictures();
            let Some(picture) = connection.source.get().and_then(|source| pictures.get(source)) else {
                continue;
            };
            *self.last += 1;
            connection.number = *self.last;
            let events: &mut Events =
                changed.entry(connection.source).or_insert_with(|| Events::clone(&picture.load()));
            let list = events.entry(Arc::clone(&connection.event)).or_default();
            Arc::make_mut(list).push(Arc::new(connection));
            added += 1;
        }
        self.show(changed);
        self.connections.count.fetch_add(added, Ordering::Release);
    }

    /// Removes those of a source, or of all, that are meant; returns how many those were. What waits before their targets
    /// stays there.
    pub(crate) fn remove(self, source: Option<ModuleIndex>, is_meant: impl Fn(&Connection) -> bool) -> usize {
        let all = || (0..self.connections.modules as u32).map(ModuleIndex::new).collect();
        let sources: Vec<ModuleIndex> = source.map_or_else(all, |source| vec![source]);
        let (mut changed, mut removed) = (BTreeMap::new(), 0);
        for source in sources {
            let Some(picture) = self.connections.picture(source) else { continue };
            if let Some((events, gone)) = without(&picture.load(), &is_meant) {
                changed.insert(source, events);
                removed += gone;
            }
        }
        self.show(changed);
        self.connections.count.fetch_sub(removed, Ordering::Release);
        removed
    }

    fn show(&self, changed: BTreeMap<ModuleIndex, Events>) {
        for (source, events) in changed {
            if let Some(picture) = self.connections.picture(source) {
                picture.store(Arc::new(events));
            }
        }
    }
}

/// The connections that are not meant, and how many are; `None` if there are none of these.
fn without(events: &Events, is_meant: impl Fn(&Connection) -> bool) -> Option<(Events, usize)> {
    let meant_in = |list: &[Arc<Connection>]| list.iter().filter(|connection| is_meant(connection)).count();
    let gone = events.values().map(|list| meant_in(list)).sum();
    if gone == 0 {
        return None;
    }
    let mut left = events.clone();
    left.retain(|_, list| {
        if meant_in(list) > 0 {
            Arc::make_mut(list).retain(|connection| !is_meant(connection));
        }
        !list.is_empty()
    });
    Some((left, gone))
}
