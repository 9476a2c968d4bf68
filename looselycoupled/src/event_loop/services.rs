//! What all loops of an application share.

use std::any::Any;
use std::collections::BTreeMap;
use std::task::Context;
use std::time::Duration;

use tokio::sync::Notify;

use super::activity::Activity;
use super::task::LoopTask;
use super::timers::Timers;
use super::{Audience, EventLoop, Incident, Shuffle};
use crate::blocking::BlockingPool;
use crate::metadata::ModuleIndex;
use crate::statistics::{Counter, DeadLetterOffice, Emissions, Losses, calibrate};
use crate::sync::{Arc, AtomicBool, AtomicU8, Mutex, OnceLock, Ordering, Weak};
use crate::waits::{LoopId, Visits, WaitTable};

/// Who hears of failures and decides what follows; supervision implements it.
pub(crate) trait Overseer: Any + Send + Sync {
    /// Tells everybody who is to hear of it.
    fn tell(&self, incident: &Incident);
    /// Sees to what follows: that the module is made again, or that the application ends.
    fn judge(&self, incident: &Incident);
}

/// What the machinery of one application is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// How many blocking bodies run at once.
    pub(crate) blocking_threads: usize,
    /// The time of calls that would have no deadline.
    pub(crate) default_timeout: Option<Duration>,
    /// How many of the last lost messages are kept.
    pub(crate) dead_letters: usize,
    /// Whether a loop has a thread of its own.
    pub(crate) has_threads: bool,
}

/// The shared machinery of one application.
pub(crate) struct Services {
    pub(crate) activity: Activity,
    pub(crate) waits: WaitTable,
    pub(crate) visits: Visits,
    pub(crate) blocking: BlockingPool,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) runtime_id: tokio::runtime::Id,
    /// All handlers run on one thread.
    pub(super) is_single_threaded: bool,
    /// How far the application is; its meaning belongs to the modules' room.
    pub(crate) gate: AtomicU8,
    /// The time of calls that would have no deadline.
    pub(crate) default_timeout: Option<Duration>,
    /// Events that no handler wanted.
    pub(crate) unheard: Counter,
    pub(crate) emissions: Emissions,
    pub(crate) losses: Losses,
    /// Events that were not forwarded, since they had been there or had come too far.
    pub(crate) not_forwarded: Counter,
    pub(crate) dead_letters: DeadLetterOffice,
    /// What is to be sent later.
    pub(crate) timers: Timers,
    /// Set by tests only.
    shuffle: Option<Shuffle>,
    overseer: OnceLock<Arc<dyn Overseer>>,
    has_detours: AtomicBool,
    /// What looks at messages before they are sent; its type belongs to the room of interceptors.
    checkpoint: OnceLock<Box<dyn Any + Send + Sync>>,
    /// Who knows what is in other processes; its type belongs to the room of modules.
    elsewhere: OnceLock<Box<dyn Any + Send + Sync>>,
    /// Who hears what loops tell of themselves.
    pub(super) audience: OnceLock<Box<dyn Audience>>,
    /// Told whenever the task of a loop is gone.
    pub(super) task_gone: Notify,
    /// The tasks of loops that a model has to drive.
    #[cfg(all(test, any(loom, shuttle)))]
    pub(super) summoned: Mutex<Vec<LoopTask>>,
    /// Those that the application starts with, by their numbers.
    loops: OnceLock<Box<[Weak<EventLoop>]>>,
    /// Those that were made since, by theirs.
    later: Mutex<Later>,
}

/// The highest number of a loop.
const LAST_LOOP: u32 = u32::MAX - 1;

/// Loops that were made while the application runs.
#[derive(Debug, Default)]
struct Later {
    last: u32,
    /// In order, so that whoever goes through them finds the same order in every run.
    loops: BTreeMap<u32, (Option<Arc<str>>, Weak<EventLoop>)>,
}

impl Later {
    /// A number from `first` on that no loop has. Numbers come round again after four thousand million loops.
    fn vacant_from(&mut self, first: u32) -> u32 {
        loop {
            self.last = if self.last < LAST_LOOP { self.last + 1 } else { first }.max(first);
            if !self.loops.contains_key(&self.last) {
                return self.last;
            }
        }
    }
}

/// The number of a loop that was made while the application runs, and its name, until this is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(super) index: u32,
    services: Weak<Services>,
}

impl Lease {
    /// Another loop may have the name from now on.
    pub(super) fn give_back_name(&self) {
        if let Some(services) = self.services.upgrade()
            && let Some((name, _)) = services.later.lock().loops.get_mut(&self.index)
        {
            *name = None;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(services) = self.services.upgrade() {
            services.later.lock().loops.remove(&self.index);
        }
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services").field("activity", &self.activity).finish_non_exhaustive()
    }
}

impl Services {
    pub(crate) fn new(
        runtime: tokio::runtime::Handle,
        tuning: Tuning,
        shuffle: Option<Shuffle>,
    ) -> Arc<Self> {
        calibrate();
        Arc::new(Self {
            activity: Activity::default(),
            waits: WaitTable::default(),
            visits: Visits::default(),
            blocking: BlockingPool::new(tuning.blocking_threads),
            runtime_id: runtime.id(),
            is_single_threaded: runtime.runtime_flavor() == tokio::runtime::RuntimeFlavor::CurrentThread
                && !tuning.has_threads,
            runtime,
            gate: AtomicU8::new(0),
            default_timeout: tuning.default_timeout,
            unheard: Counter::default(),
            emissions: Emissions::default(),
            losses: Losses::default(),
            not_forwarded: Counter::default(),
            dead_letters: DeadLetterOffice::new(tuning.dead_letters),
            timers: Timers::default(),
            shuffle,
            overseer: OnceLock::new(),
            has_detours: AtomicBool::new(false),
            checkpoint: OnceLock::new(),
            elsewhere: OnceLock::new(),
            audience: OnceLock::new(),
            task_gone: Notify::new(),
            #[cfg(all(test, any(loom, shuttle)))]
            summoned: Mutex::default(),
            loops: OnceLock::new(),
            later: Mutex::default(),
        })
    }

    /// Names who hears of failures. The first call counts.
    pub(crate) fn appoint(&self, overseer: Arc<dyn Overseer>) {
        let _already_appointed = self.overseer.set(overseer);
    }

    /// Who hears of failures, for those who know its type.
    pub(crate) fn overseer(&self) -> Option<&dyn Any> {
        let overseer: &dyn Overseer = &**self.overseer.get()?;
        Some(overseer)
    }

    /// Sets up what looks at messages before they are sent. The first call counts.
    pub(crate) fn set_up(&self, checkpoint: Box<dyn Any + Send + Sync>) {
        let _already_set_up = self.checkpoint.set(checkpoint);
        self.has_detours.store(true, Ordering::Release);
    }

    /// Names who knows what is in other processes. The first call counts.
    pub(crate) fn point_elsewhere(&self, elsewhere: Box<dyn Any + Send + Sync>) {
        let _already_known = self.elsewhere.set(elsewhere);
        self.has_detours.store(true, Ordering::Release);
    }

    /// Whether messages may have another way than straight to their module: past who looks at them, or to another process.
    #[inline]
    pub(crate) fn has_detours(&self) -> bool {
        self.has_detours.load(Ordering::Acquire)
    }

    /// Who knows what is in other processes, for those who know its type.
    pub(crate) fn elsewhere(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.elsewhere.get().map(|elsewhere| &**elsewhere)
    }

    /// What looks at messages before they are sent, for those who know its type.
    pub(crate) fn checkpoint(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.checkpoint.get().map(|checkpoint| &**checkpoint)
    }

    /// Names who hears what loops tell of themselves. The first call counts.
    pub(crate) fn seat(&self, audience: Box<dyn Audience>) {
        let _already_seated = self.audience.set(audience);
    }

    /// Makes the loops known that the application starts with. The first call counts.
    pub(crate) fn introduce(&self, loops: &[Arc<EventLoop>]) {
        let _already_introduced = self.loops.set(loops.iter().map(Arc::downgrade).collect());
    }

    /// The name of a module; `None` for senders outside of every module.
    #[cold]
    pub(crate) fn name_of(&self, module: ModuleIndex) -> Option<Arc<str>> {
        module.get()?;
        let loops = self.loops.get().into_iter().flatten().filter_map(Weak::upgrade);
        loops.into_iter().find_map(|event_loop| {
            event_loop.modules().find(|tenant| tenant.module == module).map(|tenant| Arc::clone(&tenant.name))
        })
    }

    /// How many modules the application has; 0 before its loops are [introduced](Self::introduce).
    #[cold]
    pub(super) fn modules(&self) -> usize {
        let loops = self.loops.get().into_iter().flatten().filter_map(Weak::upgrade);
        loops.map(|event_loop| event_loop.modules().count()).sum()
    }

    /// All loops that are still there; none before they are [introduced](Self::introduce).
    pub(crate) fn loops(&self) -> Vec<Arc<EventLoop>> {
        let later = self.later.lock();
        let known =
            self.loops.get().into_iter().flatten().chain(later.loops.values().map(|(_, known)| known));
        known.filter_map(Weak::upgrade).collect()
    }

    pub(super) fn event_loop(&self, id: LoopId) -> Option<Arc<EventLoop>> {
        let index = id.index()?;
        match self.loops.get().and_then(|loops| loops.get(index)) {
            Some(known) => known.upgrade(),
            None => self.later.lock().loops.get(&(index as u32))?.1.upgrade(),
        }
    }

    /// A number for a loop that is about to be made.
    pub(crate) fn lease(self: &Arc<Self>) -> Lease {
        self.lease_as(None, &mut self.later.lock())
    }

    /// A number for a loop of this name; `None` if there is one already.
    pub(crate) fn lease_named(self: &Arc<Self>, name: Arc<str>) -> Option<Lease> {
        let mut later = self.later.lock();
        let is_free = !self.is_taken(&name, &later);
        is_free.then(|| self.lease_as(Some(name), &mut later))
    }

    fn lease_as(self: &Arc<Self>, name: Option<Arc<str>>, later: &mut Later) -> Lease {
        let index = later.vacant_from(self.loops.get().map_or(0, |loops| loops.len() as u32));
        later.loops.insert(index, (name, Weak::new()));
        Lease { index, services: Arc::downgrade(self) }
    }

    /// Makes a loop known that has a lease.
    pub(super) fn introduce_later(&self, index: u32, event_loop: &Arc<EventLoop>) {
        if let Some((_, known)) = self.later.lock().loops.get_mut(&index) {
            *known = Arc::downgrade(event_loop);
        }
    }

    fn is_taken(&self, name: &str, later: &Later) -> bool {
        let mut first = self.loops.get().into_iter().flatten().filter_map(Weak::upgrade);
        first.any(|known| **known.name() == *name)
            || later.loops.values().any(|(known, _)| known.as_deref() == Some(name))
    }

    /// Sets the task of a loop going.
    #[cfg(not(all(test, any(loom, shuttle))))]
    #[expect(clippy::unused_self, reason = "models keep the tasks")]
    pub(super) fn spawn(&self, runtime: &tokio::runtime::Handle, task: LoopTask) {
        runtime.spawn(task);
    }

    #[cfg(all(test, any(loom, shuttle)))]
    pub(super) fn spawn(&self, _runtime: &tokio::runtime::Handle, task: LoopTask) {
        self.summoned.lock().push(task);
    }

    /// Whether the task that is about to be polled lets others go first, because a test wants another order.
    #[inline]
    pub(crate) fn gives_way(&self, cx: &mut Context<'_>) -> bool {
        self.shuffle.as_ref().is_some_and(|shuffle| shuffle.gives_way(cx))
    }

    pub(crate) fn report(&self, incident: &Incident) {
        self.tell(incident);
        self.judge(incident);
    }

    /// The first half of a report.
    pub(crate) fn tell(&self, incident: &Incident) {
        match self.overseer.get() {
            Some(overseer) => overseer.tell(incident),
            None => {
                tracing::error!(module = %incident.module, handler = incident.handler, "{}", incident.cause);
            }
        }
    }

    /// The second half of a report; it comes first where a caller is to be answered in between.
    pub(crate) fn judge(&self, incident: &Incident) {
        if let Some(overseer) = self.overseer.get() {
            overseer.judge(incident);
        }
    }
}
