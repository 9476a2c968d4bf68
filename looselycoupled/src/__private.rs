//! For generated code only; no part of the public interface.

pub use inventory;
pub use serde;

pub use crate::address::constant::NameKey;
pub use crate::app::{Main, Rehearsal, expect_whole};
pub use crate::call::Call;
pub use crate::checked::{
    Announced, Announces, EventFields, Instance, InstanceAt, InstanceOf, ListsInstances, announce_by_name,
    announced, called, complete, emission, given, instance, known, whole, with,
};
pub use crate::dispatch::{Answer, NoDefault, Outline, Probe, Registration, infallible};
pub use crate::envelope::{
    Content, Event, EventInfo, EventRecord, EventShape, EventTypeInfo, FieldInfo, Location,
};
pub use crate::event::Trigger;
pub use crate::event_loop::Shuffle;
pub use crate::interface::{
    Agrees, Elsewhere, Method, MethodElsewhere, RESULT, TypeAt, TypeProbe, TypedEntry, has_all,
    method_number, parameter_place, same_name, same_version, takes, value_place,
};
pub use crate::metadata::NumbersAnew;
pub use crate::module::{
    Address, AppTable, Concurrent, ConfigInfo, Configured, Context, EmitInfo, Entry, Factory, Filling, Found,
    Handle, HandlerAt, HandlerDescriptor, HandlerInfo, Hooks, Housed, Interface, InterfaceInfo, ListenerInfo,
    MentionInfo, MethodInfo, Mode, Module, ModuleDescriptor, ModuleInfo, Named, NamedTask, NamedTaskAt,
    NotRead, NotWritten, Nth, Occupant, ParameterInfo, Pinned, Place, PromiseInfo, ReadProbe, Receiver,
    RunKind, Sequential, Settings, Slots, Stub, SubscriptionInfo, Task, TaskAt, TaskDescriptor, TaskInfo,
    TaskKind, Witness, Wording, WriteProbe, misfit,
};
// For tests of what arrives from others, not for generated code.
#[cfg(feature = "amqp")]
pub use crate::provider::amqp::outside as amqp;
#[cfg(all(feature = "nsq", unix))]
pub use crate::provider::nsq::outside as nsq;
#[cfg(feature = "stomp")]
pub use crate::provider::stomp::outside as stomp;
#[cfg(any(
    feature = "amqp",
    feature = "nsq",
    feature = "socket",
    feature = "stomp",
    feature = "zeromq"
))]
pub use crate::provider::wire;
#[cfg(all(feature = "zeromq", unix))]
pub use crate::provider::zeromq::outside as zmtp;
pub use crate::registry::{ListedApp, ListedEvent, ListedInterface};
pub use crate::reply::{BoxError, CallError};
pub use crate::schema::{NoSchema, SchemaProbe, TypeSchema};
#[cfg(feature = "testing")]
pub use crate::testing::Test;
pub use crate::value::{
    ArgumentError, Arguments, DecodeError, EncodeError, Fields, Value, argument_name, encode,
};

/// A `Result`, taken apart as a type.
pub trait Fallible {
    /// What it holds if all went well.
    type Ok;
    /// What it holds otherwise.
    type Err;
    /// The plain `Result`.
    ///
    /// # Errors
    ///
    /// What it holds.
    fn split(self) -> Result<Self::Ok, Self::Err>;
}

impl<T, E> Fallible for Result<T, E> {
    type Ok = T;
    type Err = E;

    #[inline]
    fn split(self) -> Self {
        self
    }
}

/// `IsResult::<T>::YES`: whether a type is a `Result`, under whatever name.
#[derive(Debug)]
pub struct IsResult<T>(std::marker::PhantomData<T>);

impl<T, E> IsResult<Result<T, E>> {
    /// It is.
    pub const YES: bool = true;

    /// Never called, since `YES` is refused where a task's value is expected; it asks nothing of `T` and `E`, so that
    /// the refusal is the only message.
    ///
    /// # Errors
    ///
    /// None.
    pub fn encode(_value: &Result<T, E>) -> Result<Value, EncodeError> {
        encode(&())
    }
}

/// The answer for every other type.
pub trait NotResult {
    /// It is not.
    const YES: bool = false;
    /// The type.
    type Plain;

    /// Turns a plain value into a [`Value`].
    ///
    /// # Errors
    ///
    /// Those of [`encode()`].
    #[inline]
    fn encode(value: &Self::Plain) -> Result<Value, EncodeError>
    where
        Self::Plain: crate::value::Writable,
    {
        encode(value)
    }
}

impl<T> NotResult for IsResult<T> {
    type Plain = T;
}

/// What event handlers and hooks may return.
#[diagnostic::on_unimplemented(
    message = "a handler or hook returns nothing or a `Result<(), E>`, not `{Self}`",
    label = "return `()` or `Result<(), E>`"
)]
pub trait Outcome {
    /// The result with a boxed error.
    ///
    /// # Errors
    ///
    /// What the handler returned.
    fn outcome(self) -> Result<(), BoxError>;
}

impl Outcome for () {
    fn outcome(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> Outcome for Result<(), E> {
    fn outcome(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// What came out of a handler or hook.
///
/// # Errors
///
/// What it returned.
pub fn outcome<T: Outcome>(value: T) -> Result<(), BoxError> {
    value.outcome()
}

// What `#[module]` needs beyond the tables. Each of these exists so that a mistake has one message only, or the right one.

/// A state that several borrowers may look at, which is what a waiting `async fn(&self)` is.
#[diagnostic::on_unimplemented(
    message = "the state of this module cannot be shared with a waiting future",
    label = "an `async fn(&self)` needs `{Self}: Sync`, and so does a concurrent module",
    note = "take `&mut self` instead, make the method a plain `fn`, or use a state that is `Sync`"
)]
pub trait Shareable {}

#[diagnostic::do_not_recommend]
impl<T: Sync + ?Sized> Shareable for T {}

/// Does nothing; its bound is what matters.
pub const fn require_sync<M: Shareable + ?Sized>() {}

/// What moves between threads.
#[diagnostic::on_unimplemented(
    message = "the state of a module moves between threads, but `{Self}` cannot",
    label = "needs `{Self}: Send`",
    note = "hold shared parts in an `Arc` instead of an `Rc`, and cells in a `Mutex` or an atomic",
    note = "or keep it on one thread: `#[module(pinned)]`"
)]
pub trait Movable {}

#[diagnostic::do_not_recommend]
impl<M: Send + ?Sized> Movable for M {}

/// Compiles if `M` moves between threads.
pub const fn require_send<M: Movable + ?Sized>() {}

/// A future that stays on the thread on which it is made.
pub fn pinned<F: Future>(future: F) -> send_wrapper::SendWrapper<F> {
    send_wrapper::SendWrapper::new(future)
}

/// The type of a module's configuration.
#[must_use]
pub const fn config_info<M: Configured>(schema: TypeSchema) -> ConfigInfo {
    ConfigInfo::of::<M::Config>(schema)
}

/// `EventProbe::<E>::SUBSCRIPTION`: what a handler of `E` listens to.
#[derive(Debug)]
pub struct EventProbe<E>(std::marker::PhantomData<E>);

impl<E: Event> EventProbe<E> {
    /// The event's type.
    pub const SUBSCRIPTION: SubscriptionInfo = SubscriptionInfo::Typed(EventTypeInfo::of::<E>());
}

/// The answer for types that are no events, which the handler's body reports.
pub trait NotEvent {
    /// Nothing.
    const SUBSCRIPTION: SubscriptionInfo = SubscriptionInfo::Pattern("");
}

impl<E> NotEvent for EventProbe<E> {}
