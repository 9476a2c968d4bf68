//! What the code of a module holds in its hands.

use std::ops::Deref;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{Application, Configured, Handle, Module, Stage};
use crate::blocking;
use crate::config::ConfigError;
use crate::event_loop::{Kind, Scene, Services, Tenant, current};
use crate::metadata::{Metadata, ModuleIndex, Priority, TransactionId};
use crate::reply::CallError;
use crate::sync::Arc;

/// The surroundings of a module: its name, its configuration, and everything that a [`Handle`] can do.
///
/// Handlers get it as `&Context`, run hooks own one. A clone may go to other tasks and threads; it keeps the
/// transaction of the handler in which it was made.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[derive(Default)]
/// struct Switch;
///
/// #[module]
/// impl Switch {
///     #[task]
///     async fn press(&self, ctx: &Context, lamp: String) -> Result<()> {
///         let reply = ctx.exec_task(&format!("{lamp}.set_level"), args! { level: 80 }).await?;
///         let before: u8 = reply.get()?;
///         ctx.trigger_event("pressed", args! { switch: ctx.name(), before }).await?;
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    handle: Handle,
}

impl Deref for Context {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Context {
    pub(crate) fn new(application: Arc<Application>, module: ModuleIndex, ends_at: Stage) -> Self {
        Self { handle: Handle::of_module(application, module, ends_at) }
    }

    fn index(&self) -> usize {
        let module = self.handle.origin.as_ref().and_then(|origin| origin.module.get());
        module.unwrap_or_else(|| nobody())
    }

    fn tenant(&self) -> &Tenant {
        // The directory has a station for every module that has a context.
        self.handle.application.router.directory.stations()[self.index()].tenant()
    }

    /// The name of this instance.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.tenant().name
    }

    /// The way into the application, in the name of this module, for other tasks and threads.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// The typed configuration of this instance: `ctx.config::<Self>()`.
    ///
    /// # Panics
    ///
    /// `M` is not the type of this module.
    #[must_use]
    pub fn config<M: Configured>(&self) -> Arc<M::Config> {
        let settings = self.application.settings.get(&self.index()).cloned();
        match settings.map(Arc::downcast::<M::Config>) {
            Some(Ok(config)) => config,
            _ => wrong_config(self.name(), M::DESCRIPTOR.info.type_name),
        }
    }

    /// One value of this instance's section, by dotted path below it: `ctx.setting::<u8>("lines.3")`; `None` where
    /// there is nothing.
    ///
    /// # Errors
    ///
    /// The value is there, but of another type; the error names file, line and key.
    pub fn setting<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, ConfigError> {
        self.with_config(|config| config.get(&format!("{}.{path}", self.name())))
    }

    /// The stub of this very instance: `ctx.me::<Self>()`.
    ///
    /// A call through it is an ordinary one from a run hook; from a handler it would wait for itself, and fails
    /// with [`CallError::Cycle`].
    ///
    /// # Errors
    ///
    /// [`CallError::WrongType`]: `M` is not the type of this module.
    pub fn me<M: Module>(&self) -> Result<M::Stub, CallError> {
        self.stub(self.name())
    }

    /// What is known about the message that is being handled; outside of handlers, about what would be sent.
    #[must_use]
    pub fn metadata(&self) -> Metadata {
        let handled = current(|activation| {
            // A handler of another application handles another message, whose source has no name here.
            let is_here = |services: &Services| std::ptr::eq(services, &raw const *self.application.services);
            let activation = activation.filter(|activation| is_here(activation.event_loop().services()))?;
            let activation = Some(activation).filter(|activation| activation.scene != Scene::Hook)?;
            let lineage = &activation.seed.lineage;
            Some(Metadata {
                transaction: activation.transaction(),
                parent: crate::metadata::MessageId::from_raw(lineage.parent),
                source: self.name_of(lineage.source),
                priority: lineage.priority,
                headers: lineage.headers.clone(),
                depth: lineage.depth,
                redelivered: activation.seed.kind == Kind::Redelivered,
            })
        });
        handled.unwrap_or_else(|| self.metadata_outside())
    }

    fn metadata_outside(&self) -> Metadata {
        let inherited = self.handle.origin.as_ref().and_then(|origin| origin.inherited.as_deref());
        let transaction = inherited.and_then(|lineage| TransactionId::from_raw(lineage.transaction));
        Metadata {
            transaction: transaction.unwrap_or_default(),
            parent: inherited.and_then(|lineage| crate::metadata::MessageId::from_raw(lineage.parent)),
            source: Some(Arc::clone(&self.tenant().name)),
            priority: inherited.map_or(Priority::Normal, |lineage| lineage.priority),
            headers: inherited.map(|lineage| lineage.headers.clone()).unwrap_or_default(),
            depth: inherited.map_or(0, |lineage| lineage.depth),
            redelivered: false,
        }
    }

    fn name_of(&self, module: ModuleIndex) -> Option<Arc<str>> {
        let station = self.application.router.directory.station(module)?;
        Some(Arc::clone(&station.tenant().name))
    }

    /// Whether the module is active and has not been told to end; an instance that is made again has been.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.is_current() && self.application.stage.get() == Stage::Active as u16
    }

    /// Whether the module takes part at all: `run_passively` goes on as long as this holds.
    #[must_use]
    pub fn is_passive(&self) -> bool {
        self.is_current() && self.application.stage.get() < Stage::NoLongerPassive as u16
    }

    /// Whether the instance has not been made again.
    pub(crate) fn is_current(&self) -> bool {
        let origin = self.handle.origin.as_ref();
        origin.is_none_or(|origin| self.application.generation(origin.module) == origin.generation)
    }

    /// Returns when `run` is to end.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when the future is dropped.
    pub async fn no_longer_active(&self) {
        self.reached(Stage::NoLongerActive).await;
    }

    /// Returns when `run_passively` is to end.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost when the future is dropped.
    pub async fn no_longer_passive(&self) {
        self.reached(Stage::NoLongerPassive).await;
    }

    async fn reached(&self, stage: Stage) {
        let reached = self.application.stage.until(|reached| reached >= stage as u16);
        let Some(origin) = &self.handle.origin else { return reached.await };
        let Some(generations) = self.application.generations_of(origin.module) else { return reached.await };
        tokio::select! {
            biased;
            () = reached => {}
            () = generations.until(|now| now != origin.generation) => {}
        }
    }

    /// Blocks the thread for a time, or until its hook is to end; true if the time has passed.
    ///
    /// For `(thread)` hooks and blocking tasks.
    #[must_use = "false means that the hook is to end"]
    pub fn sleep_blocking(&self, duration: Duration) -> bool {
        let ends_at = self.handle.origin.as_ref().map_or(Stage::NoLongerPassive, |origin| origin.ends_at);
        let ended = self.reached(ends_at);
        let slept = async { tokio::time::timeout(duration, ended).await.is_err() };
        blocking::wait(&self.application.services.runtime, slept)
    }
}

#[cold]
#[expect(
    clippy::panic,
    reason = "impossible, since `new` gives every context its module; to act in another's name would be worse"
)]
fn nobody() -> ! {
    panic!("the context belongs to no module: this is a mistake of looselycoupled")
}

#[cold]
#[expect(
    clippy::panic,
    reason = "documented: asking for another module's configuration is a mistake in the code"
)]
fn wrong_config(instance: &str, asked: &str) -> ! {
    panic!("`{instance}` is no `{asked}`: ask for the configuration with `ctx.config::<Self>()`")
}
