//! What `app!` says, as types.

use crate::address::constant::NameKey;
use crate::module::{AppTable, Module, ModuleDescriptor, Nth, Place};

/// Implemented by what `app!` puts at the crate root.
pub trait ListsInstances {
    /// The names of the instances.
    const NAMES: &'static [&'static str];
    /// The same as numbers.
    const KEYS: &'static [NameKey];
    /// Their types, in the same order.
    const MODULES: &'static [&'static ModuleDescriptor];
    /// The same for the check at the start.
    fn table() -> &'static AppTable;
}

/// The instance in one place of `app!`.
pub trait InstanceAt<const I: usize>: ListsInstances {
    /// Its type, of which `MODULES` says that it is a module.
    type Module;
}

/// An instance as a type.
pub trait Instance {
    /// The type of its module.
    type Module: Module;
    /// Its place in `app!`.
    const PLACE: usize;
    /// Where that is.
    fn table() -> &'static AppTable;
}

/// Number `I` of what `app!` names as `A`.
#[derive(Debug)]
pub struct InstanceOf<A, const I: usize>(std::marker::PhantomData<fn() -> A>);

impl<A: InstanceAt<I, Module: Module>, const I: usize> Instance for InstanceOf<A, I> {
    type Module = <A as InstanceAt<I>>::Module;
    const PLACE: usize = I;

    #[inline]
    fn table() -> &'static AppTable {
        A::table()
    }
}

/// The instance in one place of `app!`.
#[must_use]
pub const fn instance<A: InstanceAt<I, Module: Module>, const I: usize>() -> InstanceOf<A, I> {
    InstanceOf(std::marker::PhantomData)
}

impl<A: InstanceAt<I, Module: Module>, const I: usize> InstanceOf<A, I> {
    /// The names of its tasks.
    #[inline]
    #[must_use]
    pub const fn tasks(&self) -> <<A as InstanceAt<I>>::Module as Module>::Tasks {
        <<A as InstanceAt<I>>::Module as Module>::TASKS
    }

    /// One of its tasks.
    #[inline]
    #[must_use]
    pub const fn task<const T: usize>(&self, name: Place<T>) -> Nth<<A as InstanceAt<I>>::Module, T> {
        Nth::named(name)
    }
}
