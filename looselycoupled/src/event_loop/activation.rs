//! One running handler, and how code below it finds out that it runs inside of one.

#![expect(unsafe_code, reason = "a handler must find its activation without a lock or a reference count")]

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use tokio::time::Instant;

use super::EventLoop;
use crate::metadata::{Lineage, MessageId, ModuleIndex, Priority, TransactionId};
use crate::statistics::Timing;
use crate::sync::thread_cell;
use crate::waits::{Caller, Party};

/// Which handler of which module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    /// The place of the module on its loop.
    pub(crate) tenant: u32,
    /// The place of the handler in the module's list of labels.
    pub(crate) handler: u16,
}

impl Label {
    /// The first label of an event handler; those of tasks lie before.
    pub(crate) const FIRST_EVENT_HANDLER: u16 = 0x4000;
}

/// Which bound a message counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A call or a queued task.
    Task,
    Event,
    /// An event that the loop's bound does not concern: it tells of lost ones, is for a callback, which has a bound of its
    /// own, or comes from where it is kept.
    BoundedElsewhere,
    /// The same, and it may have been handled before.
    Redelivered,
    /// The framework's own; always has room, and is no part of the balance.
    Hook,
}

/// How the code of a module was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scene {
    /// A handler that the loop itself polls; the thread that sees this activation owns the loop's frames.
    Turn,
    /// A handler that overlaps with others, or whose body runs on the blocking pool.
    Apart,
    /// A life-cycle hook that handles no message: what it sends begins a new transaction.
    Hook,
}

/// Everything that a send needs to know about the handler it comes from.
#[derive(Debug)]
pub(crate) struct Activation {
    event_loop: NonNull<EventLoop>,
    pub(crate) scene: Scene,
    /// The place in the loop's stack of frames.
    pub(crate) frame: u16,
    /// Whether the application's activity includes this handler.
    pub(crate) counted: Cell<bool>,
    /// Under which number the loop knows a handler that it does not poll itself.
    number: u32,
    pub(super) timing: Timing,
    transaction: Cell<u64>,
    message: Cell<u64>,
    pub(crate) seed: Seed,
}

// SAFETY: an activation moves with its handler between threads; its cells are touched only by the thread that
// polls the handler at that time (or, for `Scene::Apart` on the blocking pool, by the one thread that runs it).
// The pointer is to a loop that the holder of the activation keeps alive.
unsafe impl Send for Activation {}

/// What a new activation is made of.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    pub(crate) label: Label,
    pub(crate) kind: Kind,
    /// Inline calls that enclose this one on the same stack.
    pub(crate) nesting: u8,
    pub(crate) deadline: Option<Instant>,
    pub(crate) lineage: Lineage,
}

impl Seed {
    /// Whether it is work that `becoming_idle` follows: no hook, and nothing that stems from that notice itself.
    #[inline]
    pub(crate) const fn earns(&self) -> bool {
        !self.lineage.idle_born && !matches!(self.kind, Kind::Hook)
    }
}

/// A message that is about to be sent, before anything of it is built: what it inherits is read where it goes.
///
/// Building a seed first and copying it into a frame or a queue would cost more than the rest of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draft<'a> {
    pub(crate) label: Label,
    pub(crate) priority: Priority,
    pub(crate) deadline: Option<Instant>,
    /// The handler that sends it.
    pub(crate) sender: Option<&'a Activation>,
    /// How many calls enclose it on the same stack, those of other applications included.
    pub(crate) nesting: u8,
    /// What it inherits from where it was made, rather than from the handler that sends it.
    pub(crate) inherited: Option<&'a Lineage>,
    /// Whether the sender waits for it.
    pub(crate) awaited: bool,
    /// Who waits for it in another process, if the sender is there.
    pub(crate) visitor: Party,
}

impl Draft<'_> {
    /// Writes what a message carries where it belongs, each part on its own and from each source separately: a whole that
    /// comes from one of several places would be put together in memory and copied in portions other than those in which
    /// it was written, which stalls.
    ///
    /// SAFETY: the place can be written.
    #[inline(always)]
    pub(super) unsafe fn write_seed(&self, place: *mut Seed, nesting: u8) {
        // SAFETY: passed on.
        unsafe {
            (&raw mut (*place).label).write(self.label);
            (&raw mut (*place).kind).write(Kind::Task);
            (&raw mut (*place).nesting).write(nesting);
            (&raw mut (*place).deadline).write(self.deadline);
            let (lineage, priority) = (&raw mut (*place).lineage, self.priority);
            match (self.inherited, self.sender) {
                (Some(inherited), _) => lineage.write(Lineage { priority, ..inherited.clone() }),
                (None, Some(sender)) => lineage.write(Lineage { priority, ..sender.pass_on() }),
                (None, None) => lineage.write(Lineage::root(ModuleIndex::OUTSIDE, priority)),
            }
        }
    }

    /// Who waits for it.
    #[inline]
    pub(crate) fn caller(&self) -> Caller {
        match self.sender {
            Some(sender) if self.awaited => sender.as_caller(),
            Some(_) => Caller::NONE,
            None => Caller { party: self.visitor, frame: 0 },
        }
    }

    /// What the message carries, for where it cannot be [written in place](Self::write_seed).
    pub(super) fn seed(&self) -> Seed {
        let mut seed = MaybeUninit::uninit();
        // SAFETY: written as a whole.
        unsafe {
            self.write_seed(seed.as_mut_ptr(), self.nesting);
            seed.assume_init()
        }
    }
}

impl Activation {
    #[inline(always)]
    fn new(event_loop: &EventLoop, seed: Seed, scene: Scene, number: u32, timing: Timing) -> Self {
        Self {
            event_loop: NonNull::from(event_loop),
            scene,
            frame: 0,
            counted: Cell::new(true),
            number,
            timing,
            transaction: Cell::new(seed.lineage.transaction),
            message: Cell::new(0),
            seed,
        }
    }

    /// The activation of a hook that handles no message.
    pub(crate) fn of_hook(event_loop: &EventLoop, seed: Seed) -> Self {
        Self::new(event_loop, seed, Scene::Hook, 0, Timing::begin(false))
    }

    /// The activation of a concurrent module's handler.
    pub(super) fn of_handler(event_loop: &EventLoop, seed: Seed, number: u32, timing: Timing) -> Self {
        Self::new(event_loop, seed, Scene::Apart, number, timing)
    }

    /// Writes the activation of a queued message, whose seed is moved out of where it waited.
    ///
    /// SAFETY: the place can be written, and the seed is the caller's.
    #[inline(always)]
    pub(super) unsafe fn write_in_frame(
        place: *mut Self,
        event_loop: &EventLoop,
        seed: *const Seed,
        index: usize,
        is_awaited: bool,
    ) {
        // SAFETY: passed on.
        unsafe {
            (&raw mut (*place).seed).copy_from_nonoverlapping(seed, 1);
            Self::write_around_seed(place, event_loop, index, true, is_awaited);
        }
    }

    /// Writes the activation of a message that is handled at once; no part of the application's activity yet.
    ///
    /// SAFETY: the place can be written.
    #[inline(always)]
    pub(super) unsafe fn write_at_once(
        place: *mut Self,
        event_loop: &EventLoop,
        draft: &Draft<'_>,
        index: usize,
        counted: bool,
    ) {
        // SAFETY: passed on.
        unsafe {
            draft.write_seed(&raw mut (*place).seed, draft.nesting);
            Self::write_around_seed(place, event_loop, index, counted, draft.awaited);
        }
    }

    /// SAFETY: the place can be written, and the seed has been.
    #[inline(always)]
    unsafe fn write_around_seed(
        place: *mut Self,
        event_loop: &EventLoop,
        index: usize,
        counted: bool,
        is_awaited: bool,
    ) {
        // SAFETY: passed on.
        unsafe {
            (&raw mut (*place).event_loop).write(NonNull::from(event_loop));
            (&raw mut (*place).scene).write(Scene::Turn);
            (&raw mut (*place).frame).write(index as u16);
            (&raw mut (*place).counted).write(Cell::new(counted));
            (&raw mut (*place).number).write(0);
            (&raw mut (*place).timing).write(Timing::begin(is_awaited));
            (&raw mut (*place).transaction).write(Cell::new((*place).seed.lineage.transaction));
            (&raw mut (*place).message).write(Cell::new(0));
        }
    }

    #[inline]
    pub(crate) const fn event_loop(&self) -> &EventLoop {
        // SAFETY: whoever holds an activation (a frame of that loop, a task or thread with a counted reference to
        // it) outlives it, and the loop outlives the holder.
        unsafe { self.event_loop.as_ref() }
    }

    /// The name of its module.
    pub(crate) fn module_name(&self) -> &str {
        &self.event_loop().tenant(self.seed.label.tenant).name
    }

    /// The party that the handler is part of, when it waits.
    #[inline]
    pub(crate) fn party(&self) -> Party {
        let event_loop = self.event_loop();
        match self.scene {
            Scene::Turn => Party { event_loop: event_loop.id(), number: event_loop.turn_number() },
            Scene::Apart => Party { event_loop: event_loop.id(), number: self.number },
            Scene::Hook => Party::NONE,
        }
    }

    #[inline]
    pub(crate) fn as_caller(&self) -> Caller {
        Caller { party: self.party(), frame: self.frame }
    }

    /// The transaction, named now if nobody asked before.
    #[inline]
    pub(crate) fn transaction(&self) -> TransactionId {
        TransactionId::from_raw(self.transaction.get()).unwrap_or_else(|| self.name_transaction())
    }

    #[cold]
    #[inline(never)]
    fn name_transaction(&self) -> TransactionId {
        let made = TransactionId::new();
        self.transaction.set(made.raw());
        made
    }

    /// The id of the message that is being handled, made now if nobody asked before.
    #[inline]
    pub(crate) fn message(&self) -> MessageId {
        MessageId::from_raw(self.message.get()).unwrap_or_else(|| self.number_message())
    }

    #[cold]
    #[inline(never)]
    fn number_message(&self) -> MessageId {
        let made = MessageId::next();
        self.message.set(made.get());
        made
    }

    /// What a message sent from here inherits.
    #[inline(always)]
    pub(crate) fn pass_on(&self) -> Lineage {
        let source = self.event_loop().tenant(self.seed.label.tenant).module;
        if self.scene == Scene::Hook {
            return Lineage {
                idle_born: self.seed.lineage.idle_born,
                ..Lineage::root(source, self.seed.lineage.priority)
            };
        }
        let is_message = self.seed.kind != Kind::Hook;
        Lineage {
            transaction: self.transaction().raw(),
            parent: self.message().get(),
            source,
            depth: self.seed.lineage.depth.saturating_add(1),
            // That of a hook says when it has its turn, nothing about what it sends.
            priority: if is_message { self.seed.lineage.priority } else { Priority::Normal },
            idle_born: self.seed.lineage.idle_born,
            headers: self.seed.lineage.headers.clone(),
        }
    }

    /// A copy for code that runs apart from the loop's own polling.
    pub(crate) fn apart(&self) -> Self {
        let mut lineage = self.seed.lineage.clone();
        lineage.transaction = self.transaction().raw();
        let seed = Seed {
            label: self.seed.label,
            kind: self.seed.kind,
            nesting: 0,
            deadline: self.seed.deadline,
            lineage,
        };
        let mut copy = Self::new(self.event_loop(), seed, Scene::Apart, self.party().number, self.timing);
        copy.frame = self.frame;
        copy.message.set(self.message().get());
        copy
    }

    /// Includes the handler in the application's activity before it makes anything that others may finish first.
    #[inline]
    pub(crate) fn count(&self) {
        if !self.counted.replace(true) {
            let activity = &self.event_loop().services().activity;
            activity.enter();
            if !self.seed.lineage.idle_born {
                activity.earn();
            }
        }
    }
}

thread_cell! {
    static CURRENT: *const Activation = std::ptr::null();
}

/// Runs code as part of a handler.
#[inline(always)]
pub(crate) fn enter<R>(activation: &Activation, code: impl FnOnce() -> R) -> R {
    struct Restore(*const Activation);
    impl Drop for Restore {
        #[inline]
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let _restore = Restore(CURRENT.replace(activation));
    code()
}

/// Shows the handler that this code is part of, if any.
#[inline(always)]
pub(crate) fn current<R>(show: impl FnOnce(Option<&Activation>) -> R) -> R {
    let pointer = CURRENT.get();
    // SAFETY: `enter` holds a borrow of the activation for as long as the pointer stands, on this thread.
    show(unsafe { pointer.as_ref() })
}
