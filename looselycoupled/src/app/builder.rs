//! Putting an application together.

use std::collections::BTreeMap;
use std::panic::Location;
use std::path::PathBuf;
use std::time::Duration;

use super::error::{AppError, NotQuiet, StartError};
use super::plan::{Planned, Source};
use super::rehearsal::Rehearsal;
use super::routes::Outside;
use super::shutdown::Ending;
use super::tuning::Stated;
use super::wiring;
use crate::config::Config;
use crate::dispatch::Registration;
use crate::event_loop::LoopOptions;
use crate::interceptor::{Interceptor, Interceptors};
use crate::module::{Entry, GivenByValue, Handle, Made, Module};
use crate::supervision::Policy;

/// Where the configuration comes from.
#[derive(Debug)]
pub(super) enum ConfigSource {
    None,
    File(PathBuf),
    Given(Box<Config>),
}

impl ConfigSource {
    /// The file, if it does not exist.
    pub(super) fn absent_file(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) if !path.exists() => Some(path.clone()),
            _ => None,
        }
    }
}

/// An application that is being put together.
///
/// Modules start in the order in which they are named here, then as the configuration lists them, then those with a
/// name of their own (`#[module(name = "…")]`), by name.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// # #[derive(Default)]
/// # struct Lamp {
/// #     level: u8,
/// # }
/// # #[module]
/// # impl Lamp {
/// #     #[task]
/// #     fn set_level(&mut self, level: u8) -> u8 {
/// #         std::mem::replace(&mut self.level, level)
/// #     }
/// #     #[on_event]
/// #     fn on_sunset(&mut self, level: u8) {
/// #         self.level = level;
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use looselycoupled::LoopOptions;
///
/// let app = App::builder()
///     .module_on("lamps", "hall_lamp", Lamp::default())
///     .module_on("lamps", "porch_lamp", Lamp::default())
///     .event_loop("lamps", LoopOptions::new().tasks(100))
///     .policy("hall_lamp", Policy::Exit)
///     .config_file("config.yaml")
///     .start()
///     .await?;
/// assert_eq!(app.handle().modules(), ["hall_lamp", "porch_lamp"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing starts before `run` or `start`"]
pub struct AppBuilder {
    pub(super) planned: Vec<Planned>,
    pub(super) config: ConfigSource,
    pub(super) loops: BTreeMap<String, LoopOptions>,
    pub(super) moves: BTreeMap<String, String>,
    pub(super) policies: BTreeMap<String, Policy>,
    pub(super) wires: wiring::Stated,
    pub(super) stated: Stated,
    pub(super) shutdown_deadline: Option<Duration>,
    pub(super) watchdog: Option<Duration>,
    pub(super) exception_file: Option<PathBuf>,
    pub(super) log: bool,
    /// Not everything that `app!` names is there.
    pub(super) partial: bool,
    pub(super) interceptors: Interceptors,
    /// What is said about other processes.
    pub(super) outside: Outside,
    pub(super) rehearsal: Rehearsal,
}

impl AppBuilder {
    /// Adds an instance of a module.
    #[track_caller]
    pub fn module<M: Module<Mode: GivenByValue>>(self, name: &str, module: M) -> Self {
        let source = Source::Value(Made::of(module));
        self.plan(Planned::in_code(name, M::DESCRIPTOR, source, Location::caller()))
    }

    /// Adds an instance that a factory makes: at the start, and again under the policy [`Policy::Restart`].
    #[track_caller]
    pub fn module_with<M: Module>(self, name: &str, factory: impl Fn() -> M + Send + 'static) -> Self {
        self.plan(Planned::in_code(name, M::DESCRIPTOR, made_by(factory), Location::caller()))
    }

    /// Adds an instance to an event loop that it shares with others: the handlers of all of them never overlap.
    #[track_caller]
    pub fn module_on<M: Module<Mode: GivenByValue>>(self, event_loop: &str, name: &str, module: M) -> Self {
        let source = Source::Value(Made::of(module));
        let planned = Planned::in_code(name, M::DESCRIPTOR, source, Location::caller());
        self.plan(Planned { event_loop: Some(event_loop.to_owned()), ..planned })
    }

    /// Adds an instance that a factory makes, as [`module_with`](Self::module_with) does, to an event loop that it
    /// shares with others.
    #[track_caller]
    pub fn module_on_with<M: Module>(
        self,
        event_loop: &str,
        name: &str,
        factory: impl Fn() -> M + Send + 'static,
    ) -> Self {
        let planned = Planned::in_code(name, M::DESCRIPTOR, made_by(factory), Location::caller());
        self.plan(Planned { event_loop: Some(event_loop.to_owned()), ..planned })
    }

    /// Adds an instance to an event loop with a thread of its own, which it may share with others. A `#[module(pinned)]` need
    /// not be `Send`: the factory makes it there.
    ///
    /// A pinned module that is added without a loop, or listed in a file, has a thread for itself.
    #[track_caller]
    pub fn module_pinned<M: Module>(
        self,
        event_loop: &str,
        name: &str,
        factory: impl Fn() -> M + Send + 'static,
    ) -> Self {
        let planned = Planned::in_code(name, M::DESCRIPTOR, made_by(factory), Location::caller());
        self.plan(Planned { event_loop: Some(event_loop.to_owned()), on_thread: true, ..planned })
    }

    /// Adds an instance of a registered type, made from the section of the configuration that has its name.
    #[doc(hidden)]
    #[track_caller]
    pub fn entry<E: Entry>(self, name: &str) -> Self {
        let source = Source::Registered(Registration::of::<E>());
        self.plan(Planned::in_code(name, <E::Module as Module>::DESCRIPTOR, source, Location::caller()))
    }

    pub(super) fn plan(mut self, planned: Planned) -> Self {
        self.planned.push(planned);
        self
    }

    /// Reads the configuration from a file. A file that does not exist is an empty configuration, and the log says so;
    /// [`Config::load_existing`] and [`config`](Self::config) insist on it.
    pub fn config_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.config = ConfigSource::File(path.into());
        self
    }

    /// Takes a configuration.
    pub fn config(mut self, config: Config) -> Self {
        self.config = ConfigSource::Given(Box::new(config));
        self
    }

    /// Bounds an event loop: a shared one by its name, a module's own by the name of the module. What is stated here
    /// wins over the configuration.
    pub fn event_loop(mut self, name: &str, options: LoopOptions) -> Self {
        self.loops.insert(name.to_owned(), options);
        self
    }

    /// Says what a panic of a module's handler means. What is stated here wins over the configuration.
    pub fn policy(mut self, module: &str, policy: Policy) -> Self {
        self.policies.insert(module.to_owned(), policy);
        self
    }

    /// How many blocking tasks run at once; 512 unless stated. Further ones wait, and a warning says so once.
    pub const fn blocking_threads(mut self, limit: usize) -> Self {
        self.stated.blocking_threads = Some(limit);
        self
    }

    /// Gives every call a deadline that has none: neither one of its own (`timeout`), nor one of its task
    /// (`#[task(timeout = "…")]`), nor one that its caller must keep. Zero, as without a word: such calls have none.
    ///
    /// With it, a call that has to wait needs the timers of a tokio runtime around it, like one with a `timeout`.
    pub const fn default_timeout(mut self, timeout: Duration) -> Self {
        self.stated.default_timeout = Some(timeout);
        self
    }

    /// How many of the last messages that were lost are kept for [`Handle::dead_letters`]; 256 unless stated. 0: none are.
    pub const fn dead_letters(mut self, number: usize) -> Self {
        self.stated.dead_letters = Some(number);
        self
    }

    /// How long the end may take altogether; 10 seconds unless stated.
    pub const fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.shutdown_deadline = Some(deadline);
        self
    }

    /// How long a handler may keep its loop before the log names it, once; 10 seconds unless stated, and zero is never.
    ///
    /// Seen from a thread of its own, four times within the limit; [`ModuleStatistics::overdue`] counts. Time is that of the
    /// clock on the wall, also where tests pause the runtime's. Handlers that overlap keep no loop.
    ///
    /// [`ModuleStatistics::overdue`]: crate::ModuleStatistics::overdue
    pub const fn watchdog(mut self, limit: Duration) -> Self {
        self.watchdog = Some(limit);
        self
    }

    /// Appends a line to a file for every failure that nobody awaits and every panic.
    pub fn exception_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.exception_file = Some(path.into());
        self
    }

    /// Writes the log to standard error; `RUST_LOG` and the configuration's `looselycoupled.log` choose the levels.
    /// Its last lines are kept for [`log::recent`](crate::log::recent), and its levels can be changed while the program runs
    /// ([`Handle::set_log_level`]). Without this the program's own `tracing` subscriber gets it.
    pub const fn log_to_stderr(mut self) -> Self {
        self.log = true;
        self
    }

    /// Has an [`Interceptor`] look at every message; those that are added first look first on both sides.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.add(interceptor);
        self
    }

    /// Starts the application in the current tokio runtime.
    ///
    /// # Errors
    ///
    /// - [`StartError::Check`]: the wiring is not whole; the error lists all faults at once.
    /// - [`StartError::Module`]: a module did not become passive. Those before it have been finalised.
    ///
    /// # Cancel safety
    ///
    /// Not safe: modules that have been initialised are not finalised when the future is dropped.
    pub async fn start(self) -> Result<App, StartError> {
        super::start::start(self).await
    }

    /// Runs the application until it is told to end: by SIGINT or SIGTERM, or by the event `exit`. A second signal
    /// forces the end.
    ///
    /// # Errors
    ///
    /// It did not start, a module with the policy `exit` failed, or something had to be broken off.
    ///
    /// # Cancel safety
    ///
    /// Not safe: modules are not finalised when the future is dropped.
    pub async fn run(self) -> Result<(), AppError> {
        super::run::run(self).await
    }
}

fn made_by<M: Module>(factory: impl Fn() -> M + Send + 'static) -> Source {
    Source::Factory(Box::new(move |_| Ok(Made::of(factory()))))
}

/// A running application.
///
/// Dropping it asks the application to end, in order, in the background; [`shutdown`](Self::shutdown) waits for that.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// # #[derive(Default)]
/// # struct Lamp {
/// #     level: u8,
/// # }
/// # #[module]
/// # impl Lamp {
/// #     #[task]
/// #     fn set_level(&mut self, level: u8) -> u8 {
/// #         std::mem::replace(&mut self.level, level)
/// #     }
/// #     #[on_event]
/// #     fn on_sunset(&mut self, level: u8) {
/// #         self.level = level;
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("lamp", Lamp::default()).start().await?;
/// app.handle().enqueue_task("lamp.set_level", args! { level: 40 }).await?;
/// app.quiesce().await; // everything handled, and what followed from it
/// app.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct App {
    pub(super) handle: Handle,
    pub(super) ending: Option<Ending>,
}

impl App {
    /// An application without modules, to be filled.
    pub const fn builder() -> AppBuilder {
        AppBuilder {
            planned: Vec::new(),
            config: ConfigSource::None,
            loops: BTreeMap::new(),
            moves: BTreeMap::new(),
            policies: BTreeMap::new(),
            wires: Vec::new(),
            stated: Stated::new(),
            shutdown_deadline: None,
            watchdog: None,
            exception_file: None,
            log: false,
            partial: false,
            interceptors: Interceptors::new(),
            outside: Outside::new(),
            rehearsal: Rehearsal { seed: None, witness: None },
        }
    }

    /// The way in from outside of every module.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Waits until nothing runs and nothing waits anywhere, and the handlers that this makes `becoming_idle` have
    /// ended, too.
    ///
    /// Run hooks and timers that are not yet due do not count, blocking tasks do.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn quiesce(&self) {
        self.handle.application.services.rest().await;
    }

    /// [`quiesce`](Self::quiesce) for a limited time.
    ///
    /// # Errors
    ///
    /// [`NotQuiet`] names the handlers that are still at it.
    ///
    /// # Panics
    ///
    /// There is no tokio runtime around it.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn quiesce_within(&self, time: Duration) -> Result<(), NotQuiet> {
        self.handle.quiesce_within(time).await
    }

    /// Waits until the application has ended, without asking for it: by the event `exit`, or because a module with the
    /// policy `exit` failed.
    ///
    /// # Errors
    ///
    /// As for [`shutdown`](Self::shutdown).
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn ended(&self) -> Result<(), AppError> {
        match &self.ending {
            Some(ending) => ending.ended().await,
            None => Ok(()),
        }
    }

    /// Ends the application in order.
    ///
    /// # Errors
    ///
    /// [`AppError::Late`] names what had to be broken off, [`AppError::Failed`] the module that asked for the end.
    ///
    /// # Cancel safety
    ///
    /// Safe: the end goes on in the background.
    pub async fn shutdown(mut self) -> Result<(), AppError> {
        match self.ending.take() {
            Some(ending) => ending.shutdown().await,
            None => Ok(()),
        }
    }
}
