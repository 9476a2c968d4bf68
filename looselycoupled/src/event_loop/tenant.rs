//! A module as its loop sees it.

#![expect(unsafe_code, reason = "the module's state is guarded by the ownership of the loop, not by a lock")]

use std::fmt;

use super::{Label, SharedState, State};
use crate::metadata::ModuleIndex;
use crate::statistics::{Counters, Metered, Meters};
use crate::sync::{Arc, AtomicU8, AtomicU32, ExclusiveCell, Ordering};

/// The state of a module, erased.
pub(crate) enum Resident {
    /// Lent to one handler at a time.
    Exclusive(State),
    /// Shared by handlers that overlap.
    Shared(Arc<SharedState>),
}

impl fmt::Debug for Resident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exclusive(_) => "Exclusive",
            Self::Shared(_) => "Shared",
        })
    }
}

/// Names for the handlers of a module, for messages and logs.
pub(crate) trait Labels: fmt::Debug + Sync {
    /// The handler's name, such as `set_level`.
    fn label(&self, handler: u16) -> &'static str;
    /// How many tasks it has, and how many event handlers; 0 of what is not measured.
    fn numbers(&self) -> (usize, usize) {
        (0, 0)
    }
    /// The name of the module's type.
    fn type_name(&self) -> &'static str {
        "?"
    }
}

/// One module on a loop.
///
/// What every sender reads comes first, what the loop's task writes last: side by side they would hold each other up
/// on two processors.
#[repr(C)]
pub(crate) struct Tenant {
    /// The life-cycle state; its meaning belongs to the modules' room.
    pub(crate) phase: AtomicU8,
    pub(crate) module: ModuleIndex,
    /// Blocking bodies that work on the state, outside of every frame.
    lent: AtomicU32,
    pub(crate) labels: &'static dyn Labels,
    pub(crate) name: Arc<str>,
    /// The state of a module that is not concurrent.
    state: ExclusiveCell<Option<State>>,
    pub(crate) counters: Counters,
    pub(crate) meters: Meters,
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Tenant {
    /// The life-cycle state in which there is nobody to handle anything.
    pub(crate) const ABSENT: u8 = 0;

    pub(crate) fn new(name: Arc<str>, module: ModuleIndex, labels: &'static dyn Labels) -> Self {
        Self {
            phase: AtomicU8::new(Self::ABSENT),
            module,
            lent: AtomicU32::new(0),
            labels,
            name,
            state: ExclusiveCell::new(None),
            counters: Counters::default(),
            meters: Meters::default(),
        }
    }

    /// Where a handler is measured.
    #[inline]
    pub(crate) fn metered(&self, handler: u16) -> Metered<impl FnOnce() -> usize> {
        let labels = self.labels;
        // An event that is connected to a task counts as what it runs.
        let is_event = handler >= Label::FIRST_EVENT_HANDLER;
        let place = usize::from(if is_event { handler - Label::FIRST_EVENT_HANDLER } else { handler });
        let handlers = move || if is_event { labels.numbers().1 } else { labels.numbers().0 };
        Metered { is_event, place, handlers }
    }

    /// Counts a task that was turned away.
    #[cold]
    pub(crate) fn refuse(&self, handler: u16, is_awaited: bool) {
        self.counters.exceptions().refused.add();
        self.meters.rejected(self.metered(handler), is_awaited);
    }

    /// `module.task`, for people.
    pub(crate) fn address_of(&self, handler: u16) -> String {
        format!("{}.{}", self.name, self.labels.label(handler))
    }

    /// Whether messages that wait here will find nobody.
    #[inline]
    pub(super) fn is_absent(&self) -> bool {
        self.phase.load(Ordering::Relaxed) == Self::ABSENT
    }

    /// SAFETY: the caller owns the loop, no other reference to the state stands, and this one ends before the next
    /// is made.
    #[inline]
    pub(super) unsafe fn resident<'a>(&self) -> Option<&'a mut State> {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.state.get() }.as_mut()
    }

    /// SAFETY: the caller owns the loop, and no handler of the tenant stands.
    pub(super) unsafe fn exchange(&self, state: Option<State>) -> Option<State> {
        // SAFETY: the caller's promise.
        std::mem::replace(unsafe { &mut *self.state.get() }, state)
    }

    pub(super) fn lend(&self) {
        self.lent.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn give_back(&self) {
        self.lent.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether a blocking body still works on the state.
    pub(crate) fn is_lent(&self) -> bool {
        self.lent.load(Ordering::SeqCst) > 0
    }
}
