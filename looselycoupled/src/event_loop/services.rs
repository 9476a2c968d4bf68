//! What all loops of an application share.

use std::task::Context;
use std::time::Duration;

use tokio::sync::Notify;

use super::activity::Activity;
use super::task::LoopTask;
use super::{EventLoop, Incident, Shuffle};
use crate::blocking::BlockingPool;
use crate::statistics::{Counter, DeadLetterOffice};
#[cfg(all(test, any(loom, shuttle)))]
use crate::sync::Mutex;
use crate::sync::{Arc, AtomicU8, OnceLock, Weak};
use crate::waits::WaitTable;

/// Who hears of failures and decides what follows; supervision implements it.
pub(crate) trait Overseer: Send + Sync {
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
}

/// The shared machinery of one application.
pub(crate) struct Services {
    pub(crate) activity: Activity,
    pub(crate) waits: WaitTable,
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
    pub(crate) dead_letters: DeadLetterOffice,
    /// Set by tests only.
    shuffle: Option<Shuffle>,
    overseer: OnceLock<Arc<dyn Overseer>>,
    /// Told whenever the task of a loop is gone.
    pub(super) task_gone: Notify,
    /// The tasks of loops that a model has to drive.
    #[cfg(all(test, any(loom, shuttle)))]
    pub(super) summoned: Mutex<Vec<LoopTask>>,
    pub(super) loops: OnceLock<Box<[Weak<EventLoop>]>>,
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
        Arc::new(Self {
            activity: Activity::default(),
            waits: WaitTable::default(),
            blocking: BlockingPool::new(tuning.blocking_threads),
            runtime_id: runtime.id(),
            is_single_threaded: runtime.runtime_flavor() == tokio::runtime::RuntimeFlavor::CurrentThread,
            runtime,
            gate: AtomicU8::new(0),
            default_timeout: tuning.default_timeout,
            unheard: Counter::default(),
            dead_letters: DeadLetterOffice::new(tuning.dead_letters),
            shuffle,
            overseer: OnceLock::new(),
            task_gone: Notify::new(),
            #[cfg(all(test, any(loom, shuttle)))]
            summoned: Mutex::default(),
            loops: OnceLock::new(),
        })
    }

    /// Names who hears of failures. The first call counts.
    pub(crate) fn appoint(&self, overseer: Arc<dyn Overseer>) {
        let _already_appointed = self.overseer.set(overseer);
    }

    /// Makes the loops known to the search for cycles. The first call counts.
    pub(crate) fn introduce(&self, loops: &[Arc<EventLoop>]) {
        let _already_introduced = self.loops.set(loops.iter().map(Arc::downgrade).collect());
    }

    /// All loops that are still there; none before they are [introduced](Self::introduce).
    pub(crate) fn loops(&self) -> impl Iterator<Item = Arc<EventLoop>> {
        self.loops.get().into_iter().flatten().filter_map(Weak::upgrade)
    }

    /// Sets the task of a loop going.
    #[cfg(not(all(test, any(loom, shuttle))))]
    pub(super) fn spawn(&self, task: LoopTask) {
        self.runtime.spawn(task);
    }

    #[cfg(all(test, any(loom, shuttle)))]
    pub(super) fn spawn(&self, task: LoopTask) {
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
