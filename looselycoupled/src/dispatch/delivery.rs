//! In which form a result reaches its caller.

use std::convert::Infallible;
use std::future::Future;

use super::mapped::Mapped;
use crate::event_loop::{Activation, Begun, Cause, Completion, Failure, Incident, Verdict};
use crate::module::{NamedTask, Reply, Task};
use crate::reply::{Answer, BoxError, CallError, TaskFailure};
use crate::statistics::Loss;
use crate::value::Value;

/// A form of result. Everything that runs a user's code happens in [`drive`](Self::drive), as part of the handler.
pub(crate) trait Delivery<T: Task>: 'static {
    /// What the handler's future yields.
    type Raw: Verdict + Send + 'static;
    type Value: Send + 'static;
    type Error: Send + 'static;

    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a;

    fn refine(
        raw: Self::Raw,
        address: impl FnOnce() -> Box<str>,
    ) -> Result<Self::Value, CallError<Self::Error>>;

    /// The error in a form that can be reported where nobody waits any more.
    fn into_report(error: CallError<Self::Error>) -> BoxError;
}

/// As the task's own types, for stubs.
pub(crate) enum Typed {}

impl<T: Task> Delivery<T> for Typed {
    type Raw = Result<T::Output, T::Error>;
    type Value = T::Output;
    type Error = T::Error;

    #[inline]
    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a {
        body
    }

    #[inline]
    fn refine(raw: Self::Raw, _address: impl FnOnce() -> Box<str>) -> Result<T::Output, CallError<T::Error>> {
        raw.map_err(CallError::Failed)
    }

    fn into_report(error: CallError<T::Error>) -> BoxError {
        match error {
            CallError::Failed(own) => own.into(),
            other => other.map_failed(|_| TaskFailure::of("failed")).into(),
        }
    }
}

/// As the task's own value, for stubs of interfaces: whoever holds one does not know the task's error.
pub(crate) enum ByInterface {}

impl<T: Task> Delivery<T> for ByInterface {
    type Raw = Result<T::Output, TaskFailure>;
    type Value = T::Output;
    type Error = TaskFailure;

    #[inline]
    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a {
        Mapped::new(body, |result: Result<T::Output, T::Error>| result.map_err(TaskFailure::of))
    }

    #[inline]
    fn refine(raw: Self::Raw, _address: impl FnOnce() -> Box<str>) -> Result<T::Output, CallError> {
        raw.map_err(CallError::Failed)
    }

    fn into_report(error: CallError) -> BoxError {
        in_report(error)
    }
}

/// As a value, for callers by name.
pub(crate) enum Named {}

/// Why there is no value.
pub(crate) enum NamedFailure {
    Task(TaskFailure),
    Encode(crate::value::EncodeError),
}

impl<T: NamedTask> Delivery<T> for Named {
    type Raw = Result<Value, NamedFailure>;
    type Value = Reply;
    type Error = TaskFailure;

    #[inline]
    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a {
        Mapped::new(body, |result: Result<T::Output, T::Error>| match result {
            Ok(output) => T::encode(output).map_err(NamedFailure::Encode),
            Err(error) => Err(NamedFailure::Task(TaskFailure::of(error))),
        })
    }

    #[inline]
    fn refine(raw: Self::Raw, address: impl FnOnce() -> Box<str>) -> Result<Reply, CallError> {
        match raw {
            Ok(value) => Ok(Reply::new(value, const { &T::INFO })),
            Err(NamedFailure::Task(failure)) => Err(CallError::Failed(failure)),
            Err(NamedFailure::Encode(cause)) => {
                Err(CallError::Result { address: address(), cause: Box::new(cause) })
            }
        }
    }

    fn into_report(error: CallError) -> BoxError {
        in_report(error)
    }
}

/// The task's own error as it was, rather than as its caller would have seen it.
fn in_report(error: CallError) -> BoxError {
    match error {
        CallError::Failed(failure) => failure.into_inner(),
        other => other.into(),
    }
}

/// Nobody waits; only a failure is of interest.
pub(crate) enum Detached {}

impl<T: Task> Delivery<T> for Detached {
    type Raw = Result<(), BoxError>;
    type Value = ();
    type Error = Infallible;

    #[inline]
    fn drive<'a>(
        body: impl Future<Output = Result<T::Output, T::Error>> + Send + 'a,
    ) -> impl Future<Output = Self::Raw> + Send + 'a {
        Mapped::new(body, |result: Result<T::Output, T::Error>| result.map(drop).map_err(Into::into))
    }

    fn refine(_raw: Self::Raw, _address: impl FnOnce() -> Box<str>) -> Result<(), CallError<Infallible>> {
        Ok(())
    }

    fn into_report(error: CallError<Infallible>) -> BoxError {
        error.into()
    }
}

/// Completes a call.
pub(crate) struct ReplyTo<T: Task, D: Delivery<T>> {
    pub(crate) answer: Answer<D::Value, D::Error>,
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

impl<T: Task, D: Delivery<T>> Completion<D::Raw> for ReplyTo<T, D> {
    const AWAITED: bool = true;

    #[inline]
    fn begun(&self, begun: Begun) -> Result<(), Loss> {
        if self.tracked {
            self.answer.begin(begun);
        }
        if self.timed && !self.answer.begin_in_time() { Err(Loss::Expired) } else { Ok(()) }
    }

    fn complete(self, output: D::Raw, activation: &Activation) {
        let result = D::refine(output, || address_of(activation));
        if let Some(Err(unheard)) = self.answer.settle(result) {
            report(activation, Cause::Error(D::into_report(unheard)));
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

/// Completes what nobody waits for: queued tasks, event handlers.
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

#[cold]
fn report(activation: &Activation, cause: Cause) {
    activation.event_loop().services().report(&Incident::at(activation, cause, false));
}
