//! What the handlers of one module have done.

use super::super::Counter;
use super::Metered;
use super::clock::Moment;
use super::histogram::Histogram;
use super::measurements::{ExecutionMode, ExecutionOutcome, Executions};
use crate::metadata::ModuleIndex;
use crate::sync::OnceLock;

/// How others may be kept from writing at the same time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Writer {
    /// Nobody else writes: the writer owns the loop.
    Alone,
    AmongOthers,
}

impl Writer {
    #[inline]
    pub(super) fn add(self, counter: &Counter, number: u64) {
        match self {
            Self::Alone => counter.add_many_exclusively(number),
            Self::AmongOthers => counter.add_many(number),
        }
    }
}

/// When a handler has begun, and whether somebody waits for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    began: Moment,
    is_awaited: bool,
}

impl Timing {
    #[inline]
    pub(crate) fn begin(is_awaited: bool) -> Self {
        Self { began: Moment::now(), is_awaited }
    }

    #[inline]
    const fn mode(self) -> ExecutionMode {
        if self.is_awaited { ExecutionMode::Exec } else { ExecutionMode::Queue }
    }
}

/// How a handler ended, or why it never began.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    Handled,
    Failed,
    Panicked,
}

const OUTCOMES: usize = 5;

/// What one handler has done.
#[derive(Debug, Default)]
struct Meter {
    /// By mode and outcome.
    executions: [[Counter; OUTCOMES]; 2],
    durations: Histogram,
}

type Places = OnceLock<Box<[OnceLock<Box<Meter>>]>>;

/// The meters of one module, each made when there is something to record.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    tasks: Places,
    events: Places,
    /// Calls of tasks that it does not have.
    unknown: Counter,
    /// Who has called: those outside of every module, then each module of the application.
    callers: OnceLock<Box<[Counter]>>,
}

impl Meters {
    /// A handler has ended that had begun.
    #[inline]
    pub(crate) fn ended(
        &self,
        of: Metered<impl FnOnce() -> usize>,
        timing: Timing,
        end: End,
        writer: Writer,
    ) {
        let Some(meter) = self.meter(of) else { return };
        let outcome = match end {
            End::Handled => ExecutionOutcome::Ok,
            End::Failed => ExecutionOutcome::Error,
            End::Panicked => ExecutionOutcome::Panic,
        };
        writer.add(&meter.executions[timing.mode() as usize][outcome as usize], 1);
        meter.durations.record(Moment::now().since(timing.began), writer);
    }

    /// A task has ended that this module had called, of as many as the application has.
    #[inline]
    pub(crate) fn called_by(&self, caller: ModuleIndex, modules: impl FnOnce() -> usize, writer: Writer) {
        let callers = self.callers.get_or_init(|| (0..=modules()).map(|_| Counter::default()).collect());
        if let Some(caller) = callers.get(caller.get().map_or(0, |index| index + 1)) {
            writer.add(caller, 1);
        }
    }

    /// A task's time was over before it began.
    #[cold]
    pub(crate) fn expired(&self, of: Metered<impl FnOnce() -> usize>, is_awaited: bool) {
        self.never_begun(of, is_awaited, ExecutionOutcome::Timeout);
    }

    /// A task was turned away.
    #[cold]
    pub(crate) fn rejected(&self, of: Metered<impl FnOnce() -> usize>, is_awaited: bool) {
        self.never_begun(of, is_awaited, ExecutionOutcome::Rejected);
    }

    /// Somebody has called a task that there is not.
    #[cold]
    pub(crate) fn unknown(&self) {
        self.unknown.add();
    }

    fn never_begun(&self, of: Metered<impl FnOnce() -> usize>, is_awaited: bool, outcome: ExecutionOutcome) {
        let mode = if is_awaited { ExecutionMode::Exec } else { ExecutionMode::Queue };
        if let Some(meter) = self.meter(of) {
            meter.executions[mode as usize][outcome as usize].add();
        }
    }

    #[inline]
    fn meter(&self, of: Metered<impl FnOnce() -> usize>) -> Option<&Meter> {
        let places = if of.is_event { &self.events } else { &self.tasks };
        let places = places.get_or_init(|| (0..(of.handlers)()).map(|_| OnceLock::new()).collect());
        Some(places.get(of.place)?.get_or_init(Box::default))
    }

    pub(super) fn task(&self, place: usize) -> Option<Pictured> {
        picture(&self.tasks, place)
    }

    pub(super) fn event(&self, place: usize) -> Option<Pictured> {
        picture(&self.events, place)
    }

    /// How often who has called, of those who have.
    pub(super) fn callers(&self) -> impl Iterator<Item = (ModuleIndex, u64)> {
        let counted = self.callers.get().into_iter().flatten().enumerate();
        counted.map(|(place, calls)| (caller_at(place), calls.get())).filter(|(_, number)| *number > 0)
    }

    pub(super) fn of_unknown(&self) -> u64 {
        self.unknown.get()
    }
}

fn caller_at(place: usize) -> ModuleIndex {
    let index = place.checked_sub(1).and_then(|index| u32::try_from(index).ok());
    index.map_or(ModuleIndex::OUTSIDE, ModuleIndex::new)
}

/// What is shown of a handler.
pub(super) type Pictured = (Vec<Executions>, super::Durations);

fn picture(places: &Places, place: usize) -> Option<Pictured> {
    let meter = places.get()?.get(place)?.get()?;
    let executions = ExecutionMode::ALL.into_iter().flat_map(|mode| {
        ExecutionOutcome::ALL.into_iter().map(move |outcome| Executions {
            mode,
            outcome,
            number: meter.executions[mode as usize][outcome as usize].get(),
        })
    });
    Some((executions.filter(|executions| executions.number > 0).collect(), meter.durations.picture()))
}
