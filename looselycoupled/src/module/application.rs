//! What all handles of one application share.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;

use tokio::sync::watch;

use super::{Elsewhere, ModuleDescriptor, Observed, Wired};
use crate::config::Config;
use crate::envelope::EventRecord;
use crate::event_loop::Services;
use crate::lifecycle::Gate;
use crate::metadata::ModuleIndex;
use crate::router::{Router, Station};
use crate::sync::{Arc, Mutex, OnceLock, Ordering};

/// What the run hooks are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Starting,
    Active,
    /// `run` is to end.
    NoLongerActive,
    /// `run_passively` is to end.
    NoLongerPassive,
}

/// Counts the instances of a module that is made again when it fails; comes round again.
pub(crate) type Generation = u16;

/// Why an application ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExitReason {
    /// Somebody sent the event `exit`.
    Event,
    /// A signal of the operating system.
    Signal(&'static str),
    /// Whoever embeds the application asked for it.
    Asked,
    /// A module with the policy `exit` panicked, or its run hook failed.
    Failure(String),
}

/// The wish to end; the first one counts.
#[derive(Debug)]
pub(crate) struct Exit {
    reason: watch::Sender<Option<ExitReason>>,
}

impl Exit {
    pub(crate) fn new() -> Self {
        Self { reason: watch::Sender::new(None) }
    }

    /// Asks for the end; false if somebody asked before.
    pub(crate) fn ask(&self, reason: ExitReason) -> bool {
        self.reason.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(reason);
            first
        })
    }

    pub(crate) fn reason(&self) -> Option<ExitReason> {
        self.reason.borrow().clone()
    }

    /// Returns when somebody has asked.
    pub(crate) async fn asked(&self) -> ExitReason {
        let mut receiver = self.reason.subscribe();
        loop {
            if let Some(reason) = receiver.borrow_and_update().clone() {
                return reason;
            }
            // The sender lives in `self`, so this cannot fail before it returns.
            if receiver.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// One application: fixed when it starts.
pub(crate) struct Application {
    pub(crate) services: Arc<Services>,
    pub(crate) router: Router,
    pub(crate) descriptors: Vec<&'static ModuleDescriptor>,
    /// Where the instances are that `app!` names.
    pub(crate) wired: Wired,
    /// The typed configuration of each module that has one.
    pub(crate) settings: HashMap<usize, Arc<dyn Any + Send + Sync>>,
    pub(crate) config: Mutex<Config>,
    pub(crate) stage: Observed,
    /// Of the modules that are made again when they fail.
    pub(crate) generations: HashMap<usize, Observed>,
    pub(crate) exit: Exit,
    /// Much of what its modules name is elsewhere.
    pub(crate) partial: bool,
    /// Knows which modules are in other processes; set if there are providers.
    pub(crate) elsewhere: OnceLock<Arc<dyn Elsewhere>>,
    /// Set by tests only.
    pub(crate) witness: Option<Witness>,
}

/// Sees every event that is sent, before those who hear it.
pub type Witness = Arc<dyn Fn(&EventRecord) + Send + Sync>;

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.router.directory.names().collect();
        f.debug_struct("Application").field("modules", &names).finish_non_exhaustive()
    }
}

impl Application {
    pub(crate) fn gate(&self) -> Gate {
        Gate::from_raw(self.services.gate.load(Ordering::Acquire))
    }

    /// Where the module of a name is, and what it can do.
    #[inline]
    pub(crate) fn module(&self, name: &str) -> Option<(&Station, &'static ModuleDescriptor)> {
        let (index, station) = self.router.directory.find(name)?;
        Some((station, self.descriptor(index)?))
    }

    /// Whether a module is said to be in another process.
    #[cold]
    pub(crate) fn is_elsewhere(&self, name: &str) -> bool {
        self.elsewhere.get().is_some_and(|elsewhere| elsewhere.knows(name))
    }

    /// What a module can do; `None` outside of every module.
    #[inline]
    pub(crate) fn descriptor(&self, module: ModuleIndex) -> Option<&'static ModuleDescriptor> {
        self.descriptors.get(module.get()?).copied()
    }

    /// Which instance of a module is the present one.
    pub(crate) fn generation(&self, module: ModuleIndex) -> Generation {
        self.generations_of(module).map_or(0, |generations| generations.get())
    }

    /// Tells when a module is made again; `None` if it never is.
    pub(crate) fn generations_of(&self, module: ModuleIndex) -> Option<&Observed> {
        self.generations.get(&module.get()?)
    }

    pub(crate) fn set_gate(&self, gate: Gate) {
        self.services.gate.store(gate as u8, Ordering::Release);
    }
}
