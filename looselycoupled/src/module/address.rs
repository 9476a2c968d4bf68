//! A module that has been found, with its type.

use std::fmt;
use std::marker::PhantomData;

use super::Module;
use crate::router::Station;

/// Where a module of type `M` is; resolved once, used by its stub.
pub struct Address<M> {
    pub(crate) station: Station,
    of_type: PhantomData<fn() -> M>,
}

impl<M> Address<M> {
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

impl<M> Clone for Address<M> {
    #[inline]
    fn clone(&self) -> Self {
        Self::new(self.station.clone())
    }
}

impl<M> fmt::Debug for Address<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.name())
    }
}

/// A typed way to call a module. Made by `#[module]`, named after the module: `LampStub`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stub",
    label = "not a stub",
    note = "stubs are named `<Module>Stub`: `ctx.stub::<LampStub>(\"hall_lamp\")?`"
)]
pub trait Stub: Clone + Send + Sync + 'static {
    /// The module's type.
    type Module: Module;
    #[doc(hidden)]
    fn bind(address: Address<Self::Module>) -> Self;
}
