//! Strictly sequential execution.
//!
//! A loop runs the handlers of its tenants one after the other; a module with a loop of its own is the only tenant
//! of it. The room knows jobs, not modules: what a job does is decided in the rooms above.
//!
//! A caller that finds a loop idle runs the handler at once on its own task ([`inline`]); everything else waits in
//! the [`queue`] for the loop's task ([`task`]). Calls between tenants of one loop stand on each other as
//! [`frame`]s of one [`turn`]. Handlers of concurrent modules run [`apart`].

mod activation;
mod activity;
mod announce;
mod apart;
mod deadline;
mod erased;
mod frame;
mod hand;
mod incident;
mod inline;
mod item;
mod job;
mod lend;
mod line;
mod loss;
mod measure;
mod missed;
#[cfg(all(test, any(loom, shuttle)))]
mod models;
mod moving;
mod opened;
mod options;
mod panic;
mod parking;
mod place;
mod pocket;
mod queue;
mod running_apart;
mod services;
mod shuffle;
mod standing;
mod state;
mod task;
mod tenant;
mod thread;
mod timers;
mod trail;
mod turn;

pub(crate) use activation::{Activation, Draft, Kind, Label, Scene, Seed, current, enter};
pub(crate) use announce::{Audience, Change};
pub(crate) use apart::Apart;
pub(crate) use deadline::later;
pub(crate) use erased::{SharedState, State};
pub(crate) use incident::{Cause, Incident, sources};
pub(crate) use inline::Inline;
pub(crate) use item::{Begun, Completion, Failure, Item, Outcome};
pub(crate) use job::{Access, Job, Offer, Packed, Room, Runs, Verdict};
pub(crate) use lend::{lend, lend_shared};
pub(crate) use line::Withdrawal;
pub(crate) use loss::Lost;
pub(crate) use missed::Missed;
pub(crate) use opened::Opened;
pub use options::{EventOverflow, LoopOptions, Overflow};
pub(crate) use panic::{Panic, drop_caught, drop_safely};
pub(crate) use parking::{Parked, Parking};
pub(crate) use queue::{Gap, Limits};
pub(crate) use services::{Lease, Overseer, Services, Tuning};
pub use shuffle::Shuffle;
pub(crate) use standing::Progress;
pub(crate) use tenant::{Labels, Resident, Tenant};
pub(crate) use thread::LoopThread;
pub(crate) use timers::{Begun as BegunTimer, Booking, Pending as PendingTimer, Sent, Tally, Times, Work};

use std::task::Waker;

use tokio::runtime::Handle;

use hand::Hand;
use queue::{Closing, Queue};
use smallvec::SmallVec;
use state::{Ownership, Scheduled};
use trail::Trail;
use turn::Turn;

use crate::mailbox::Slip;
use crate::metadata::ModuleIndex;
use crate::statistics::{LoopStatistics, Loss, Waits};
use crate::sync::{
    Arc, AtomicBool, AtomicU8, AtomicU32, AtomicU64, ExclusiveCell, Mutex, MutexGuard, OnceLock, Ordering,
    Weak,
};
use crate::waits::LoopId;

/// One event loop: its tenants, its queue, and the turn that runs.
///
/// First what senders write, then what they read, then what is written by whoever runs handlers: on two processors they
/// would otherwise hold each other up.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct EventLoop {
    state: Ownership,
    /// Which priorities wait in the queue, as of its last change; a hint for whoever works through one lane.
    occupied: AtomicU8,
    queue: Mutex<Queue>,

    waker: OnceLock<Waker>,
    services: Arc<Services>,
    id: LoopId,
    is_concurrent: bool,
    has_thread: bool,
    killed: AtomicBool,
    terminated: AtomicBool,
    vacated: AtomicBool,
    /// Whether the loop's task has been made, and whether it is gone again.
    has_task: AtomicU8,
    /// What few loops have.
    own: Option<Box<Own>>,
    /// Most loops have one; it lies in the loop itself.
    tenants: SmallVec<[Tenant; 1]>,

    /// Of the current turn; even while there is none.
    turn_number: AtomicU32,
    /// The frame of the caller's in which the current turn is waited for.
    caller_frame: AtomicU32,
    /// The party that began the current turn at once and waits for it.
    caller: AtomicU64,
    turn: ExclusiveCell<Turn>,
    trail: Trail,
    hand: ExclusiveCell<Hand>,
    /// How many messages of one lane the loop's task has in hand.
    in_hand: AtomicU32,
    begun: hand::Begun,
    pub(crate) waits: Waits,
    /// The thread on which the loop's task is being polled.
    polled_by: AtomicU32,
}

/// Boxed, it takes one word where most loops have none of it.
#[derive(Debug, Default)]
struct Own {
    /// Without one, the loop is called like its only tenant.
    name: Option<Arc<str>>,
    /// The way to the thread on which alone its handlers run.
    thread: Option<Handle>,
    exits_on_failure: bool,
    has_work: AtomicBool,
    /// What was told last.
    told_of_work: AtomicBool,
    /// Those of a loop which was made while the application runs: its number, its thread, and what keeps it open.
    lease: Option<Lease>,
    keeps: Mutex<Option<LoopThread>>,
    opened: OnceLock<Weak<Opened>>,
}

impl Own {
    fn of(LoopFrame { name, thread, keeps, exits_on_failure }: LoopFrame) -> Self {
        Self { name, thread, keeps: Mutex::new(keeps), exits_on_failure, ..Self::default() }
    }
}

/// What distinguishes a loop from that of a single module.
#[derive(Debug, Default)]
pub(crate) struct LoopFrame {
    /// Without one, it is called like its only tenant.
    pub(crate) name: Option<Arc<str>>,
    /// The way to the thread on which alone its handlers run.
    pub(crate) thread: Option<Handle>,
    /// That thread, if it ends with the loop.
    pub(crate) keeps: Option<LoopThread>,
    /// A panic there, or a failure that nobody awaits, ends the application.
    pub(crate) exits_on_failure: bool,
}

/// What a sender keeps to take its message back; of use only for the loop that gave it out, so whoever has one keeps
/// the loop beside it.
pub(crate) type Receipt = Slip<Item>;

/// Why a message is not in line, or what had to go for it.
#[derive(Debug)]
pub(crate) enum Obstacle {
    /// It waits for room.
    Parked(Arc<Parking>),
    /// There is no room, and the sender does not want to wait.
    Full,
    /// It is in line, in the room of an older event, which is lost.
    DroveOut(Lost),
    /// Nothing is taken in any more.
    Closed,
}

impl EventLoop {
    pub(crate) fn new(
        frame: LoopFrame,
        index: u32,
        limits: Limits,
        tenants: SmallVec<[Tenant; 1]>,
        services: Arc<Services>,
    ) -> Arc<Self> {
        let is_special = frame.name.is_some() || frame.thread.is_some() || frame.exits_on_failure;
        let own = is_special.then(|| Box::new(Own::of(frame)));
        Arc::new(Self::make(own, index, limits, tenants, services))
    }

    fn make(
        own: Option<Box<Own>>,
        index: u32,
        limits: Limits,
        tenants: SmallVec<[Tenant; 1]>,
        services: Arc<Services>,
    ) -> Self {
        Self {
            state: Ownership::default(),
            turn_number: AtomicU32::new(0),
            caller_frame: AtomicU32::new(0),
            caller: AtomicU64::new(0),
            trail: Trail::new(tenants.len()),
            id: LoopId::new(index),
            killed: AtomicBool::new(false),
            terminated: AtomicBool::new(false),
            vacated: AtomicBool::new(false),
            has_task: AtomicU8::new(0),
            queue: Mutex::new(Queue::new(limits)),
            occupied: AtomicU8::new(0),
            in_hand: AtomicU32::new(0),
            polled_by: AtomicU32::new(0),
            waker: OnceLock::new(),
            turn: ExclusiveCell::new(Turn::default()),
            hand: ExclusiveCell::new(Hand::default()),
            begun: hand::Begun::default(),
            waits: Waits::default(),
            tenants,
            is_concurrent: limits.concurrent.is_some(),
            has_thread: own.as_ref().is_some_and(|own| own.thread.is_some()),
            own,
            services,
        }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        let own = self.own.as_ref().and_then(|own| own.name.as_ref());
        own.unwrap_or(&self.tenants[0].name)
    }

    /// Whether it has a name of its own.
    pub(crate) fn is_named(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.name.is_some())
    }

    /// A counted reference to this loop; there is none any more while it is dropped.
    fn counted(&self) -> Option<Arc<Self>> {
        self.services.event_loop(self.id)
    }

    #[inline]
    pub(crate) fn tenant(&self, index: u32) -> &Tenant {
        &self.tenants[index as usize]
    }

    #[inline]
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    /// The services for whoever keeps them.
    pub(crate) fn counted_services(&self) -> Arc<Services> {
        Arc::clone(&self.services)
    }

    #[inline]
    pub(crate) const fn id(&self) -> LoopId {
        self.id
    }

    /// Whether handlers overlap here.
    #[inline]
    pub(crate) const fn is_concurrent(&self) -> bool {
        self.is_concurrent
    }

    /// Whether its handlers run on a thread of its own, and nowhere else.
    #[inline]
    pub(crate) const fn has_thread(&self) -> bool {
        self.has_thread
    }

    /// Whether a failure here ends the application.
    pub(crate) fn exits_on_failure(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.exits_on_failure)
    }

    /// Who is here beside the modules, where there is a place for such.
    pub(crate) fn guest(&self) -> Option<u32> {
        let last = self.tenants.len() - 1;
        let has_place = self.own.as_ref().is_some_and(|own| own.name.is_some());
        (has_place && self.tenants[last].module == ModuleIndex::OUTSIDE).then_some(last as u32)
    }

    /// Where its task lives.
    fn runtime(&self) -> &Handle {
        let thread = self.own.as_ref().and_then(|own| own.thread.as_ref());
        thread.unwrap_or(&self.services.runtime)
    }

    /// How the wakers of the runtime's tasks look; known once the loop's task has run.
    #[inline]
    pub(crate) fn waker_vtable(&self) -> Option<&'static std::task::RawWakerVTable> {
        self.waker.get().map(Waker::vtable)
    }

    /// Whether a hook goes before everything else, as of the queue's last change.
    fn has_ahead(&self) -> bool {
        self.occupied.load(Ordering::Relaxed) & Queue::AHEAD != 0
    }

    /// Sees to it that the loop's task gets to what now waits in the queue.
    ///
    /// The loop counts as active before its task can find the work, or a caller can hand over, and leave again.
    #[inline]
    fn schedule(&self, queue: MutexGuard<'_, Queue>) {
        self.note_work(&queue);
        if self.state.is_scheduled() {
            return;
        }
        self.services.activity.enter();
        let scheduled = self.state.schedule();
        drop(queue);
        match scheduled {
            Scheduled::Already => self.services.activity.leave(),
            Scheduled::Deferred => {}
            Scheduled::Wake => self.wake(),
        }
    }

    /// [Loses](Self::lose) a message, and tells whoever waits for it.
    fn discard(&self, item: Item, reason: Loss) {
        self.lose_seed(&item.seed, item.is_awaited(), reason);
        let label = item.seed.label;
        item.discard(reason, &|| self.tenant(label.tenant).address_of(label.handler).into());
    }

    /// [Discards](Self::discard) what waited in the queue.
    fn discard_accepted(&self, item: Item, reason: Loss) {
        self.discard(item, reason);
        if self.is_concurrent {
            self.services.activity.leave();
        }
    }

    /// Takes nothing in from now on but hooks; what waits is given back as undelivered.
    pub(crate) fn close(&self) {
        let closing = {
            let mut queue = self.queue.lock();
            self.state.close();
            let closing = queue.close();
            self.show_occupied(&queue);
            closing
        };
        self.turn_away(closing);
    }

    /// Tells everybody who waited in a queue that has closed.
    fn turn_away(&self, closing: Closing) {
        for item in closing.inside {
            self.discard_accepted(item, Loss::Undelivered);
        }
        for item in closing.outside {
            let label = item.seed.label;
            item.discard(Loss::Undelivered, &|| self.tenant(label.tenant).address_of(label.handler).into());
        }
        closing.wakers.into_iter().for_each(Waker::wake);
    }

    /// Drops what has begun and ends the loop's task, as soon as the task gets to it.
    pub(crate) fn kill(&self) {
        self.close();
        self.killed.store(true, Ordering::Release);
        self.abort_apart();
        self.terminate();
    }

    /// Whether nothing runs and nothing waits here.
    pub(crate) fn is_at_rest(&self) -> bool {
        let queue = self.queue.lock();
        self.state.is_idle() && queue.is_empty() && queue.running_apart() == 0
    }

    /// What is at work here, as `module.task`: of handlers that stand on each other the topmost one.
    pub(crate) fn running_labels(&self) -> Vec<String> {
        self.at_work().into_iter().map(|(label, _)| label).collect()
    }

    /// The same, each with whether its body is on a thread that nobody can stop.
    pub(crate) fn at_work(&self) -> Vec<(String, bool)> {
        let at_work: Vec<(Label, bool)> = if self.is_concurrent {
            self.queue.lock().apart().at_work().collect()
        } else {
            let is_lent = self.tenants.iter().any(Tenant::is_lent);
            self.trail.top().map(|label| (label, is_lent)).into_iter().collect()
        };
        let named =
            |(label, is_lent): (Label, bool)| (self.tenant(label.tenant).address_of(label.handler), is_lent);
        at_work.into_iter().map(named).collect()
    }

    /// Messages for one tenant: how many came into the queue, and how many wait there.
    pub(crate) fn accepted_and_queued(&self, tenant: u32) -> (u64, u64) {
        let queue = self.queue.lock();
        // Under the lock nothing of it goes back to the lanes, where it would be counted again.
        let in_hand = if self.tenants.len() == 1 { self.in_hand.load(Ordering::Relaxed) } else { 0 };
        let accepted = self.tenant(tenant).counters.accepted_to_queue.get();
        (accepted + if tenant == 0 { queue.accepted } else { 0 }, queue.queued_for(tenant, in_hand))
    }

    fn modules(&self) -> impl Iterator<Item = &Tenant> {
        self.tenants.iter().filter(|tenant| tenant.module != ModuleIndex::OUTSIDE)
    }

    pub(crate) fn statistics(&self) -> LoopStatistics {
        let queue = self.queue.lock();
        let limits = queue.limits();
        LoopStatistics {
            name: Arc::clone(self.name()),
            modules: self.modules().map(|tenant| Arc::clone(&tenant.name)).collect(),
            queued: queue.lengths(),
            waiting_for_room: queue.waiting_for_room(),
            capacity: (limits.tasks as usize, limits.events as usize),
        }
    }
}
