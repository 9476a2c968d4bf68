//! Binding the stub of an interface to a module that implements it.

use super::TypedEntry;
use crate::event_loop::Labels;
use crate::metadata::ModuleIndex;
use crate::module::{Address, Found, Interface, InterfaceInfo, ModuleDescriptor, Where};
use crate::reply::{CallError, InterfaceFault};
use crate::router::Station;

impl Labels for InterfaceInfo {
    fn label(&self, handler: u16) -> &'static str {
        self.methods.get(usize::from(handler)).map_or("?", |method| method.name)
    }

    fn type_name(&self) -> &'static str {
        self.name
    }
}

impl Found<'_> {
    /// Its address, if it implements the interface, or is in another process.
    ///
    /// # Errors
    ///
    /// [`CallError::WrongInterface`]
    pub fn interface<I: Interface + ?Sized>(self) -> Result<Address<I>, CallError> {
        match self.0 {
            Where::Elsewhere(services, name) => {
                Ok(Address::new(Station::away(services, name, ModuleIndex::ELSEWHERE, I::INFO)))
            }
            Where::Here(station, descriptor) => match descriptor.implements(I::INFO) {
                Ok(()) => Ok(Address::new(station.clone())),
                Err(fault) => Err(wrong((station, descriptor), fault)),
            },
        }
    }

    /// The way into one of its tasks, if that has the types of the method; `elsewhere` is that into another process.
    ///
    /// # Errors
    ///
    /// [`CallError::WrongInterface`]
    pub fn method<I, A, O>(
        self,
        name: &'static str,
        elsewhere: &'static TypedEntry<A, O>,
    ) -> Result<&'static TypedEntry<A, O>, CallError>
    where
        I: Interface + ?Sized,
        A: 'static,
        O: 'static,
    {
        let Where::Here(station, descriptor) = self.0 else { return Ok(elsewhere) };
        let typed = descriptor.task(name).and_then(|task| task.typed);
        typed.and_then(|typed| typed.downcast_ref()).ok_or_else(|| {
            let fault = InterfaceFault::Types { interface: I::INFO.name, method: name };
            wrong((station, descriptor), fault)
        })
    }
}

#[cold]
fn wrong((station, descriptor): (&Station, &ModuleDescriptor), fault: InterfaceFault) -> CallError {
    CallError::WrongInterface {
        module: (&*station.tenant().name).into(),
        found: descriptor.info.type_name,
        cause: Box::new(fault),
    }
}
