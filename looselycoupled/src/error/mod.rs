//! The one error into which all others convert.

mod connection;
mod event_loop;

pub use connection::{ConnectionError, ConnectionFault, ConnectionProblem};
pub use event_loop::LoopError;

use std::error::Error as StdError;
use std::fmt;

use crate::address::quoted;
use crate::code::ErrorCode;
use crate::config::ConfigError;
use crate::reply::{BoxError, CallError, TaskFailure};
use crate::value::{ArgumentError, DecodeError, EncodeError};

/// `Result` with the framework's error unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that can go wrong, for code that only passes it on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A call, a queued task or a look-up failed.
    Call(Box<CallError>),
    /// An event could not be sent.
    Event {
        /// The event's name.
        name: Box<str>,
        /// Why.
        cause: Box<EventError>,
    },
    /// An event was waited for in vain.
    Wait {
        /// The event's name, or the pattern.
        event: Box<str>,
        /// Why.
        cause: Box<WaitError>,
    },
    /// An event loop could not be found or opened.
    Loop(Box<LoopError>),
    /// Nothing was connected, or disconnected.
    Connection(Box<ConnectionError>),
    /// A value could not be read as the wanted type.
    Decode(DecodeError),
    /// A Rust value could not be turned into a value.
    Encode(EncodeError),
    /// The configuration is at fault.
    Config(Box<ConfigError>),
    /// The operating system said no.
    Io(std::io::Error),
    /// An error of the user's own code.
    Other(BoxError),
}

/// Why an event was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// An argument could not be turned into a value.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// The name breaks the rules for names.
    #[error(transparent)]
    Name(#[from] crate::address::NameError),
    /// Handlers of this name listen to another type.
    #[error("its handlers expect `{expected}`, not `{found}`; one type carries one name")]
    Type {
        /// The type that the handlers name.
        expected: &'static str,
        /// The type that was sent.
        found: &'static str,
    },
    /// The sending module is not active, so it must not act on its own.
    #[error("module `{module}` is {state} and must not notify on its own yet")]
    NotActive {
        /// The sender.
        module: Box<str>,
        /// Its state.
        state: crate::lifecycle::Phase,
    },
    /// It was to be sent again and again without time in between.
    #[error("every 0ns would be without end; state a longer period")]
    NoPeriod,
    /// A verb that blocks was used on a thread that must not block.
    #[error("a blocking verb was used on a thread of the runtime; await the trigger instead")]
    WrongThread,
    /// The application is ending.
    #[error("the application is ending")]
    ShuttingDown,
    /// An interceptor did not let it pass.
    #[error("it was rejected: {0}")]
    Rejected(BoxError),
    /// It is durable, and the provider did not say that it keeps it: it may come, or may not.
    #[error("it was not confirmed by `{via}`: {cause}")]
    Unconfirmed {
        /// The provider.
        via: Box<str>,
        /// What it said.
        cause: BoxError,
    },
}

impl EventError {
    /// What sort of error it is, for those to whom Rust's types cannot be shown.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Argument(_) => ErrorCode::EventArgument,
            Self::Name(_) => ErrorCode::EventName,
            Self::Type { .. } => ErrorCode::EventType,
            Self::NotActive { .. } => ErrorCode::SenderNotActive,
            Self::NoPeriod => ErrorCode::EventNoPeriod,
            Self::WrongThread => ErrorCode::EventWrongThread,
            Self::ShuttingDown => ErrorCode::EventShuttingDown,
            Self::Rejected(_) => ErrorCode::EventRejected,
            Self::Unconfirmed { .. } => ErrorCode::EventUnconfirmed,
        }
    }
}

/// Why an event was waited for in vain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// It did not come in time.
    #[error("none came within {after:?}")]
    Timeout {
        /// How long it was waited for.
        after: std::time::Duration,
    },
    /// The application ended before it came; for a module, when the modules are told to end.
    #[error("none came before the end of the application")]
    Ended,
    /// Somebody ended the wait, or the module that waited is being made again.
    #[error("the subscription was removed before one came")]
    Unsubscribed,
    /// More events came than could wait for the filter to look at them.
    #[error(
        "{missed} came that could not be looked at any more; poll the wait earlier, or choose a narrower name"
    )]
    Overrun {
        /// How many.
        missed: u64,
    },
    /// One came that is no value of the wanted type.
    #[error("the one that came does not fit: {0}")]
    Content(#[from] DecodeError),
    /// The name breaks the rules for names.
    #[error(transparent)]
    Name(#[from] crate::address::NameError),
    /// It was waited for by blocking on a thread that must not block.
    #[error("a blocking verb was used on a thread of the runtime; await it instead")]
    WrongThread,
}

impl Error {
    /// An error of the user's own code.
    pub fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }

    /// What sort of error it is, if it is one of a call or of an event that was to be sent.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Call(error) => Some(error.code()),
            Self::Event { cause, .. } => Some(cause.code()),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Event { name, cause } => write!(f, "event {} was not sent: {cause}", quoted(name)),
            Self::Wait { event, cause } => write!(f, "waited for event {}: {cause}", quoted(event)),
            Self::Loop(error) => error.fmt(f),
            Self::Connection(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Encode(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
            Self::Other(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            Self::Event { cause, .. } => cause.source(),
            Self::Wait { cause, .. } => cause.source(),
            Self::Loop(error) => error.source(),
            Self::Connection(error) => error.source(),
            Self::Decode(error) => error.source(),
            Self::Encode(error) => error.source(),
            Self::Config(error) => error.source(),
            Self::Io(error) => error.source(),
            Self::Other(error) => error.source(),
        }
    }
}

impl<E: Into<BoxError>> From<CallError<E>> for Error {
    fn from(error: CallError<E>) -> Self {
        Self::Call(Box::new(error.map_failed(|own| match own.into().downcast::<TaskFailure>() {
            Ok(failure) => *failure,
            Err(own) => TaskFailure::of(own),
        })))
    }
}

macro_rules! convert {
    ($($from:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$from> for Error {
            fn from(error: $from) -> Self {
                Self::$variant(error.into())
            }
        })+
    };
}

convert! {
    ConnectionError => Connection,
    DecodeError => Decode,
    LoopError => Loop,
    EncodeError => Encode,
    ConfigError => Config,
    std::io::Error => Io,
    BoxError => Other,
    TaskFailure => Other,
}
