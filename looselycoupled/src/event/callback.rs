//! Functions that are called with events, one event after the other, on a loop.

use std::future::Future;

use super::labels::CALLBACK;
use crate::envelope::EventRecord;
use crate::event_loop::{
    Activation, Begun, Cause, Completion, Failure, Incident, Item, Job, Kind, Label, Missed, Seed,
    SharedState, State, drop_caught,
};
use crate::mailbox::{Filled, Slot};
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::reply::BoxError;
use crate::router::Heard;
use crate::statistics::Loss;
use crate::sync::{Arc, AtomicBool, AtomicU64, AtomicUsize, Mutex, Ordering};

/// What a function that is called with events comes to: nothing, or a `Result` whose error becomes an `exception`.
#[diagnostic::on_unimplemented(
    message = "what is called with events returns nothing or `Result<(), E>`, not `{Self}`",
    label = "comes to `{Self}`, which nobody would get",
    note = "end the body with `;`; an error that can be turned into a `BoxError` becomes an `exception`"
)]
pub trait CallbackResult: Send + 'static {
    /// The failure, if it is one.
    ///
    /// # Errors
    ///
    /// What is to be reported.
    fn into_result(self) -> Result<(), BoxError>;
}

impl CallbackResult for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError> + Send + 'static> CallbackResult for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// A function, what waits for it, and what became of the rest.
pub(super) struct Callback<F> {
    /// For reports: `<pattern>#<number>`.
    name: Arc<str>,
    pattern: Box<str>,
    /// Absent while it is called, and when it will not be called any more.
    function: Mutex<Option<F>>,
    closed: AtomicBool,
    capacity: AtomicUsize,
    waiting: AtomicUsize,
    heard: AtomicU64,
    missed: AtomicU64,
    /// What the next gap will tell, as long as it waits.
    gap: Mutex<Option<Arc<Missed>>>,
}

impl<F> Callback<F> {
    pub(super) fn new(name: Arc<str>, pattern: &str, function: F, capacity: usize) -> Self {
        Self {
            name,
            pattern: pattern.into(),
            function: Mutex::new(Some(function)),
            closed: AtomicBool::new(false),
            capacity: AtomicUsize::new(capacity),
            waiting: AtomicUsize::new(0),
            heard: AtomicU64::new(0),
            missed: AtomicU64::new(0),
            gap: Mutex::new(None),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn set_capacity(&self, capacity: usize) {
        self.capacity.store(capacity.max(1), Ordering::Relaxed);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Notes an event; false if there is no room for it.
    pub(super) fn admit(&self) -> bool {
        self.heard.fetch_add(1, Ordering::Relaxed);
        let capacity = self.capacity.load(Ordering::Relaxed);
        if self.waiting.fetch_add(1, Ordering::Relaxed) < capacity {
            return true;
        }
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        false
    }

    /// Notes that an event was lost, and sends who is to tell of it unless one is on the way.
    pub(super) fn miss(&self, priority: Priority, send: impl FnOnce(EventRecord)) {
        self.missed.fetch_add(1, Ordering::Relaxed);
        let mut gap = self.gap.lock();
        if gap.as_ref().is_some_and(|missed| missed.add()) {
            return;
        }
        let missed = Arc::new(Missed::of(1));
        *gap = Some(Arc::clone(&missed));
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let lineage = Lineage::root(ModuleIndex::OUTSIDE, priority);
        // Under the lock: what is accepted later stands behind it.
        send(EventRecord::of_gap("callback", (&*self.pattern).into(), missed, lineage));
    }

    pub(super) fn heard(&self) -> Heard {
        Heard {
            heard: self.heard.load(Ordering::Relaxed),
            missed: self.missed.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// The function is called no more; false if that was so before. One that is being called goes when it returns.
    pub(super) fn close(&self) -> bool {
        let was_closed = self.closed.swap(true, Ordering::AcqRel);
        let gone = self.function.lock().take();
        if let Err(panic) = drop_caught(gone) {
            tracing::error!(
                target: "looselycoupled",
                callback = %self.name,
                "the function of a subscription panicked when it was dropped: {}",
                panic.message
            );
        }
        !was_closed
    }

    fn leave_line(&self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// A failure here belongs to no module's policy: none has its state in doubt.
    fn report(&self, activation: &Activation, cause: Cause) {
        let incident = Incident::at(activation, cause, self.pattern.as_ref() == crate::envelope::EXCEPTION);
        let (module, index) = (Arc::clone(&self.name), ModuleIndex::OUTSIDE);
        activation.event_loop().services().report(&Incident { module, index, ..incident });
    }
}

/// Where nobody has closed it before: what was to be called with the last event can be lost.
impl<F> Drop for Callback<F> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<F, Fut> Callback<F>
where
    F: FnMut(EventRecord) -> Option<Fut>,
{
    /// Calls the function, unless it is not to be called any more.
    fn call(&self, record: EventRecord) -> Option<Fut> {
        let function = self.function.lock().take();
        let mut called = Called { callback: self, function };
        called.function.as_mut()?(record)
    }
}

/// Puts the function back that was called, also if it panicked. Nobody else calls it meanwhile, for a loop runs one
/// handler at a time; but it may close its own subscription.
struct Called<'a, F> {
    callback: &'a Callback<F>,
    function: Option<F>,
}

impl<F> Drop for Called<'_, F> {
    fn drop(&mut self) {
        *self.callback.function.lock() = self.function.take();
        if self.callback.is_closed() {
            self.callback.close();
        }
    }
}

/// An event for a callback.
struct CallbackJob<F> {
    record: EventRecord,
    callback: Arc<Callback<F>>,
}

impl<F, Fut> CallbackJob<F>
where
    F: FnMut(EventRecord) -> Option<Fut> + Send + 'static,
    Fut: Future<Output: CallbackResult> + Send + 'static,
{
    async fn handle(self) -> Result<(), BoxError> {
        self.callback.leave_line();
        // What is lost from now on is told by another record, whether the function looks at this one or not.
        let _told = self.record.gap();
        match self.callback.call(self.record) {
            Some(future) => future.await.into_result(),
            None => Ok(()),
        }
    }
}

impl<F, Fut> Job for CallbackJob<F>
where
    F: FnMut(EventRecord) -> Option<Fut> + Send + 'static,
    Fut: Future<Output: CallbackResult> + Send + 'static,
{
    type Output = Result<(), BoxError>;
    type Kept = ();

    const IMMEDIATE: bool = false;

    fn run<'a>(
        self,
        _kept: &'a mut Option<()>,
        _state: &'a mut State,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        self.handle()
    }

    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        _state: &'a SharedState,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        self.handle()
    }
}

/// Reports what goes wrong in a callback.
struct CallbackReport<F>(Arc<Callback<F>>);

impl<F: Send + 'static> Completion<Result<(), BoxError>> for CallbackReport<F> {
    /// On a loop that others use as well, what waited when the subscription ended is still in line.
    fn begun(&self, _begun: Begun) -> Result<(), Loss> {
        if !self.0.is_closed() {
            return Ok(());
        }
        self.0.leave_line();
        Err(Loss::Undelivered)
    }

    fn complete(self, output: Result<(), BoxError>, activation: &Activation) {
        if let Err(error) = output {
            self.0.report(activation, Cause::Error(error));
        }
    }

    fn fail(self, failure: Failure, activation: &Activation) {
        if let Failure::Panicked(panic) = failure {
            self.0.report(activation, Cause::Panic(panic.message));
        }
    }

    fn discard(self, _reason: Loss, _address: &dyn Fn() -> Box<str>) {
        self.0.leave_line();
    }
}

/// Makes the message that hands an event to a callback.
pub(super) fn callback_item<F, Fut>(
    slot: Slot<'_, Item>,
    record: EventRecord,
    tenant: u32,
    callback: &Arc<Callback<F>>,
) -> Filled
where
    F: FnMut(EventRecord) -> Option<Fut> + Send + 'static,
    Fut: Future<Output: CallbackResult> + Send + 'static,
{
    let label = Label { tenant, handler: CALLBACK };
    let kind = Kind::BoundedElsewhere;
    let seed = Seed { label, kind, nesting: 0, deadline: None, lineage: record.lineage() };
    let report = CallbackReport(Arc::clone(callback));
    Item::with(slot, seed, CallbackJob { record, callback: Arc::clone(callback) }, report)
}
