//! In which form a result reaches its caller.

use std::future::Future;

use super::mapped::Mapped;
use crate::envelope::Acknowledgement;
use crate::event_loop::{Activation, Begun, Cause, Completion, Failure, Incident, Verdict};
use crate::module::{Task, TaskInfo};
use crate::reply::{Answer, BoxError, CallError, TaskFailure};
use crate::statistics::Loss;

/// What is done with the result of a task inside of its handler. Everything that runs a user's code happens there.
pub(crate) trait Delivery<T: Task>: 'static {
    /// What the handler's future yields.
    type Raw: Verdict;

    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a;
}

/// As the task's own types, for stubs.
pub(crate) enum Typed {}

impl<T: Task> Delivery<T> for Typed {
    type Raw = Result<T::Output, T::Error>;

    #[inline]
    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a {
        body
    }
}

/// As the task's own value, for stubs of interfaces: whoever holds one does not know the task's error.
pub(crate) enum ByInterface {}

impl<T: Task> Delivery<T> for ByInterface {
    type Raw = Result<T::Output, TaskFailure>;

    #[inline]
    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a {
        Mapped::new(body, |result: Result<T::Output, T::Error>| result.map_err(TaskFailure::of))
    }
}

/// Nobody waits; only a failure is of interest.
pub(crate) enum Detached {}

impl<T: Task> Delivery<T> for Detached {
    type Raw = Result<(), BoxError>;

    #[inline]
    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a {
        Mapped::new(body, |result: Result<T::Output, T::Error>| result.map(drop).map_err(Into::into))
    }
}

/// In which form what came out of a handler reaches its caller.
pub(crate) trait Form<O>: 'static {
    type Value: Send + 'static;
    type Error: Send + 'static;
    /// What making the value takes beside what came out.
    type Note: Send + 'static;

    fn note(task: &'static TaskInfo) -> Self::Note;

    fn refine(
        raw: O,
        note: Self::Note,
        address: impl FnOnce() -> Box<str>,
    ) -> Result<Self::Value, CallError<Self::Error>>;

    /// The error in a form that can be reported where nobody waits any more.
    fn into_report(error: CallError<Self::Error>) -> BoxError;
}

impl<V: Send + 'static, E: Into<BoxError> + Send + 'static> Form<Result<V, E>> for Typed {
    type Value = V;
    type Error = E;
    type Note = ();

    #[inline(always)]
    fn note(_task: &'static TaskInfo) {}

    #[inline]
    fn refine(raw: Result<V, E>, _note: (), _address: impl FnOnce() -> Box<str>) -> Result<V, CallError<E>> {
        raw.map_err(CallError::Failed)
    }

    fn into_report(error: CallError<E>) -> BoxError {
        own_or_other(error)
    }
}

fn own_or_other<E: Into<BoxError>>(error: CallError<E>) -> BoxError {
    match error {
        CallError::Failed(own) => own.into(),
        other => other.map_failed(|_| TaskFailure::of("failed")).into(),
    }
}

impl<V: Send + 'static> Form<Result<V, TaskFailure>> for ByInterface {
    type Value = V;
    type Error = TaskFailure;
    type Note = ();

    #[inline(always)]
    fn note(_task: &'static TaskInfo) {}

    #[inline]
    fn refine(
        raw: Result<V, TaskFailure>,
        _note: (),
        _address: impl FnOnce() -> Box<str>,
    ) -> Result<V, CallError> {
        raw.map_err(CallError::Failed)
    }

    fn into_report(error: CallError) -> BoxError {
        in_report(error)
    }
}

/// The task's own error as it was, rather than as its caller would have seen it.
pub(super) fn in_report(error: CallError) -> BoxError {
    match error {
        CallError::Failed(failure) => failure.into_inner(),
        other => other.into(),
    }
}

/// Completes a call.
pub(crate) struct ReplyTo<O, F: Form<O>> {
    pub(crate) answer: Answer<F::Value, F::Error>,
    pub(crate) note: F::Note,
    /// Whether the search for cycles must know as which of several handlers the job runs.
    pub(crate) tracked: bool,
    /// Whether the caller's time may be over while the loop's task takes up the call: then the two settle who was first.
    pub(crate) timed: bool,
}

#[cold]
fn address_of(activation: &Activation) -> Box<str> {
    activation
        .event_loop()
        .tenant(activation.seed.label.tenant)
        .address_of(activation.seed.label.handler)
        .into()
}

impl<O: 'static, F: Form<O>> Completion<O> for ReplyTo<O, F> {
    const AWAITED: bool = true;

    #[inline]
    fn begun(&self, begun: Begun) -> Result<(), Loss> {
        if self.tracked {
            self.answer.begin(begun);
        }
        if self.timed && !self.answer.begin_in_time() { Err(Loss::Expired) } else { Ok(()) }
    }

    fn complete(self, output: O, activation: &Activation) {
        let result = F::refine(output, self.note, || address_of(activation));
        if let Some(Err(unheard)) = self.answer.settle(result) {
            report(activation, Cause::Error(F::into_report(unheard)));
        }
    }

    fn fail(self, failure: Failure, activation: &Activation) {
        let address = address_of(activation);
        match failure {
            Failure::Panicked(panic) => {
                let message: Box<str> = panic.message.as_str().into();
                let mut incident = Incident::at(activation, Cause::Panic(panic.message), false);
                let services = activation.event_loop().services();
                // A caller that ends the application as soon as it knows must find that the panic has ended it.
                services.judge(&incident);
                incident.answered =
                    self.answer.settle(Err(CallError::Panicked { address, message })).is_none();
                services.tell(&incident);
            }
            Failure::Aborted => {
                let _unheard = self.answer.settle(Err(CallError::ShuttingDown { address, begun: true }));
            }
        }
    }

    fn discard(self, reason: Loss, address: &dyn Fn() -> Box<str>) {
        // Whoever withdraws knows already.
        if matches!(reason, Loss::Undelivered | Loss::Dropped) {
            let _unheard =
                self.answer.settle(Err(CallError::ShuttingDown { address: address(), begun: false }));
        } else if reason == Loss::Expired {
            let _unheard = self.answer.settle(Err(CallError::Timeout { address: address(), begun: false }));
        }
    }
}

/// Completes what nobody waits for: queued tasks.
pub(crate) struct Report;

impl<T> Completion<Result<T, BoxError>> for Report {
    fn complete(self, output: Result<T, BoxError>, activation: &Activation) {
        if let Err(error) = output {
            report(activation, Cause::Error(error));
        }
    }

    fn fail(self, failure: Failure, activation: &Activation) {
        match failure {
            Failure::Panicked(panic) => report(activation, Cause::Panic(panic.message)),
            Failure::Aborted => {}
        }
    }

    fn discard(self, _reason: Loss, _address: &dyn Fn() -> Box<str>) {}
}

/// Completes an event handler.
pub(crate) struct Heard(pub(crate) Acknowledgement);

impl<O> Completion<O> for Heard
where
    Report: Completion<O>,
{
    fn complete(self, output: O, activation: &Activation) {
        Report.complete(output, activation);
        self.0.give();
    }

    /// One that panicked has ended, one that was cut off has not.
    fn fail(self, failure: Failure, activation: &Activation) {
        let has_ended = matches!(failure, Failure::Panicked(_));
        Completion::<O>::fail(Report, failure, activation);
        if has_ended {
            self.0.give();
        }
    }

    fn discard(self, _reason: Loss, _address: &dyn Fn() -> Box<str>) {}
}

#[cold]
pub(super) fn report(activation: &Activation, cause: Cause) {
    activation.event_loop().services().report(&Incident::at(activation, cause, false));
}
