//! Failures that somebody must hear of.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Activation, EventLoop, Label, Panic};
use crate::metadata::{Lineage, ModuleIndex, Priority, TransactionId};
use crate::sync::Arc;

/// A failure that somebody must hear of.
#[derive(Debug)]
pub(crate) struct Incident {
    pub(crate) module: Arc<str>,
    pub(crate) index: ModuleIndex,
    /// The task, handler or hook.
    pub(crate) handler: &'static str,
    pub(crate) label: u16,
    pub(crate) lineage: Lineage,
    pub(crate) transaction: TransactionId,
    pub(crate) cause: Cause,
    /// A caller has been told already.
    pub(crate) answered: bool,
    /// It ends the application, whatever the policy of the module says.
    pub(crate) is_fatal: bool,
}

impl Incident {
    pub(crate) fn at(activation: &Activation, cause: Cause, answered: bool) -> Self {
        let tenant = activation.event_loop().tenant(activation.seed.label.tenant);
        Self {
            module: Arc::clone(&tenant.name),
            index: tenant.module,
            handler: tenant.labels.label(activation.seed.label.handler),
            label: activation.seed.label.handler,
            lineage: activation.pass_on(),
            transaction: activation.transaction(),
            cause,
            answered,
            is_fatal: activation.event_loop().exits_on_failure(),
        }
    }

    /// A failure that became known after its handler had ended.
    pub(crate) fn of(event_loop: &EventLoop, label: Label, cause: Cause) -> Self {
        let tenant = event_loop.tenant(label.tenant);
        Self {
            module: Arc::clone(&tenant.name),
            index: tenant.module,
            handler: tenant.labels.label(label.handler),
            label: label.handler,
            lineage: Lineage::root(tenant.module, Priority::Normal),
            transaction: TransactionId::new(),
            cause,
            answered: false,
            is_fatal: event_loop.exits_on_failure(),
        }
    }
}

/// What went wrong.
#[derive(Debug)]
pub(crate) enum Cause {
    Error(Box<dyn Error + Send + Sync>),
    Panic(String),
}

impl Cause {
    /// What it says about itself.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Panic(message) => message.clone(),
            Self::Error(error) => guarded(|| error.to_string()).unwrap_or_else(|panic| unspeakable(&panic)),
        }
    }

    /// What lies behind it.
    pub(crate) fn sources(&self) -> Vec<String> {
        match self {
            Self::Panic(_) => Vec::new(),
            Self::Error(error) => sources(&**error),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if matches!(self, Self::Panic(_)) { "panicked" } else { "failed" };
        write!(f, "{what}: {}", self.message())
    }
}

/// A chain of errors that is longer leads back to itself.
const MOST_SOURCES: usize = 32;

/// The texts of what lies behind an error, the nearest first.
pub(crate) fn sources(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut texts = Vec::new();
    let mut next = guarded(|| error.source());
    loop {
        if texts.len() == MOST_SOURCES {
            texts.push("and so on".to_owned());
            return texts;
        }
        match next {
            Ok(Some(source)) => {
                texts.push(guarded(|| source.to_string()).unwrap_or_else(|panic| unspeakable(&panic)));
                next = guarded(|| source.source());
            }
            Ok(None) => return texts,
            Err(panic) => {
                texts.push(unspeakable(&panic));
                return texts;
            }
        }
    }
}

/// Errors are the users' code: to tell of a failure must not fail.
fn guarded<R>(ask: impl FnOnce() -> R) -> Result<R, Panic> {
    catch_unwind(AssertUnwindSafe(ask)).map_err(Panic::from_payload)
}

fn unspeakable(Panic { message }: &Panic) -> String {
    format!("an error that cannot be told of, for that panicked: {message}")
}
