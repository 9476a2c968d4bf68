//! Binding the stub of an interface to a module that implements it.

use super::TypedEntry;
use crate::module::{Address, Found, Interface};
use crate::reply::{CallError, InterfaceFault};

impl Found<'_> {
    /// Its address, if it implements the interface.
    ///
    /// # Errors
    ///
    /// [`CallError::WrongInterface`]
    pub fn interface<I: Interface + ?Sized>(self) -> Result<Address<I>, CallError> {
        match self.descriptor.implements(I::INFO) {
            Ok(()) => Ok(Address::new(self.station.clone())),
            Err(fault) => Err(self.wrong(fault)),
        }
    }

    /// The way into one of its tasks, if that has the types of the method.
    ///
    /// # Errors
    ///
    /// [`CallError::WrongInterface`]
    pub fn method<I, A, O>(self, name: &'static str) -> Result<&'static TypedEntry<A, O>, CallError>
    where
        I: Interface + ?Sized,
        A: 'static,
        O: 'static,
    {
        let typed = self.descriptor.task(name).and_then(|task| task.typed);
        typed
            .and_then(|typed| typed.downcast_ref())
            .ok_or_else(|| self.wrong(InterfaceFault::Types { interface: I::INFO.name, method: name }))
    }

    #[cold]
    fn wrong(self, fault: InterfaceFault) -> CallError {
        CallError::WrongInterface {
            module: (&*self.station.tenant().name).into(),
            found: self.descriptor.info.type_name,
            cause: Box::new(fault),
        }
    }
}
