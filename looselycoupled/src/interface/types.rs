//! Comparing the types of a task with those of an interface.
//!
//! The macro of the module does not know which of its tasks belong to the interface. So it asks for each: an index, found by
//! name, leads to the type that is wanted; where there is none, anything goes.

use std::marker::PhantomData;

use crate::address::constant::same;
use crate::module::{InterfaceInfo, MethodInfo};

/// The place of a method's value, behind all parameters.
pub const RESULT: usize = usize::MAX - 1;

/// No place of the interface.
const NOWHERE: usize = usize::MAX;

/// One type of an interface: of parameter number `PLACE` of method number `METHOD`, or of its value. Implemented by
/// `#[interface]` for the trait as a type.
pub trait TypeAt<const METHOD: usize, const PLACE: usize> {
    /// The type.
    type Type;
}

/// What the interface declares.
#[diagnostic::on_unimplemented(
    message = "the interface declares `{Wanted}` here, not `{Self}`",
    label = "should be `{Wanted}`"
)]
pub trait Agrees<Wanted> {}

impl<T> Agrees<T> for T {}

/// Asks about one type of an interface.
#[derive(Debug)]
pub struct TypeProbe<I: ?Sized, const METHOD: usize, const PLACE: usize>(PhantomData<fn(&I)>);

impl<I: ?Sized + TypeAt<METHOD, PLACE>, const METHOD: usize, const PLACE: usize> TypeProbe<I, METHOD, PLACE> {
    /// Compiles if it is `T`.
    pub const fn is<T: Agrees<I::Type>>() {}
}

/// The answer where the interface has no such place.
pub trait Elsewhere {
    /// Compiles.
    fn is<T>() {}
}

impl<I: ?Sized, const METHOD: usize> Elsewhere for TypeProbe<I, METHOD, NOWHERE> {}

/// The number of the method that a task belongs to.
#[must_use]
pub const fn method_number(interface: &InterfaceInfo, task: &str) -> usize {
    let mut number = 0;
    while number < interface.methods.len() {
        if same(interface.methods[number].name, task) {
            return number;
        }
        number += 1;
    }
    NOWHERE
}

/// The place of a task's parameter in its method; nowhere unless the names agree, since then something else is wrong.
#[must_use]
pub const fn parameter_place(
    interface: &InterfaceInfo,
    task: &str,
    parameters: &[&str],
    place: usize,
) -> usize {
    match interface.method(task) {
        Some(MethodInfo { parameters: declared, .. })
            if declared.len() == parameters.len() && same(declared[place].name, parameters[place]) =>
        {
            place
        }
        _ => NOWHERE,
    }
}

/// The place of a task's value in its method.
#[must_use]
pub const fn value_place(interface: &InterfaceInfo, task: &str) -> usize {
    if interface.method(task).is_some() { RESULT } else { NOWHERE }
}
