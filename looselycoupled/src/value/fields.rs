//! Arguments on their way into the parameters of a task.

use std::any::type_name;
use std::borrow::Cow;

use super::arguments::Entry;
use super::{ArgumentError, Arguments, DecodeError, Readable, Value};
use crate::address::nearest;

/// The arguments of one call, to be taken out one by one under the names of the task's parameters.
///
/// Built for few arguments in the order of the parameters: that takes a comparison each, and no allocation.
#[derive(Debug)]
pub struct Fields<'a> {
    arguments: &'a mut Arguments,
    /// Where the next argument is if the caller kept the order.
    next: usize,
}

impl<'a> Fields<'a> {
    /// Prepares the arguments for a task with parameters of these names.
    ///
    /// # Errors
    ///
    /// - [`ArgumentError::Unknown`]: there is no such parameter.
    /// - [`ArgumentError::Duplicate`], [`ArgumentError::Unencodable`]: as the arguments were gathered.
    #[inline]
    pub fn new(arguments: &'a mut Arguments, names: &'static [&'static str]) -> Result<Self, ArgumentError> {
        match check(arguments, names) {
            Ok(()) => Ok(Self { arguments, next: 0 }),
            Err(error) => Err(error),
        }
    }

    /// Takes out an argument that must be there.
    ///
    /// # Errors
    ///
    /// - [`ArgumentError::Missing`]: it is not there.
    /// - [`ArgumentError::Invalid`]: it does not fit the type.
    #[inline]
    pub fn take<T: Readable>(&mut self, name: &'static str) -> Result<T, ArgumentError> {
        match self.find(name) {
            Some(value) => decode(name, value),
            None => Err(missing(name, type_name::<T>())),
        }
    }

    /// Takes out an argument, or makes one if it is not there.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::Invalid`]: it is there, but does not fit the type.
    #[inline]
    pub fn take_or<T: Readable>(
        &mut self,
        name: &'static str,
        default: impl FnOnce() -> T,
    ) -> Result<T, ArgumentError> {
        match self.find(name) {
            Some(value) => decode(name, value),
            None => Ok(default()),
        }
    }

    #[inline]
    fn find(&mut self, name: &str) -> Option<&mut Value> {
        let is_wanted = |(other, _): &Entry| other == name;
        let entries = self.arguments.entries_mut();
        let index = match entries.get(self.next) {
            Some(entry) if is_wanted(entry) => self.next,
            _ => entries.iter().position(is_wanted)?,
        };
        self.next = index + 1;
        entries.get_mut(index).map(|(_, value)| value)
    }
}

/// Whether every argument has a parameter.
#[inline]
fn check(arguments: &Arguments, names: &'static [&'static str]) -> Result<(), ArgumentError> {
    if let Some(error) = arguments.error() {
        return Err(error.clone());
    }
    for (index, name) in arguments.names().enumerate() {
        let in_order = names.get(index).is_some_and(|known| name == *known);
        if !in_order && !names.contains(&name) {
            return Err(unknown(name, names));
        }
    }
    Ok(())
}

#[inline]
fn decode<T: Readable>(name: &'static str, value: &mut Value) -> Result<T, ArgumentError> {
    value.decode_out().map_err(|cause| invalid(name, type_name::<T>(), cause))
}

#[cold]
fn unknown(name: &str, known: &'static [&'static str]) -> ArgumentError {
    let suggestion = nearest(name, known.iter().copied());
    ArgumentError::Unknown { name: Cow::Owned(name.to_owned()), suggestion, known }
}

#[cold]
fn missing(name: &'static str, type_name: &'static str) -> ArgumentError {
    ArgumentError::Missing { name, type_name }
}

#[cold]
fn invalid(name: &'static str, type_name: &'static str, cause: DecodeError) -> ArgumentError {
    ArgumentError::Invalid { name, type_name, cause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    const NAMES: &[&str] = &["level", "lamp", "delay"];

    fn fields(arguments: &mut Arguments) -> Fields<'_> {
        Fields::new(arguments, NAMES).unwrap()
    }

    #[test]
    fn arguments_arrive_in_any_order() {
        for mut arguments in
            [args! { level: 40, lamp: "hall", delay: 1.5 }, args! { delay: 1.5, lamp: "hall", level: 40 }]
        {
            let mut fields = fields(&mut arguments);
            assert_eq!(fields.take::<u8>("level"), Ok(40));
            assert_eq!(fields.take::<String>("lamp"), Ok("hall".to_owned()));
            assert_eq!(fields.take::<f64>("delay"), Ok(1.5));
        }
    }

    #[test]
    fn a_default_stands_in_for_what_is_not_there() {
        let mut arguments = args! { lamp: Some("hall") };
        let mut fields = fields(&mut arguments);
        assert_eq!(fields.take_or("level", || 7_u8), Ok(7));
        assert_eq!(fields.take_or::<Option<String>>("lamp", || None), Ok(Some("hall".to_owned())));
        assert_eq!(fields.take_or::<Option<u8>>("delay", || None), Ok(None));
    }

    #[test]
    fn an_unknown_argument_is_refused_with_a_near_miss_or_all_names() {
        let refused =
            |mut arguments: Arguments, names| Fields::new(&mut arguments, names).unwrap_err().to_string();
        assert_eq!(refused(args! { levle: 1 }, NAMES), "unknown argument `levle`; did you mean `level`?");
        assert_eq!(
            refused(args! { colour: 1 }, NAMES),
            "unknown argument `colour`; known are `level`, `lamp`, `delay`"
        );
        assert_eq!(refused(args! { colour: 1 }, &[]), "unknown argument `colour`; there are none");
    }

    #[test]
    fn a_missing_argument_is_named_with_its_type() {
        let error = fields(&mut args! {}).take::<Option<Vec<String>>>("level").unwrap_err();
        assert_eq!(error.to_string(), "missing argument `level` of type `Option<Vec<String>>`");
    }

    #[test]
    fn an_argument_that_does_not_fit_says_why_and_where() {
        let error = fields(&mut args! { level: 300 }).take::<u8>("level").unwrap_err();
        assert_eq!(error.to_string(), "invalid argument `level`: 300 does not fit into u8");
        let error = fields(&mut args! { level: [1, 300] }).take::<Vec<u8>>("level").unwrap_err();
        assert_eq!(error.to_string(), "invalid argument `level`: 300 does not fit into u8 at `[1]`");
        assert!(matches!(error, ArgumentError::Invalid { type_name: "alloc::vec::Vec<u8>", .. }));
    }

    #[test]
    fn what_went_wrong_while_gathering_is_said_here() {
        let error = Fields::new(&mut args! { level: 1, level: 2 }, NAMES).unwrap_err();
        assert_eq!(error.to_string(), "argument `level` is given twice");
        let error = Fields::new(&mut args! { level: u128::MAX, colour: 2 }, NAMES).unwrap_err();
        assert!(error.to_string().starts_with("argument `level` cannot be serialised: "), "{error}");
    }
}
