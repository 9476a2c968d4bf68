//! The events that `emit!` sends.

use std::marker::PhantomData;

use super::table::InstanceAt;
use crate::event::Trigger;
use crate::module::{Filling, Handle, Module, Slots};
use crate::value::{Arguments, Writable};

/// An event that a module lists in `emits(…)`, or hears by its type, with the types of its fields.
///
/// They are a parameter, not an associated type, since those may be less visible than the module.
#[diagnostic::on_unimplemented(
    message = "the fields of this event cannot be given by name",
    label = "has more than 12 fields",
    note = "send it by `ctx.trigger(…)`, or by `ctx.trigger_event(…)`"
)]
pub trait Announces<const I: usize, F: Slots>: Module {
    /// A struct with a field for each of its fields.
    type Fields;
    /// The names of its fields, for the compiler.
    const FIELDS: Self::Fields;
    /// Sends it.
    fn announce(handle: &Handle, fields: F) -> Trigger;
}

/// A struct of events with the types of its fields.
#[diagnostic::on_unimplemented(
    message = "the fields of `{Self}` cannot be given by name",
    label = "has more than 12 fields, or one with a `#[cfg]`",
    note = "send it by `ctx.trigger(…)`"
)]
// `Event` is no part of its head: a type that lacks something for that would be told twice.
pub trait EventFields<F: Slots> {
    /// A struct with a field for each of its fields.
    type Fields;
    /// The names of its fields, for the compiler.
    const FIELDS: Self::Fields;
    /// Puts it together and sends it.
    fn send(handle: &Handle, fields: F) -> Trigger;
}

/// The event number `I` of module `M`, the types of whose fields are inferred.
#[derive(Debug)]
pub struct Announced<M, F, const I: usize>(PhantomData<fn() -> (M, F)>);

/// The event number `I` of the instance in place `P` of what `app!` names as `A`. Finds the types of its fields.
#[must_use]
pub const fn announced<A, F, const P: usize, const I: usize>() -> Announced<A::Module, F, I>
where
    A: InstanceAt<P, Module: Announces<I, F>>,
    F: Slots,
{
    Announced(PhantomData)
}

impl<M: Announces<I, F>, F: Slots, const I: usize> Announced<M, F, I> {
    /// The names of its fields, and nothing in any of these.
    #[must_use]
    pub fn begin(&self) -> (M::Fields, Filling<F>) {
        (M::FIELDS, Filling::begin())
    }
}

impl Handle {
    /// What `emit!` makes.
    #[doc(hidden)]
    pub fn emit_checked<M: Announces<I, F>, F: Slots, const I: usize>(
        &self,
        _event: &Announced<M, F, I>,
        given: Filling<F>,
    ) -> Trigger {
        M::announce(self, F::close(given.0))
    }
}

/// Sends an event by name with the values of its fields.
pub fn announce_by_name<M: Module, F: NamedFields>(handle: &Handle, index: usize, fields: F) -> Trigger {
    let emits = M::DESCRIPTOR.info.emits;
    // The macro counts what it lists; if it were wrong, an event without a name would be refused.
    let Some(emission) = emits.get(index) else { return handle.trigger_event("", Arguments::new()) };
    let mut arguments = Arguments::new();
    fields.put_into(&mut arguments, &mut emission.fields.iter().map(|field| field.name));
    handle.trigger_event(emission.name, arguments)
}

/// Values that become named arguments.
pub trait NamedFields: Slots {
    /// Adds each with the next name.
    fn put_into(self, arguments: &mut Arguments, names: &mut dyn Iterator<Item = &'static str>);
}

macro_rules! named_fields {
    ($($name:ident)*) => {
        impl<$($name: Writable),*> NamedFields for ($($name,)*) {
            #[allow(non_snake_case, unused_variables, reason = "the names of the types serve for their values")]
            fn put_into(self, arguments: &mut Arguments, names: &mut dyn Iterator<Item = &'static str>) {
                let ($($name,)*) = self;
                $( put(arguments, names, &$name); )*
            }
        }
    };
}

fn put<T: Writable>(arguments: &mut Arguments, names: &mut dyn Iterator<Item = &'static str>, value: &T) {
    if let Some(name) = names.next() {
        arguments.put(name.into(), value);
    }
}

named_fields!();
named_fields!(A);
named_fields!(A B);
named_fields!(A B C);
named_fields!(A B C D);
named_fields!(A B C D E);
named_fields!(A B C D E F);
named_fields!(A B C D E F G);
named_fields!(A B C D E F G H);
named_fields!(A B C D E F G H I);
named_fields!(A B C D E F G H I J);
named_fields!(A B C D E F G H I J K);
named_fields!(A B C D E F G H I J K L);
