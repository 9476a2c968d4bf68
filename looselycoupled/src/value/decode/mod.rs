//! From values to Rust types.

mod compound;
mod decoder;
mod error;
pub(super) mod exact;
mod found;
mod key;
mod source;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use self::decoder::Decoder;
pub use self::error::{DecodeError, DecodeProblem};
use super::Value;

impl Value {
    /// Turns the value into a Rust type.
    ///
    /// Nothing is rounded or guessed: an integer must fit, a float is no integer even if nothing follows its point, and
    /// text is no number. An integer serves as a float where it is exact as such, a list of small numbers serves as
    /// bytes, and the texts of a map's keys are read as integers, truth values or characters where the type has such
    /// keys.
    ///
    /// # Errors
    ///
    /// The value does not fit the type. The error says [where](DecodeError::path), and what stood in the way:
    /// - [`Mismatch`](DecodeProblem::Mismatch), [`Length`](DecodeProblem::Length): something else was wanted.
    /// - [`OutOfRange`](DecodeProblem::OutOfRange), [`Inexact`](DecodeProblem::Inexact): a number of the wrong size.
    /// - [`MissingField`](DecodeProblem::MissingField), [`UnknownField`](DecodeProblem::UnknownField),
    ///   [`DuplicateField`](DecodeProblem::DuplicateField), [`UnknownVariant`](DecodeProblem::UnknownVariant).
    /// - [`TooDeep`](DecodeProblem::TooDeep): more than 128 levels.
    /// - [`Refused`](DecodeProblem::Refused): the type's own `Deserialize` failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::Value;
    ///
    /// let error = Value::from(300).decode::<u8>().unwrap_err();
    /// assert_eq!(error.to_string(), "300 does not fit into u8");
    /// ```
    #[inline]
    pub fn decode<T: DeserializeOwned>(mut self) -> Result<T, DecodeError> {
        self.decode_out()
    }

    /// Turns a value into a Rust type where it lies. What remains there is of no further use.
    #[inline]
    pub(super) fn decode_out<T: DeserializeOwned>(&mut self) -> Result<T, DecodeError> {
        T::deserialize(Decoder::new(self))
    }

    /// Turns the value into a Rust type, which may borrow its texts and bytes.
    ///
    /// # Errors
    ///
    /// As those of [`decode`](Self::decode).
    #[inline]
    pub fn decode_ref<'de, T: Deserialize<'de>>(&'de self) -> Result<T, DecodeError> {
        T::deserialize(Decoder::new(self))
    }
}

#[cfg(test)]
pub(super) mod tests;
