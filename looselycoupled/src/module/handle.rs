//! The way into an application, from anywhere.

use super::{Application, Found, Generation, Stage, Stub, Where};
use crate::address::{Known, nearest};
use crate::config::Config;
use crate::event_loop::current;
use crate::lifecycle::Phase;
use crate::metadata::{Lineage, ModuleIndex};
use crate::reply::CallError;
use crate::statistics::{DeadLetters, ModuleStatistics, Statistics};
use crate::sync::Arc;

/// The module in whose name a handle acts.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) module: ModuleIndex,
    /// What ends the hook that owns the context. It lies here, as does the next one, because here it takes no room.
    pub(crate) ends_at: Stage,
    /// Which instance of the module this is.
    pub(crate) generation: Generation,
    /// What code outside of handlers inherits: from the handler in which the handle was cloned.
    pub(crate) inherited: Option<Box<Lineage>>,
}

/// Calls, sends and asks, from any task and any thread.
///
/// A handle from [`App::handle`](crate::App::handle) acts from outside of every module; one from
/// [`Context::handle`](crate::Context::handle) acts in the name of that module. Inside of a handler every handle
/// acts as part of that handler: transaction, priority and deadline are inherited.
#[derive(Debug)]
pub struct Handle {
    pub(crate) application: Arc<Application>,
    pub(crate) origin: Option<Origin>,
}

impl Clone for Handle {
    /// A clone that is made inside of a handler remembers its transaction for the tasks and threads that it moves to.
    fn clone(&self) -> Self {
        let origin = self.origin.as_ref().map(|origin| Origin {
            inherited: self.inherit().map(Box::new).or_else(|| origin.inherited.clone()),
            ..*origin
        });
        Self { application: Arc::clone(&self.application), origin }
    }
}

impl Handle {
    pub(crate) const fn outside(application: Arc<Application>) -> Self {
        Self { application, origin: None }
    }

    pub(crate) fn of_module(application: Arc<Application>, module: ModuleIndex, ends_at: Stage) -> Self {
        let generation = application.generation(module);
        Self { application, origin: Some(Origin { module, ends_at, generation, inherited: None }) }
    }

    /// The same application from outside of every module, whoever asks.
    ///
    /// For what a module does on behalf of others, such as a client of a page: what differs from its own handle is
    ///
    /// - that subscriptions hear what the module itself sends, since they are not its own;
    /// - that they go on when the module is made again, and end with the application rather than when the modules are told to end: a
    ///   hook that reads one also waits for [`Context::no_longer_active`](crate::Context::no_longer_active), or it keeps the end;
    /// - that what is sent *outside of handlers and hooks*, by a task that they spawned, has no source, so the module hears it too,
    ///   begins a transaction of its own, needs no module that is active, and is refused once the application is ending.
    ///
    /// Inside of a handler or a hook this handle acts as part of it, like every other.
    #[must_use]
    pub fn as_outsider(&self) -> Self {
        Self::outside(Arc::clone(&self.application))
    }

    fn inherit(&self) -> Option<Lineage> {
        current(|activation| {
            let activation = activation?;
            let here = std::ptr::eq(activation.event_loop().services(), &*self.application.services);
            (here && activation.scene != crate::event_loop::Scene::Hook).then(|| activation.pass_on())
        })
    }

    /// A typed way to call the module of a name: the stub of its type, or that of an interface that it implements.
    ///
    /// # Errors
    ///
    /// - [`CallError::UnknownModule`]: there is none of this name; the error knows the nearest.
    /// - [`CallError::WrongType`]: the stub is for another type of module.
    /// - [`CallError::WrongInterface`]: the stub is for an interface that the module does not implement, or not in this version.
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
    /// # let app = App::builder().module("lamp", Lamp::default()).start().await?;
    /// let lamp: LampStub = app.handle().stub("lamp")?;
    /// assert_eq!(lamp.set_level(40).await?, 0);
    ///
    /// let unknown = app.handle().stub::<LampStub>("lmap").unwrap_err();
    /// assert_eq!(unknown.to_string(), "unknown module `lmap`; did you mean `lamp`?");
    /// # Ok(())
    /// # }
    /// ```
    pub fn stub<S: Stub>(&self, module: &str) -> Result<S, CallError> {
        match self.application.module(module) {
            Some((station, descriptor)) => S::bind(Found(Where::Here(station, descriptor))),
            None if self.application.is_elsewhere(module) => {
                S::bind(Found(Where::Elsewhere(&self.application.services, module)))
            }
            None => Err(self.unknown_module(module)),
        }
    }

    /// Whether a module takes calls: it is passive or active; of one in another process, whether the way there is open. A name that does not
    /// exist is not ready.
    #[must_use]
    pub fn is_ready(&self, module: &str) -> bool {
        let is_reachable =
            || self.application.elsewhere.get().is_some_and(|elsewhere| elsewhere.is_reachable(module));
        self.phase(module).map_or_else(is_reachable, Phase::is_ready)
    }

    /// How far a module is; `None` if there is none of this name in this process.
    #[must_use]
    pub fn phase(&self, module: &str) -> Option<Phase> {
        let (_, station) = self.application.router.directory.find(module)?;
        Some(Phase::of(station.tenant()))
    }

    /// The names of all modules of this process in the order of their start.
    #[must_use]
    pub fn modules(&self) -> Vec<String> {
        self.application.router.directory.names().map(str::to_owned).collect()
    }

    /// All counters and queue lengths.
    ///
    /// The counters of one module are read one after the other while it may work on; their balance is exact
    /// whenever nothing is in motion.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let directory = &self.application.router.directory;
        let modules = directory.stations().iter().map(module_statistics).collect();
        let mut loops = Vec::new();
        for station in directory.stations() {
            // Every loop has exactly one first tenant.
            if station.tenant == 0 {
                loops.push(station.event_loop.statistics());
            }
        }
        let opened = self.application.services.loops();
        let named = opened.iter().filter(|known| known.was_opened() && known.is_named());
        loops.extend(named.map(|known| known.statistics()));
        Statistics {
            modules,
            loops,
            unheard_events: self.application.services.unheard.get(),
            delayed_events: self.application.services.timers.events(),
            missed_ticks: self.application.services.timers.missed_ticks.get(),
            not_forwarded: self.application.services.not_forwarded.get(),
            blocking: self.application.services.blocking.running(),
            blocking_limit: self.application.services.blocking.limit(),
        }
    }

    /// The last messages that were accepted, or meant for a module, and never handled, with the reason for each.
    ///
    /// How many are kept for all modules together is said by
    /// [`AppBuilder::dead_letters`](crate::AppBuilder::dead_letters), or `dead_letters` in the configuration. Refused
    /// messages are not among them: their senders have the error.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    /// use looselycoupled::{LoopOptions, Loss};
    /// # #[derive(Default)]
    /// # struct Lamp {
    /// #     level: u8,
    /// # }
    /// # #[module]
    /// # impl Lamp {
    /// #     #[on_event]
    /// #     fn on_sunset(&mut self, level: u8) {
    /// #         self.level = level;
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let no_room = LoopOptions::new().events(0);
    /// let app = App::builder().module("lamp", Lamp::default()).event_loop("lamp", no_room).start().await?;
    /// app.handle().trigger_event("sunset", args! { level: 80 }).await?;
    /// let lost = app.handle().dead_letters();
    /// assert_eq!((lost.letters[0].reason, lost.overwritten), (Loss::Dropped, 0));
    /// assert_eq!(lost.letters[0].to_string(), "event `lamp.on_sunset` dropped");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetters {
        self.application.services.dead_letters.letters()
    }

    /// Works on the configuration: reads by dotted path, [lists](Config::entries), sets, deletes, saves.
    ///
    /// The configuration is locked meanwhile; no await is possible inside. Typed sections
    /// ([`Context::config`](crate::Context::config)) keep what they had at the start.
    pub fn with_config<R>(&self, work: impl FnOnce(&mut Config) -> R) -> R {
        work(&mut self.application.config.lock())
    }

    pub(crate) fn unknown_module<E>(&self, module: &str) -> CallError<E> {
        let elsewhere = self.application.elsewhere.get().map(|elsewhere| elsewhere.modules());
        let elsewhere = elsewhere.unwrap_or_default();
        let names = || self.application.router.directory.names().chain(elsewhere.iter().map(String::as_str));
        let suggestion = nearest(module, names()).map(Into::into);
        let known = if suggestion.is_none() { Known::of(names()) } else { Known::default() };
        CallError::UnknownModule { module: module.into(), suggestion, known: known.into() }
    }
}

pub(crate) fn module_statistics(station: &crate::router::Station) -> ModuleStatistics {
    let tenant = station.tenant();
    let counters = &tenant.counters;
    let (accepted_to_queue, queued) = station.event_loop.accepted_and_queued(station.tenant);
    ModuleStatistics {
        module: Arc::clone(&tenant.name),
        accepted: accepted_to_queue
            + counters.accepted_at_once.get()
            + counters.so_far(|of| &of.lost_at_the_door)
            + counters.seen(|of| of.delayed.accepted_here()),
        handled: counters.handled.get(),
        failed: counters.failed.get(),
        panicked: counters.so_far(|of| &of.panicked),
        expired: counters.so_far(|of| &of.expired),
        cancelled: counters.so_far(|of| &of.cancelled),
        dropped: counters.so_far(|of| &of.dropped),
        undelivered: counters.so_far(|of| &of.undelivered),
        running: counters.running.get(),
        queued,
        delayed: counters.seen(|of| of.delayed.delayed()),
        refused: counters.so_far(|of| &of.refused),
        restarts: counters.so_far(|of| &of.restarts),
        overdue: counters.so_far(|of| &of.overdue),
    }
}
