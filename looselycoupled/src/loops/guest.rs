//! Who is on a named loop beside its modules: stands for all objects that are hosted there, and for callbacks.

use std::fmt;

use crate::envelope::Location;
use crate::event::GuestLabels;
use crate::event_loop::{Resident, Tenant};
use crate::lifecycle::Phase;
use crate::metadata::ModuleIndex;
use crate::module::{
    Application, Context, Found, Hooks, Made, Module, ModuleDescriptor, ModuleInfo, Sequential, Stage, Stub,
};
use crate::reply::CallError;
use crate::sync::Arc;

/// A module without tasks of its own: what is done in its name comes with each message.
#[derive(Debug)]
pub struct Guest;

#[diagnostic::do_not_recommend]
impl Module for Guest {
    type Stub = GuestStub;
    type Mode = Sequential;
    type Tasks = ();
    const TASKS: () = ();
    const DESCRIPTOR: &'static ModuleDescriptor = &ModuleDescriptor::new::<Self>(
        ModuleInfo::bare("Guest", module_path!(), Location { file: file!(), line: line!() }),
        &[],
        &[],
    );
}

#[diagnostic::do_not_recommend]
impl Hooks for Guest {}

/// There is nothing typed about it.
#[derive(Clone)]
pub struct GuestStub;

impl fmt::Debug for GuestStub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestStub")
    }
}

#[diagnostic::do_not_recommend]
impl Stub for GuestStub {
    fn bind(found: Found<'_>) -> Result<Self, CallError> {
        found.module::<Guest>().map(|_| Self)
    }
}

/// The place of the guests on a loop of this name. It acts from outside of every module, from the beginning.
pub(crate) fn guests(name: Arc<str>) -> Tenant {
    let tenant = Tenant::new(name, ModuleIndex::OUTSIDE, &GuestLabels);
    Phase::begin(&tenant);
    tenant
}

/// What sits there; `None` only if the framework itself is broken.
pub(crate) fn settled(application: &Arc<Application>) -> Option<Resident> {
    let context = Context::new(Arc::clone(application), ModuleIndex::OUTSIDE, Stage::NoLongerPassive);
    Made::of(Guest).settle(context).map(|housed| housed.0)
}
