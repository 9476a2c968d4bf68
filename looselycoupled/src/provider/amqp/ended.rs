//! Why a connection has ended, in words.

use std::io;
use std::time::Duration;

use fe2o3_amqp::connection::{ConnectionStopReason, Error as ConnectionError, OpenError};
use fe2o3_amqp::link::{LinkStateError, SessionStopReason};
use fe2o3_amqp::session::BeginError;
use fe2o3_amqp::types::definitions::{AmqpError, Error as Condition, ErrorCondition};

use crate::provider::place::in_a_line;

/// Why a connection has ended, or a part of it.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Ended {
    #[error("the broker has closed the connection")]
    Closed,
    #[error("the broker has said nothing for {} seconds", .0.as_secs_f64())]
    Silent(Duration),
    /// A part of it, of which the others know nothing.
    #[error("{0}")]
    Refused(String),
    /// The same, and it may be otherwise later.
    #[error("{0}")]
    NotNow(String),
    /// All of it.
    #[error("{0}")]
    Over(String),
}

impl Ended {
    /// In the words of a broker, which may be anybody's.
    pub(super) fn says(words: &str) -> Self {
        Self::Refused(format!("the broker says: {}", in_a_line(words)))
    }

    /// By what a broker has stated as its reason.
    pub(super) fn stated(condition: &Condition) -> Self {
        match &condition.description {
            Some(words) if !words.is_empty() => Self::says(words),
            _ => Self::says(&format!("{:?}", condition.condition)),
        }
    }

    /// Whether a broker that states this will state it again.
    pub(super) const fn is_final(condition: &Condition) -> bool {
        use AmqpError::{InvalidField, NotAllowed, NotImplemented, PreconditionFailed, UnauthorizedAccess};
        matches!(
            condition.condition,
            ErrorCondition::AmqpError(
                InvalidField | NotAllowed | NotImplemented | PreconditionFailed | UnauthorizedAccess
            )
        )
    }

    /// The same, for now.
    pub(super) fn for_now(self) -> Self {
        match self {
            Self::Refused(words) => Self::NotNow(words),
            ended => ended,
        }
    }

    /// The same of everything.
    fn of_all(self) -> Self {
        match self {
            Self::Refused(words) => Self::Over(words),
            ended => ended,
        }
    }

    /// Of what has gone wrong in the words of the crate that speaks the protocol.
    pub(super) fn because(error: &impl std::fmt::Display) -> Self {
        Self::Refused(in_a_line(&error.to_string()))
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

impl From<&OpenError> for Ended {
    fn from(error: &OpenError) -> Self {
        match error {
            OpenError::Io(error) => Self::Refused(error.to_string()),
            OpenError::SaslError { .. } => {
                Self::Refused("the broker does not let this user in with this password".to_owned())
            }
            OpenError::ProtocolHeaderMismatch(_) => Self::Refused("it speaks no AMQP 1.0".to_owned()),
            OpenError::RemoteClosedWithError(condition) => Self::stated(condition),
            OpenError::RemoteClosed => Self::Closed,
            error => Self::because(error),
        }
    }
}

impl From<&ConnectionError> for Ended {
    fn from(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::RemoteClosedWithError(condition) => Self::stated(condition),
            ConnectionError::RemoteClosed => Self::Closed,
            error => Self::because(error),
        }
    }
}

impl From<&BeginError> for Ended {
    fn from(error: &BeginError) -> Self {
        match error {
            BeginError::ConnectionStopped(reason) => reason.into(),
            BeginError::RemoteEndedWithError(condition) => Self::stated(condition),
            error => Self::because(error),
        }
    }
}

impl From<&ConnectionStopReason> for Ended {
    fn from(reason: &ConnectionStopReason) -> Self {
        match reason {
            ConnectionStopReason::RemoteClosedWithError(condition) => Self::stated(condition).of_all(),
            _ => Self::Closed,
        }
    }
}

impl From<&SessionStopReason> for Ended {
    fn from(reason: &SessionStopReason) -> Self {
        match reason {
            SessionStopReason::RemoteEndedWithError(condition) => Self::stated(condition).of_all(),
            SessionStopReason::ConnectionStopped(reason) => reason.into(),
            _ => Self::Closed,
        }
    }
}

impl From<&LinkStateError> for Ended {
    fn from(error: &LinkStateError) -> Self {
        match error {
            LinkStateError::SessionStopped(reason) => reason.into(),
            LinkStateError::RemoteDetachedWithError(condition)
            | LinkStateError::RemoteClosedWithError(condition) => Self::stated(condition),
            _ => Self::Closed,
        }
    }
}
