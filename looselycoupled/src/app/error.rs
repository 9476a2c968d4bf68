//! Why an application did not start, or did not end well.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use super::code::FaultCode;
use crate::reply::BoxError;

/// One thing that is wrong with an application before it starts.
///
/// Its text is that of a compiler: `error[LC0102]: …`, the place where there is one, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// What sort of fault it is.
    pub code: FaultCode,
    /// What, and the way out.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code, self.message)
    }
}

/// Why an application did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The wiring is not whole: all faults at once, each with its [code](FaultCode).
    Check(Vec<Fault>),
    /// A module did not become passive; those before it have been finalised.
    Module {
        /// The module.
        module: String,
        /// What it was about to do.
        stage: &'static str,
        /// Why it did not.
        source: BoxError,
        /// How long it had been at it.
        elapsed: Duration,
    },
    /// A provider can never work as it is set up; modules that had become passive have been finalised.
    Provider {
        /// Its name.
        provider: String,
        /// Why.
        source: crate::provider::ProviderError,
    },
    /// There is no runtime to start in.
    NoRuntime,
    /// The runtime has no timers.
    NoTimers,
    /// The operating system gives a loop no thread of its own.
    Thread {
        /// The loop's name.
        event_loop: String,
        /// What it said.
        source: std::io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(faults) => {
                write!(f, "the application cannot start; {} to mend:", count(faults.len()))?;
                faults.iter().try_for_each(|fault| write!(f, "\n\n{fault}"))
            }
            Self::Module { module, stage, source, elapsed } => {
                write!(f, "module `{module}` failed in `{stage}` after {elapsed:.1?}: {source}")
            }
            Self::Provider { provider, source } => write!(f, "the provider `{provider}` cannot work: {source}"),
            Self::NoTimers => f.write_str(
                "an application needs the timers of its runtime: build that with `enable_all()` or `enable_time()`",
            ),
            Self::Thread { event_loop, source } => {
                write!(f, "there is no thread for loop `{event_loop}`: {source}")
            }
            Self::NoRuntime => f.write_str(
                "an application starts inside of a tokio runtime: use `#[looselycoupled::main]`, or start it in an \
                 async block",
            ),
        }
    }
}

fn count(faults: usize) -> String {
    if faults == 1 { "one fault".to_owned() } else { format!("{faults} faults") }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Module { source, .. } => source.source(),
            Self::Thread { source, .. } => Some(source),
            Self::Provider { source, .. } => source.source(),
            Self::Check(_) | Self::NoRuntime | Self::NoTimers => None,
        }
    }
}

/// Something that did not end in time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Late {
    /// `module.task`
    pub handler: String,
    /// How long it was waited for.
    pub waited: Duration,
    /// It has begun; otherwise, as for the `finalize` of a module after all others, there was no time left for it.
    pub begun: bool,
    /// It runs on a thread that cannot be stopped; the thread was left behind.
    pub abandoned: bool,
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.begun {
            return write!(
                f,
                "`{}` did not begin: after {:.1?} there was no time left",
                self.handler, self.waited
            );
        }
        let fate = if self.abandoned { "its thread was left behind" } else { "it was broken off" };
        write!(f, "`{}` did not end within {:.1?}; {fate}", self.handler, self.waited)
    }
}

/// Why an application ended otherwise than well.
#[derive(Debug)]
#[non_exhaustive]
pub enum AppError {
    /// It did not start.
    Start(StartError),
    /// A module with the policy `exit` failed.
    Failed(String),
    /// Something had to be broken off.
    Late(Vec<Late>),
    /// It ended in order, but what these modules do last failed: one sentence for each.
    Finalize(Vec<String>),
    /// Several of these at once, the weightiest first, which gives the exit code.
    Several(Vec<Self>),
    /// A second signal forced the end.
    Forced,
    /// The runtime went, and the application with it, before it had ended.
    Deserted,
}

impl AppError {
    /// The exit code for faults of wiring and configuration.
    pub(super) const MISCONFIGURED: u8 = 78;

    /// The exit code of the process, after sysexits: 78 for faults of wiring and configuration, 70 for a module that
    /// failed, 130 for a forced end, 1 otherwise; of several errors the first one's.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Start(StartError::Check(_)) => Self::MISCONFIGURED,
            Self::Failed(_) => 70,
            Self::Forced => 130,
            Self::Several(errors) => errors.first().map_or(1, Self::code),
            Self::Start(_) | Self::Late(_) | Self::Finalize(_) | Self::Deserted => 1,
        }
    }
}

impl From<&AppError> for ExitCode {
    fn from(error: &AppError) -> Self {
        Self::from(error.code())
    }
}

impl From<StartError> for AppError {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => error.fmt(f),
            Self::Failed(what) => write!(f, "the application ended because {what}"),
            Self::Late(late) => {
                let late: Vec<String> = late.iter().map(ToString::to_string).collect();
                write!(f, "the application did not end in order: {}", late.join("; "))
            }
            Self::Finalize(failed) => write!(f, "the application ended, but {}", failed.join("; ")),
            Self::Several(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                f.write_str(&errors.join("; "))
            }
            Self::Forced => f.write_str("the end was forced by a second signal"),
            Self::Deserted => f.write_str(
                "the application did not end in order: its runtime was dropped first; keep that until `shutdown` has \
                 returned",
            ),
        }
    }
}

impl std::error::Error for AppError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start(error) => error.source(),
            Self::Failed(_)
            | Self::Late(_)
            | Self::Finalize(_)
            | Self::Several(_)
            | Self::Forced
            | Self::Deserted => None,
        }
    }
}

impl From<AppError> for crate::error::Error {
    fn from(error: AppError) -> Self {
        Self::other(error)
    }
}

impl From<StartError> for crate::error::Error {
    fn from(error: StartError) -> Self {
        Self::other(error)
    }
}

/// What still moves although somebody waited for rest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotQuiet {
    /// The handlers that run or wait, as `module.task`.
    pub busy: Vec<String>,
    /// How long it was waited.
    pub waited: Duration,
}

impl fmt::Display for NotQuiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "after {:.1?} still busy: {}", self.waited, self.busy.join(", "))
    }
}

impl std::error::Error for NotQuiet {}
