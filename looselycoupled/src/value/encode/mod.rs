//! From Rust types to values.

mod compound;
mod error;
mod key;

use serde::{Serialize, Serializer};

use self::compound::{ListEncoder, MapEncoder, VariantEncoder};
pub use self::error::{EncodeError, EncodeProblem};
use super::{DEPTH_LIMIT, Value, Writable};

/// Turns anything that serde knows into a value.
///
/// Nothing is rounded. Keys of maps become text if they are integers, truth values or characters; enums look as in
/// JSON: `"Variant"` or `{"Variant": …}`.
///
/// # Errors
///
/// The [problem](EncodeError::problem) is
/// - [`OutOfRange`](EncodeProblem::OutOfRange): an integer needs more than 64 bits.
/// - [`Key`](EncodeProblem::Key): a map has keys that have no text.
/// - [`TooDeep`](EncodeProblem::TooDeep): more than 128 levels.
/// - [`Refused`](EncodeProblem::Refused): the type's own `Serialize` failed.
#[inline]
pub fn encode<T: Writable + ?Sized>(value: &T) -> Result<Value, EncodeError> {
    value.serialize(Encoder { depth: DEPTH_LIMIT - 1, binary: false })
}

/// The name under which a [`Value`] hands its bytes to a serializer, so that [`Encoder`] can tell them from a list.
pub(super) const BYTES: &str = "$looselycoupled::Bytes";

/// Writes one value; `depth` levels may follow below it.
#[derive(Clone, Copy)]
pub(super) struct Encoder {
    depth: u8,
    binary: bool,
}

impl Encoder {
    /// The encoder for what is inside a list or a map.
    fn deeper(self) -> Result<Self, EncodeError> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(EncodeError::new(EncodeProblem::TooDeep)),
        }
    }
}

macro_rules! scalars {
    ($($method:ident($type:ty)),+ $(,)?) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<Value, EncodeError> {
            Ok(Value::from(value))
        }
    )+};
}

impl Serializer for Encoder {
    type Ok = Value;
    type Error = EncodeError;
    type SerializeSeq = ListEncoder;
    type SerializeTuple = ListEncoder;
    type SerializeTupleStruct = ListEncoder;
    type SerializeTupleVariant = VariantEncoder<ListEncoder>;
    type SerializeMap = MapEncoder;
    type SerializeStruct = MapEncoder;
    type SerializeStructVariant = VariantEncoder<MapEncoder>;

    scalars! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32),
        serialize_f64(f64),
    }

    fn serialize_i128(self, number: i128) -> Result<Value, EncodeError> {
        if let Ok(number) = u64::try_from(number) {
            return Ok(Value::Unsigned(number));
        }
        i64::try_from(number).map(Value::Signed).map_err(|_| out_of_range(number.to_string()))
    }

    fn serialize_u128(self, number: u128) -> Result<Value, EncodeError> {
        u64::try_from(number).map(Value::Unsigned).map_err(|_| out_of_range(number.to_string()))
    }

    fn serialize_char(self, character: char) -> Result<Value, EncodeError> {
        Ok(Value::from(String::from(character)))
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<Value, EncodeError> {
        Ok(Value::from(text.to_owned()))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, text: &T) -> Result<Value, EncodeError> {
        Ok(Value::from(text.to_string()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, EncodeError> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    #[inline]
    fn serialize_none(self) -> Result<Value, EncodeError> {
        Ok(Value::Null)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, EncodeError> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result<Value, EncodeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, EncodeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Value, EncodeError> {
        Ok(Value::from(variant))
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value, EncodeError> {
        value.serialize(Self { binary: name == BYTES, ..self })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, EncodeError> {
        let content = compound::field(variant, value, self.deeper()?)?;
        Ok(compound::variant(variant, content))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<ListEncoder, EncodeError> {
        Ok(ListEncoder::new(self.deeper()?, length.unwrap_or(0)))
    }

    fn serialize_tuple(self, length: usize) -> Result<ListEncoder, EncodeError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _name: &'static str, length: usize) -> Result<ListEncoder, EncodeError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<VariantEncoder<ListEncoder>, EncodeError> {
        Ok(VariantEncoder::new(variant, self.deeper()?.serialize_seq(Some(length))?))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<MapEncoder, EncodeError> {
        Ok(MapEncoder::new(self.deeper()?, length.unwrap_or(0)))
    }

    fn serialize_struct(self, _name: &'static str, length: usize) -> Result<MapEncoder, EncodeError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<VariantEncoder<MapEncoder>, EncodeError> {
        Ok(VariantEncoder::new(variant, self.deeper()?.serialize_map(Some(length))?))
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        // Addresses, times and the like come as the text that people write in configurations and `args!`.
        !self.binary
    }
}

#[cold]
fn out_of_range(number: String) -> EncodeError {
    EncodeError::new(EncodeProblem::OutOfRange { number })
}

#[cfg(test)]
mod tests;
