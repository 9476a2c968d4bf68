//! What can go wrong on the way to a task and back.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;

use super::{FullQueue, InterfaceFault};
use crate::address::{Known, quoted};
use crate::code::ErrorCode;
use crate::lifecycle::Phase;
use crate::value::{ArgumentError, EncodeError};
use crate::waits::CallPath;

/// Any error of a user's code, boxed.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A task's own error as callers by name see it: its text, its type and its cause.
#[derive(Debug)]
pub struct TaskFailure {
    type_name: &'static str,
    source: BoxError,
}

impl TaskFailure {
    pub(crate) fn of<E: Into<BoxError>>(error: E) -> Self {
        Self { type_name: std::any::type_name::<E>(), source: error.into() }
    }

    /// The name of the error's type.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The error itself, if it is of this type.
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.source.downcast_ref()
    }

    /// The error itself, boxed.
    #[must_use]
    pub fn into_inner(self) -> BoxError {
        self.source
    }
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl StdError for TaskFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}

/// Why a call has no result.
///
/// `E` is the task's own error where the caller knows its type (stubs), otherwise [`TaskFailure`]. Everything else
/// is the framework's answer and names the address.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[derive(Debug, PartialEq, thiserror::Error)]
/// #[error("{0} % is too bright")]
/// struct TooBright(u8);
///
/// #[derive(Default)]
/// struct Lamp;
///
/// #[module]
/// impl Lamp {
///     #[task]
///     fn set_level(&mut self, level: u8) -> Result<(), TooBright> {
///         if level > 100 { Err(TooBright(level)) } else { Ok(()) }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("lamp", Lamp).start().await?;
/// let lamp: LampStub = app.handle().stub("lamp")?;
/// match lamp.set_level(120).await {
///     Err(CallError::Failed(TooBright(level))) => assert_eq!(level, 120), // the task's own
///     other => other?,                                                    // the framework's
/// }
/// // By name its type is looked for.
/// let error = app.handle().exec_task("lamp.set_level", args! { level: 120 }).await.unwrap_err();
/// let CallError::Failed(failure) = error else { return Err(error.into()) };
/// assert_eq!(failure.downcast_ref::<TooBright>(), Some(&TooBright(120)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<E = TaskFailure> {
    /// The task itself returned an error.
    Failed(E),
    /// The task panicked; the module's policy decides how it goes on.
    Panicked {
        /// `module.task`
        address: Box<str>,
        /// What the panic said.
        message: Box<str>,
    },
    /// An interceptor did not let it pass.
    Rejected {
        /// `module.task`
        address: Box<str>,
        /// Why.
        cause: BoxError,
    },
    /// The module is in another process, and that is not to be had. Whether the task has begun is not known.
    Unreachable {
        /// `module.task`
        address: Box<str>,
        /// The provider.
        via: Box<str>,
        /// Why.
        cause: BoxError,
    },
    /// It went wrong in the process where the module is; `code` says how.
    Remote {
        /// What sort of error it is there.
        code: ErrorCode,
        /// Whether the task had begun.
        begun: bool,
        /// The error in the words of that process.
        cause: BoxError,
    },
    /// The call would have waited for itself.
    Cycle {
        /// Who waits for whom.
        path: CallPath,
    },
    /// The deadline passed.
    Timeout {
        /// `module.task`
        address: Box<str>,
        /// Whether the handler had begun: then it runs to its end all the same.
        begun: bool,
    },
    /// There is no module of this name.
    UnknownModule {
        /// What was asked for.
        module: Box<str>,
        /// The nearest name there is.
        suggestion: Option<Box<str>>,
        /// The modules there are, if none is near.
        known: Box<Known>,
    },
    /// The module has no task of this name.
    UnknownTask {
        /// What was asked for, as `module.task`; without a dot if it came from outside of a module and had none.
        address: Box<str>,
        /// The nearest name there is, as `module.task`.
        suggestion: Option<Box<str>>,
        /// The tasks of the module, if none is near.
        known: Box<Known>,
    },
    /// The task can be called through its stub only (`#[task(local)]`).
    LocalTask {
        /// `module.task`
        address: Box<str>,
    },
    /// The arguments do not fit the task.
    Argument {
        /// `module.task`
        address: Box<str>,
        /// Which one, and why.
        cause: Box<ArgumentError>,
    },
    /// The result cannot be turned into a value for a caller by name.
    Result {
        /// `module.task`
        address: Box<str>,
        /// Why.
        cause: Box<EncodeError>,
    },
    /// The module is not there: neither passive nor active.
    NotReady {
        /// The module that was called.
        module: Box<str>,
        /// Its state.
        state: Phase,
    },
    /// The calling module is not active, so it must not act on its own.
    NotActive {
        /// The module that wanted to call.
        module: Box<str>,
        /// Its state.
        state: Phase,
    },
    /// The target's queue has no room.
    QueueFull {
        /// `module.task`
        address: Box<str>,
        /// Which queue, and how to give it more room.
        queue: Box<FullQueue>,
        /// Set if waiting for room would have been waiting for oneself.
        path: Option<CallPath>,
    },
    /// The stub belongs to another module's type.
    WrongType {
        /// The instance.
        module: Box<str>,
        /// The type that the stub is for.
        expected: &'static str,
        /// The type of the instance.
        found: &'static str,
    },
    /// The stub is for an interface that the module does not implement, or not in this version.
    WrongInterface {
        /// The instance.
        module: Box<str>,
        /// The type of the instance.
        found: &'static str,
        /// Which interface, and what the module implements instead.
        cause: Box<InterfaceFault>,
    },
    /// The task was to be sent again and again without time in between.
    NoPeriod {
        /// `module.task`
        address: Box<str>,
    },
    /// A verb that blocks was used on a thread that must not block.
    WrongThread {
        /// `module.task`
        address: Box<str>,
    },
    /// The event loop has been closed, or nobody is left who could use it.
    Closed {
        /// `loop.hosted`
        address: Box<str>,
    },
    /// The application is ending.
    ShuttingDown {
        /// `module.task`
        address: Box<str>,
        /// Whether the handler had begun and was dropped by the forced end.
        begun: bool,
    },
}

impl<E> CallError<E> {
    /// The same error with the task's own error turned into another type.
    pub fn map_failed<F>(self, map: impl FnOnce(E) -> F) -> CallError<F> {
        match self {
            Self::Failed(error) => CallError::Failed(map(error)),
            Self::Panicked { address, message } => CallError::Panicked { address, message },
            Self::Rejected { address, cause } => CallError::Rejected { address, cause },
            Self::Unreachable { address, via, cause } => CallError::Unreachable { address, via, cause },
            Self::Remote { code, begun, cause } => CallError::Remote { code, begun, cause },
            Self::Cycle { path } => CallError::Cycle { path },
            Self::Timeout { address, begun } => CallError::Timeout { address, begun },
            Self::UnknownModule { module, suggestion, known } => {
                CallError::UnknownModule { module, suggestion, known }
            }
            Self::UnknownTask { address, suggestion, known } => {
                CallError::UnknownTask { address, suggestion, known }
            }
            Self::LocalTask { address } => CallError::LocalTask { address },
            Self::Argument { address, cause } => CallError::Argument { address, cause },
            Self::Result { address, cause } => CallError::Result { address, cause },
            Self::NotReady { module, state } => CallError::NotReady { module, state },
            Self::NotActive { module, state } => CallError::NotActive { module, state },
            Self::QueueFull { address, queue, path } => CallError::QueueFull { address, queue, path },
            Self::WrongType { module, expected, found } => CallError::WrongType { module, expected, found },
            Self::WrongInterface { module, found, cause } => {
                CallError::WrongInterface { module, found, cause }
            }
            Self::NoPeriod { address } => CallError::NoPeriod { address },
            Self::WrongThread { address } => CallError::WrongThread { address },
            Self::Closed { address } => CallError::Closed { address },
            Self::ShuttingDown { address, begun } => CallError::ShuttingDown { address, begun },
        }
    }

    /// What sort of error it is, for those to whom Rust's types cannot be shown.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Failed(_) => ErrorCode::Failed,
            Self::Panicked { .. } => ErrorCode::Panicked,
            Self::Rejected { .. } => ErrorCode::Rejected,
            Self::Unreachable { .. } => ErrorCode::Unreachable,
            Self::Remote { code, .. } => *code,
            Self::Cycle { .. } => ErrorCode::Cycle,
            Self::Timeout { .. } => ErrorCode::Timeout,
            Self::UnknownModule { .. } => ErrorCode::UnknownModule,
            Self::UnknownTask { .. } => ErrorCode::UnknownTask,
            Self::LocalTask { .. } => ErrorCode::LocalTask,
            Self::Argument { .. } => ErrorCode::Argument,
            Self::Result { .. } => ErrorCode::Result,
            Self::NotReady { .. } => ErrorCode::NotReady,
            Self::NotActive { .. } => ErrorCode::NotActive,
            Self::QueueFull { .. } => ErrorCode::QueueFull,
            Self::WrongType { .. } => ErrorCode::WrongType,
            Self::WrongInterface { .. } => ErrorCode::WrongInterface,
            Self::NoPeriod { .. } => ErrorCode::NoPeriod,
            Self::WrongThread { .. } => ErrorCode::WrongThread,
            Self::Closed { .. } => ErrorCode::Closed,
            Self::ShuttingDown { .. } => ErrorCode::ShuttingDown,
        }
    }

    /// The call was refused before anything was accepted.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(
            self,
            Self::Failed(_)
                | Self::Panicked { .. }
                | Self::Timeout { .. }
                | Self::Result { .. }
                | Self::ShuttingDown { begun: true, .. }
                | Self::Unreachable { .. }
                | Self::Remote { begun: true, .. }
        )
    }
}

impl CallError<Infallible> {
    /// An error other than a task's own, as one of a task with whatever errors.
    pub(crate) fn of_any_task<E>(self) -> CallError<E> {
        self.map_failed(|own| match own {})
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Panicked { address, message } => write!(f, "`{address}` panicked: {message}"),
            Self::Rejected { address, cause } => write!(f, "`{address}` was rejected: {cause}"),
            Self::Unreachable { address, via, cause } => {
                write!(f, "`{address}` cannot be reached via `{via}`: {cause}")
            }
            Self::Remote { cause, .. } => cause.fmt(f),
            Self::Cycle { path } => write!(f, "the call would wait for itself: {path}"),
            Self::Timeout { address, begun: true } => {
                write!(f, "`{address}` did not answer in time; it has begun and runs to its end")
            }
            Self::Timeout { address, begun: false } => write!(f, "`{address}` did not begin in time"),
            Self::UnknownModule { module, suggestion, known } => {
                write!(f, "unknown module {}", quoted(module))?;
                suggest(f, suggestion.as_deref(), known)
            }
            Self::UnknownTask { address, .. } if !address.contains('.') => {
                write!(f, "{} is no address outside of a module; write `<module>.<task>`", quoted(address))
            }
            Self::UnknownTask { address, suggestion, known } => {
                write!(f, "unknown task {}", quoted(address))?;
                suggest(f, suggestion.as_deref(), known)
            }
            Self::LocalTask { address } => {
                write!(f, "`{address}` is a local task: call it through the module's stub")
            }
            Self::Argument { address, cause } => write!(f, "`{address}`: {cause}"),
            Self::Result { address, cause } => write!(f, "the result of `{address}` is no value: {cause}"),
            Self::NotReady { module, state } => write!(f, "module `{module}` is {state} and takes no calls"),
            Self::NotActive { module, state } => {
                write!(f, "module `{module}` is {state} and must not call, send or notify on its own yet")
            }
            Self::QueueFull { address, queue, path } => write_full(f, address, queue, path.as_ref()),
            Self::WrongType { module, expected, found } => {
                write!(f, "module `{module}` is of type `{found}`, the stub is for `{expected}`")
            }
            Self::WrongInterface { module, found, cause } => {
                write!(f, "module `{module}`, a `{found}`, {cause}")
            }
            Self::NoPeriod { address } => {
                write!(
                    f,
                    "`{address}` was not accepted: every 0ns would be without end; state a longer period"
                )
            }
            Self::WrongThread { address } => write!(
                f,
                "`{address}` was called by a blocking verb on a thread of the runtime; await the call instead"
            ),
            Self::Closed { address } => {
                write!(f, "`{address}` was not begun: its event loop has been closed")
            }
            Self::ShuttingDown { address, begun: false } => {
                write!(f, "`{address}` was not begun: the application is ending")
            }
            Self::ShuttingDown { address, begun: true } => {
                write!(f, "`{address}` was broken off: the application ended by force")
            }
        }
    }
}

fn write_full(
    f: &mut fmt::Formatter<'_>,
    address: &str,
    queue: &FullQueue,
    path: Option<&CallPath>,
) -> fmt::Result {
    write!(f, "the queue before `{address}` is full")?;
    match path {
        None => write!(f, ": {queue}"),
        Some(path) => write!(f, ", and waiting for room would wait for itself: {path}; {queue}"),
    }
}

fn suggest(f: &mut fmt::Formatter<'_>, suggestion: Option<&str>, known: &Known) -> fmt::Result {
    match suggestion {
        Some(name) => write!(f, "; did you mean `{name}`?"),
        None => write!(f, "; {known}"),
    }
}

impl<E: StdError + 'static> StdError for CallError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::Argument { cause, .. } => cause.source(),
            Self::Result { cause, .. } => cause.source(),
            Self::Rejected { cause, .. } | Self::Unreachable { cause, .. } | Self::Remote { cause, .. } => {
                cause.source()
            }
            _ => None,
        }
    }
}
