//! The traits that `#[module]` implements.

use std::future::{Future, ready};

use super::{
    Context, Filling, HandlerInfo, Mode, ModuleDescriptor, Place, Receiver, Slots, Stub, TaskInfo, Wording,
};
use crate::config::FromSection;
use crate::envelope::EventRecord;
use crate::reply::BoxError;
use crate::value::{ArgumentError, Arguments, EncodeError, Value};

/// A type whose instances are parts of an application. Made by `#[module]` on an `impl` block.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a module",
    label = "not a module",
    note = "put `#[module]` above an `impl {Self}` block that holds its `#[task]` and `#[on_event]` methods"
)]
pub trait Module: Sized + 'static {
    /// The typed stub of the module.
    type Stub: Stub;
    /// Whether its handlers exclude each other.
    type Mode: Mode<Self>;
    /// A struct with a field for each task.
    type Tasks;
    /// Everything that is known about it.
    const DESCRIPTOR: &'static ModuleDescriptor;
    /// The names of its tasks, for the compiler.
    const TASKS: Self::Tasks;
}

/// A module with a typed configuration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no typed configuration",
    label = "no `config`",
    note = "name its type in the block's attribute: `#[module(config = LampConfig)]`",
    note = "in there ask by the module, not by that type: `ctx.config::<Self>()`"
)]
pub trait Configured: Module {
    /// What the section named like the instance is read as.
    type Config: FromSection + Send + Sync + 'static;
}

/// The task in one place of a module's block.
pub trait TaskAt<const I: usize>: Module {
    /// The parameters as a tuple.
    type Arguments: Send + 'static;
    /// A struct with a field for each parameter.
    type Parameters;
    /// What comes out of it.
    type Output: Send + 'static;
    /// Its own error.
    type Error: Into<BoxError> + Send + 'static;
    /// Everything that is known about it.
    const INFO: TaskInfo;
    /// The names of the parameters, for the compiler.
    const PARAMETERS: Self::Parameters;
    /// How it is called in another process.
    const WORDING: Wording<Self::Arguments, Self::Output> = Wording::NONE;
    /// Fills those places with their defaults that may be left out.
    #[inline]
    fn fill(_given: &mut <Self::Arguments as Slots>::Open)
    where
        Self::Arguments: Slots,
    {
    }
    /// The body.
    fn call<'a>(
        module: Receiver<'a, Self>,
        context: &'a Context,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send + 'a;
}

/// A task that can be called by name.
pub trait NamedTaskAt<const I: usize>: TaskAt<I> {
    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// An argument is unknown, missing, given twice, or does not fit.
    fn decode(arguments: &mut Arguments) -> Result<Self::Arguments, ArgumentError>;
    /// Writes the result.
    ///
    /// # Errors
    ///
    /// The result cannot be turned into a value.
    fn encode(output: Self::Output) -> Result<Value, EncodeError>;
}

/// The event handler in one place of a module's block.
pub trait HandlerAt<const I: usize>: Module {
    /// Everything that is known about it.
    const INFO: HandlerInfo;
    /// The body.
    fn handle<'a>(
        module: Receiver<'a, Self>,
        context: &'a Context,
        event: &'a EventRecord,
    ) -> impl Future<Output = Result<(), BoxError>> + Send + 'a;
}

/// Where the body of a run hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunKind {
    /// As a task of the runtime.
    Task,
    /// On a thread of its own.
    Thread,
}

/// The life-cycle hooks of a module; those that its block lacks do nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a module",
    label = "not a module",
    note = "put `#[module]` above an `impl {Self}` block that holds its `#[task]` and `#[on_event]` methods"
)]
pub trait Hooks: Module {
    /// Whether the block has it.
    const INITIALIZE: bool = false;
    /// Whether the block has it.
    const FINALIZE: bool = false;
    /// Whether the block has it.
    const ON_IDLE: bool = false;
    /// Whether the block has it, and where it runs.
    const RUN: Option<RunKind> = None;
    /// Whether the block has it, and where it runs.
    const RUN_PASSIVELY: Option<RunKind> = None;

    /// Runs before the module becomes passive.
    fn initialize<'a>(
        _module: &'a mut Self,
        _context: &'a Context,
    ) -> impl Future<Output = Result<(), BoxError>> + Send + 'a {
        ready(Ok(()))
    }

    /// Runs last.
    fn finalize<'a>(
        _module: &'a mut Self,
        _context: &'a Context,
    ) -> impl Future<Output = Result<(), BoxError>> + Send + 'a {
        ready(Ok(()))
    }

    /// Runs when the application has nothing left to do.
    fn on_idle<'a>(
        _module: Receiver<'a, Self>,
        _context: &'a Context,
    ) -> impl Future<Output = Result<(), BoxError>> + Send + 'a {
        ready(Ok(()))
    }

    /// Runs beside the handlers while the module is active.
    #[must_use]
    fn run(_context: Context) -> impl Future<Output = Result<(), BoxError>> + Send + 'static {
        ready(Ok(()))
    }

    /// Runs beside the handlers while the module is passive or active.
    #[must_use]
    fn run_passively(_context: Context) -> impl Future<Output = Result<(), BoxError>> + Send + 'static {
        ready(Ok(()))
    }
}

/// What a factory may read: the section of the configuration that is named like the instance.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    pub(crate) config: &'a crate::config::Config,
    pub(crate) instance: &'a str,
}

impl std::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("instance", &self.instance).finish_non_exhaustive()
    }
}

impl Settings<'_> {
    /// Reads the section.
    ///
    /// # Errors
    ///
    /// A key is unknown, missing, or its value does not fit; the error names file, line and key.
    pub fn read<C: FromSection>(&self) -> Result<C, BoxError> {
        C::from_section(self.config.section(self.instance)).map_err(Into::into)
    }
}

/// Makes a module.
pub type Factory<M> = fn(Settings<'_>) -> Result<M, BoxError>;

/// One type under the name by which a configuration lists it.
pub trait Entry: 'static {
    /// The module's type.
    type Module: Module + Hooks;
    /// The name.
    const NAME: &'static str;
    /// How an instance is made; a type without one can only be given as a value.
    const FACTORY: Option<Factory<Self::Module>>;
}

/// A task as a type.
pub trait Task: 'static {
    /// Whose task it is.
    type Module: Module;
    /// The parameters as a tuple.
    type Arguments: Send + 'static;
    /// What comes out of it.
    type Output: Send + 'static;
    /// Its own error.
    type Error: Into<BoxError> + Send + 'static;
    /// Everything that is known about it.
    const INFO: TaskInfo;
    /// How it is called in another process.
    const WORDING: Wording<Self::Arguments, Self::Output> = Wording::NONE;
    /// Fills those places with their defaults that may be left out.
    #[doc(hidden)]
    #[inline]
    fn fill(_given: &mut <Self::Arguments as Slots>::Open)
    where
        Self::Arguments: Slots,
    {
    }
    #[doc(hidden)]
    fn call<'a>(
        module: Receiver<'a, Self::Module>,
        context: &'a Context,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send + 'a;
}

/// A task that can be called by name, as a type.
pub trait NamedTask: Task {
    #[doc(hidden)]
    fn decode(arguments: &mut Arguments) -> Result<Self::Arguments, ArgumentError>;
    #[doc(hidden)]
    fn encode(output: Self::Output) -> Result<Value, EncodeError>;
}

/// The task number `I` of module `M`.
#[derive(Debug)]
pub struct Nth<M, const I: usize>(std::marker::PhantomData<fn() -> M>);

impl<M: Module, const I: usize> Nth<M, I> {
    /// The task of this name.
    #[inline]
    #[must_use]
    pub const fn named(_name: Place<I>) -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<M: TaskAt<I>, const I: usize> Nth<M, I> {
    /// The names of its parameters, and nothing in any of these.
    #[inline]
    #[must_use]
    pub fn begin(&self) -> (M::Parameters, Filling<M::Arguments>)
    where
        M::Arguments: Slots,
    {
        (M::PARAMETERS, Filling::begin())
    }
}

impl<M: TaskAt<I>, const I: usize> Task for Nth<M, I> {
    type Module = M;
    type Arguments = <M as TaskAt<I>>::Arguments;
    type Output = <M as TaskAt<I>>::Output;
    type Error = <M as TaskAt<I>>::Error;
    const INFO: TaskInfo = <M as TaskAt<I>>::INFO;
    const WORDING: Wording<Self::Arguments, Self::Output> = <M as TaskAt<I>>::WORDING;

    #[inline]
    fn fill(given: &mut <Self::Arguments as Slots>::Open)
    where
        Self::Arguments: Slots,
    {
        <M as TaskAt<I>>::fill(given);
    }

    #[inline]
    fn call<'a>(
        module: Receiver<'a, M>,
        context: &'a Context,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send + 'a {
        <M as TaskAt<I>>::call(module, context, arguments)
    }
}

impl<M: NamedTaskAt<I>, const I: usize> NamedTask for Nth<M, I> {
    fn decode(arguments: &mut Arguments) -> Result<Self::Arguments, ArgumentError> {
        <M as NamedTaskAt<I>>::decode(arguments)
    }

    fn encode(output: Self::Output) -> Result<Value, EncodeError> {
        <M as NamedTaskAt<I>>::encode(output)
    }
}
