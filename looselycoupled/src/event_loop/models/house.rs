//! A loop with what it needs, and what must hold when everybody has gone.

use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;

#[cfg(shuttle)]
use super::super::current;
use super::super::task::LoopTask;
use super::super::{
    Draft, EventLoop, Inline, Item, Kind, Label, Labels, Limits, LoopFrame, Obstacle, Offer, Opened,
    Overflow, Panic, Receipt, Resident, Room, Seed, Services, Tenant, Tuning,
};
use super::work::{Fate, Guarded, Ledger, Noted, Work};
use crate::mailbox::{Filled, Slot};
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::sync::checker::{self, JoinHandle, drive, spawn, yield_now};
use crate::sync::{Arc, Ordering};
use crate::waits::Party;

/// Only its handle is needed: nothing runs on it.
static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().unwrap());

const TUNING: Tuning =
    Tuning { blocking_threads: 1, default_timeout: None, has_threads: false, dead_letters: 0 };

/// Explores a model of the loop.
pub(super) fn check(model: fn()) {
    // Made out here: the threads of a model have small stacks.
    LazyLock::force(&RUNTIME);
    checker::check(model);
}

#[derive(Debug)]
struct Nameless;

impl Labels for Nameless {
    fn label(&self, _handler: u16) -> &'static str {
        "work"
    }
}

/// What comes out of work.
type Outcome = Result<(), ()>;

/// One loop and the modules on it.
#[derive(Clone)]
pub(super) struct House {
    pub(super) event_loop: Arc<EventLoop>,
    pub(super) ledger: Arc<Ledger>,
}

impl House {
    /// One module, and room for so many tasks, whose senders wait for it.
    pub(super) fn new(tasks: u32) -> Self {
        Self::shared(tasks, 1)
    }

    /// The same for so many modules.
    pub(super) fn shared(tasks: u32, modules: u32) -> Self {
        let services = on_many_threads();
        let house = Self::of(&services, Arc::default(), 0, tasks, modules);
        services.introduce(&[Arc::clone(&house.event_loop)]);
        house
    }

    /// Two loops of one application, with one module each.
    pub(super) fn two() -> [Self; 2] {
        let (services, ledger) = (on_many_threads(), Arc::default());
        let houses = [0, 1].map(|index| Self::of(&services, Arc::clone(&ledger), index, 4, 1));
        services.introduce(&[0, 1].map(|index: usize| Arc::clone(&houses[index].event_loop)));
        houses
    }

    /// A loop that is opened while the application runs, and what keeps it open.
    pub(super) fn opened(tasks: u32) -> (Self, Arc<Opened>) {
        let (services, ledger) = (on_many_threads(), Arc::default());
        services.introduce(&[]);
        let (lease, frame) = (services.lease(), LoopFrame::default());
        let opened = EventLoop::open(lease, frame, limits(tasks), tenant(), &services);
        let house = Self { event_loop: Arc::clone(opened.event_loop()), ledger };
        house.furnish();
        (house, opened)
    }

    fn of(services: &Arc<Services>, ledger: Arc<Ledger>, index: u32, tasks: u32, modules: u32) -> Self {
        let tenants: SmallVec<[Tenant; 1]> = (0..modules).map(|_| tenant()).collect();
        let (frame, services) = (LoopFrame::default(), Arc::clone(services));
        let house =
            Self { event_loop: EventLoop::new(frame, index, limits(tasks), tenants, services), ledger };
        house.furnish();
        house
    }

    /// Moves its modules in.
    fn furnish(&self) {
        for module in 0..self.event_loop.tenants.len() as u32 {
            self.event_loop.tenant(module).phase.store(Tenant::ABSENT + 1, Ordering::Relaxed);
            assert!(self.event_loop.move_in(module, Resident::Exclusive(Guarded::state(&self.ledger))));
        }
    }

    /// The loop's task on a thread of its own; it is made now, unless something has been sent already.
    pub(super) fn driven(&self) -> JoinHandle<()> {
        let task = self.task();
        spawn(move || drive(task))
    }

    /// A thread that drives the loop's task from when it is first needed.
    pub(super) fn driven_once_needed(&self) -> JoinHandle<()> {
        let house = self.clone();
        spawn(move || {
            loop {
                match house.summoned() {
                    Some(task) => return drive(task),
                    None => yield_now(),
                }
            }
        })
    }

    /// The loop's task, made now if it has not been.
    pub(super) fn task(&self) -> LoopTask {
        if let Some(task) = self.summoned() {
            return task;
        }
        self.event_loop.schedule(self.event_loop.queue.lock());
        self.summoned().unwrap()
    }

    /// The loop's task, if it has been made and nobody drives it yet.
    pub(super) fn summoned(&self) -> Option<LoopTask> {
        self.event_loop.services.summoned.lock().pop()
    }

    /// Waits until the loop's task has been polled: before, nobody enters.
    pub(super) fn wait_for_task(&self) {
        while self.event_loop.waker_vtable().is_none() {
            yield_now();
        }
    }

    pub(super) fn work(&self, number: u32, suspensions: u32) -> Work {
        Work { number, module: 0, suspensions, act: None, ledger: Arc::clone(&self.ledger) }
    }

    /// For a message that is being sent.
    fn noted(&self, number: u32) -> Noted {
        self.ledger.count_sent();
        Noted { number, ledger: Arc::clone(&self.ledger) }
    }

    /// Calls at once if the loop is idle, otherwise in line; true if it was at once.
    pub(super) fn call(&self, work: Work) -> bool {
        let number = work.number;
        let draft = draft(Priority::Normal, work.module);
        let mut room = Room::new();
        let work = room.hold(work);
        match self.event_loop.try_at_once(None, &draft, work, |_| (self.noted(number), ())) {
            Inline::Ready(result) => self.answered(number, &result),
            Inline::Suspended(()) => {}
            Inline::Busy(work) => {
                let _receipt = self.put_in_line(&draft, work, self.noted(number), &mut None);
                return false;
            }
            Inline::BusyInTurn(_) | Inline::Cycle(_) => panic!("nobody calls from inside of a turn here"),
        }
        true
    }

    /// A handler has ended before its caller had to wait.
    fn answered(&self, number: u32, result: &Result<Outcome, Panic>) {
        self.ledger.count_sent();
        self.ledger.settle(number, if matches!(result, Ok(Ok(()))) { Fate::Handled } else { Fate::Broken });
    }

    /// Puts work in line.
    pub(super) fn push(
        &self,
        priority: Priority,
        work: Work,
        obstacle: &mut Option<Obstacle>,
    ) -> Option<Receipt> {
        let (noted, draft) = (self.noted(work.number), draft(priority, work.module));
        self.put_in_line(&draft, Room::new().hold(work), noted, obstacle)
    }

    fn put_in_line(
        &self,
        draft: &Draft<'_>,
        work: Offer<'_, Outcome>,
        noted: Noted,
        obstacle: &mut Option<Obstacle>,
    ) -> Option<Receipt> {
        let fill = |slot: Slot<'_, Item>| Item::of(slot, draft, work, noted);
        self.event_loop.push(Kind::Task, fill, obstacle)
    }

    /// Puts work in line where there is room.
    pub(super) fn send(&self, work: Work) -> Option<Receipt> {
        self.push(Priority::Normal, work, &mut None)
    }

    /// Calls a module of the same loop from one of its handlers; true if it could begin at once.
    #[cfg(shuttle)]
    pub(super) fn call_nested(&self, work: Work) -> bool {
        let number = work.number;
        let draft = draft(Priority::Normal, work.module);
        let suspend = |_| (self.noted(number), ());
        let mut room = Room::new();
        let work = room.hold(work);
        let went = current(|caller| {
            let caller = Some(caller.expect("a handler makes this call"));
            self.event_loop.try_at_once(caller, &draft, work, suspend)
        });
        match went {
            Inline::Ready(result) => self.answered(number, &result),
            Inline::Suspended(()) => {}
            Inline::Busy(_) | Inline::BusyInTurn(_) | Inline::Cycle(_) => return false,
        }
        true
    }

    /// Puts a hook before everything else.
    pub(super) fn push_ahead(&self, work: Work) -> bool {
        let noted = self.noted(work.number);
        self.event_loop.push_ahead(|slot| hook(slot, work, noted))
    }

    /// Waits for what was sent, which nobody wakes the loop for any more, and lets the loop end.
    pub(super) fn end(self, driver: JoinHandle<()>) {
        drive(self.ledger.all_settled());
        self.event_loop.terminate();
        driver.join().unwrap();
        self.look();
    }

    /// What holds whenever nobody works here any more.
    pub(super) fn look(&self) {
        assert!(self.event_loop.is_at_rest(), "nothing runs and nothing waits");
        assert!(self.is_quiet(), "nothing counts as moving");
        assert!(self.summoned().is_none(), "a loop has one task");
        (0..self.event_loop.tenants.len() as u32).for_each(|module| self.look_at(module));
    }

    /// The balance of a module.
    fn look_at(&self, module: u32) {
        let counters = &self.event_loop.tenant(module).counters;
        let (in_line, queued) = self.event_loop.accepted_and_queued(module);
        let discarded = counters.so_far(|rare| &rare.cancelled)
            + counters.so_far(|rare| &rare.undelivered)
            + counters.so_far(|rare| &rare.expired);
        let accepted = in_line + counters.accepted_at_once.get();
        let accounted = counters.handled.get() + counters.failed.get() + discarded;
        assert_eq!((queued, counters.running.get()), (0, 0));
        assert_eq!(accepted, accounted, "the balance of the module");
    }

    pub(super) fn is_quiet(&self) -> bool {
        let rest = std::pin::pin!(self.event_loop.services().activity.rest(|| false));
        rest.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    /// Whether each of the messages was handled.
    pub(super) fn assert_handled(&self, numbers: impl IntoIterator<Item = u32>) {
        for number in numbers {
            assert_eq!(self.ledger.fate(number), Some(Fate::Handled), "message {number}");
        }
    }
}

/// The runtime of the models has one thread, theirs does not.
fn on_many_threads() -> Arc<Services> {
    let services = Services::new(RUNTIME.handle().clone(), TUNING, None);
    let mut services = Arc::into_inner(services).unwrap();
    services.is_single_threaded = false;
    Arc::new(services)
}

fn limits(tasks: u32) -> Limits {
    Limits {
        tasks,
        events: tasks,
        oldest_goes: false,
        fairness: None,
        concurrent: None,
        overflow: Overflow::Wait,
    }
}

fn tenant() -> Tenant {
    Tenant::new("module".into(), ModuleIndex::OUTSIDE, &Nameless)
}

fn draft(priority: Priority, module: u32) -> Draft<'static> {
    let label = Label { tenant: module, handler: 0 };
    Draft {
        label,
        priority,
        deadline: None,
        sender: None,
        nesting: 0,
        inherited: None,
        awaited: true,
        visitor: Party::NONE,
    }
}

fn hook(slot: Slot<'_, Item>, work: Work, noted: Noted) -> Filled {
    let lineage = Lineage::root(ModuleIndex::OUTSIDE, Priority::Normal);
    let label = Label { tenant: 0, handler: 1 };
    let seed = Seed { label, kind: Kind::Hook, nesting: 0, deadline: None, lineage };
    Item::with(slot, seed, work, noted)
}
