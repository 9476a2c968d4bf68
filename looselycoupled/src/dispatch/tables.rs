//! Filling the descriptors with entries into generic code.

use std::any::{Any, TypeId, type_name};

use super::job::event_item;
use super::named::read_task;
use crate::config::{Config, ConfigError, FromSection};
use crate::event_loop::{SharedState, State};
use crate::module::{
    ConfigInfo, Entry, Factory, HandlerAt, HandlerDescriptor, Home, Hooks, Made, Module, ModuleDescriptor,
    ModuleInfo, NamedEntry, NamedTaskAt, Nth, Occupant, Settings, TaskAt, TaskDescriptor,
};
use crate::reply::BoxError;
use crate::schema::TypeSchema;

impl TaskDescriptor {
    /// A task that only its stub reaches.
    #[must_use]
    pub const fn local<M: TaskAt<I>, const I: usize>() -> Self {
        let error = type_name::<<M as TaskAt<I>>::Error>;
        Self { info: <M as TaskAt<I>>::INFO, error, named: None, typed: None }
    }

    /// A task that can be called by name.
    #[must_use]
    pub const fn named<M: NamedTaskAt<I>, const I: usize>() -> Self {
        let named = NamedEntry {
            info: const { &<M as TaskAt<I>>::INFO },
            read: read_task::<Nth<M, I>>,
            takes_anything: false,
        };
        let error = type_name::<<M as TaskAt<I>>::Error>;
        Self { info: <M as TaskAt<I>>::INFO, error, named: Some(named), typed: None }
    }
}

impl HandlerDescriptor {
    /// The handler number `I` of `M`.
    #[must_use]
    pub const fn of<M: HandlerAt<I>, const I: usize>() -> Self {
        Self { info: <M as HandlerAt<I>>::INFO, make: event_item::<M, I> }
    }
}

impl ConfigInfo {
    /// The type `C`, of which so much is known.
    #[must_use]
    pub const fn of<C: FromSection + Send + Sync + 'static>(schema: TypeSchema) -> Self {
        Self { type_name: type_name::<C>, schema, read: read_config::<C> }
    }
}

fn read_config<C: FromSection + Send + Sync + 'static>(
    config: &Config,
    instance: &str,
) -> Result<Box<dyn Any + Send + Sync>, ConfigError> {
    Ok(Box::new(C::from_section(config.section(instance))?))
}

/// The hooks of `M` behind types that a table can hold.
struct Entries<M>(std::marker::PhantomData<M>);

macro_rules! hook_entry {
    ($name:ident) => {
        fn $name<'a>(
            state: &'a mut State,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>> {
            match state.downcast_mut::<Occupant<Home<M>>>().and_then(Occupant::alone::<M>) {
                Some((module, context)) => Box::pin(M::$name(module, context)),
                None => Box::pin(std::future::ready(Ok(()))),
            }
        }
    };
}

impl<M: Module + Hooks> Entries<M> {
    hook_entry!(initialize);
    hook_entry!(finalize);

    fn on_idle<'a>(
        state: &'a mut State,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>> {
        match state.downcast_mut::<Occupant<Home<M>>>().and_then(Occupant::exclusive::<M>) {
            Some((module, context)) => Box::pin(M::on_idle(module, context)),
            None => Box::pin(std::future::ready(Ok(()))),
        }
    }

    fn on_idle_shared<'a>(
        state: &'a SharedState,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>> {
        match state.downcast_ref::<Occupant<Home<M>>>().and_then(Occupant::shared::<M>) {
            Some((module, context)) => Box::pin(M::on_idle(module, context)),
            None => Box::pin(std::future::ready(Ok(()))),
        }
    }

    fn run(
        context: crate::module::Context,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'static>> {
        Box::pin(async move { M::run(context).await })
    }

    fn run_passively(
        context: crate::module::Context,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'static>> {
        Box::pin(async move { M::run_passively(context).await })
    }
}

impl ModuleDescriptor {
    /// The descriptor of `M`.
    #[must_use]
    pub const fn new<M: Module + Hooks>(
        info: ModuleInfo,
        tasks: &'static [TaskDescriptor],
        handlers: &'static [HandlerDescriptor],
    ) -> Self {
        Self {
            info,
            tasks,
            handlers,
            interfaces: &[],
            type_id: TypeId::of::<M>,
            initialize: if M::INITIALIZE { Some(Entries::<M>::initialize) } else { None },
            finalize: if M::FINALIZE { Some(Entries::<M>::finalize) } else { None },
            on_idle: if M::ON_IDLE {
                Some((Entries::<M>::on_idle, Entries::<M>::on_idle_shared))
            } else {
                None
            },
            run: match M::RUN {
                Some(kind) => Some((kind, Entries::<M>::run)),
                None => None,
            },
            run_passively: match M::RUN_PASSIVELY {
                Some(kind) => Some((kind, Entries::<M>::run_passively)),
                None => None,
            },
        }
    }
}

/// A module type that a configuration can list by name.
#[derive(Clone, Copy)]
pub struct Registration {
    pub(crate) name: &'static str,
    pub(crate) descriptor: &'static ModuleDescriptor,
    pub(crate) factory: Option<fn(Settings<'_>) -> Result<Made, BoxError>>,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registration").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Registration {
    /// What `E` says.
    #[must_use]
    pub const fn of<E: Entry>() -> Self {
        Self {
            name: E::NAME,
            descriptor: <E::Module as Module>::DESCRIPTOR,
            factory: if E::FACTORY.is_some() { Some(make::<E>) } else { None },
        }
    }
}

fn make<E: Entry>(settings: Settings<'_>) -> Result<Made, BoxError> {
    match E::FACTORY {
        Some(factory) => Ok(Made::of(factory(settings)?)),
        None => Err("the type has neither `Default` nor a `#[new]`".into()),
    }
}

inventory::collect!(Registration);

/// Asks whether a module can be made from nothing.
#[derive(Debug)]
pub struct Probe<M>(std::marker::PhantomData<M>);

impl<M: Default> Probe<M> {
    /// Makes the default value.
    pub const FACTORY: Option<Factory<M>> = Some(|_| Ok(M::default()));
}

/// The answer for types without `Default`.
pub trait NoDefault: Sized {
    /// There is nothing to make it with.
    const FACTORY: Option<Factory<Self::Made>> = None;
    /// What would be made.
    type Made;
}

impl<M> NoDefault for Probe<M> {
    type Made = M;
}
