//! A module that has been found, with its type.

use std::fmt;
use std::marker::PhantomData;

use super::{Module, ModuleDescriptor};
use crate::event_loop::Services;
use crate::metadata::ModuleIndex;
use crate::reply::CallError;
use crate::router::Station;
use crate::sync::Arc;

/// Where a module of type `M` is, or one that implements the interface `dyn M`; resolved once, used by its stub.
pub struct Address<M: ?Sized> {
    pub(crate) station: Station,
    of_type: PhantomData<fn(&M)>,
}

impl<M: ?Sized> Address<M> {
    /// The caller has compared the types.
    pub(crate) const fn new(station: Station) -> Self {
        Self { station, of_type: PhantomData }
    }

    /// The name of the instance.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.station.tenant().name
    }
}

impl<M: ?Sized> Clone for Address<M> {
    #[inline]
    fn clone(&self) -> Self {
        Self::new(self.station.clone())
    }
}

impl<M: ?Sized> fmt::Debug for Address<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.name())
    }
}

/// A module that was found by its name, whatever its type: what a stub binds itself to.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a>(pub(crate) Where<'a>);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Where<'a> {
    Here(&'a Station, &'static ModuleDescriptor),
    /// In another process, where its type is not known.
    Elsewhere(&'a Arc<Services>, &'a str),
}

impl Found<'_> {
    /// Its address, if it is of type `M`, or in another process.
    ///
    /// # Errors
    ///
    /// [`CallError::WrongType`]
    pub fn module<M: Module>(self) -> Result<Address<M>, CallError> {
        match self.0 {
            Where::Elsewhere(services, name) => {
                Ok(Address::new(Station::away(services, name, ModuleIndex::ELSEWHERE, M::DESCRIPTOR)))
            }
            Where::Here(station, descriptor) if (descriptor.type_id)() == std::any::TypeId::of::<M>() => {
                Ok(Address::new(station.clone()))
            }
            Where::Here(station, descriptor) => Err(CallError::WrongType {
                module: (&*station.tenant().name).into(),
                expected: M::DESCRIPTOR.info.type_name,
                found: descriptor.info.type_name,
            }),
        }
    }
}

/// A typed way to call a module. Made by `#[module]` and named after the module, `LampStub`, or made by `#[interface]` and
/// named after the interface, `DimmerStub`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stub",
    label = "not a stub",
    note = "stubs are named `<Module>Stub` or `<Interface>Stub`: `ctx.stub::<LampStub>(\"hall_lamp\")?`"
)]
pub trait Stub: Clone + Send + Sync + 'static {
    #[doc(hidden)]
    fn bind(found: Found<'_>) -> Result<Self, CallError>;
}
