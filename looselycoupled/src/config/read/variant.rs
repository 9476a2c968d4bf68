//! Enums written as `{variant: value}` or with a tag, `!variant value`, which the tree holds in the same
//! shape.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::error::{ReadError, Spot};
use super::node::Reader;
use super::report::{Report, Trail};
use crate::config::node::Entry;

/// A map of one as an enum: the key is the variant.
#[derive(Debug)]
pub(crate) struct Variant<'de, 't> {
    trail: &'t Trail<'t>,
    report: &'t Report<'t>,
    entry: &'de Entry,
}

impl<'de, 't> Variant<'de, 't> {
    pub(crate) const fn new(map: Reader<'de, 't>, entry: &'de Entry) -> Self {
        Self { trail: map.trail, report: map.report, entry }
    }

    /// Reads what stands under the key.
    fn content<T>(&self, read: impl FnOnce(Reader<'de, '_>) -> Result<T, ReadError>) -> Result<T, ReadError> {
        let trail = Trail::Key(self.trail, &self.entry.key);
        let content = Reader::new(&self.entry.node, &trail, self.report);
        content.located(read(content))
    }
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), ReadError> {
        let name = seed.deserialize(BorrowedStrDeserializer::new(&self.entry.key));
        let spot = || Spot { path: self.trail.path(), span: self.entry.span, is_key: false };
        let name = name.map_err(|error: ReadError| error.or_at(spot))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        self.content(|content| serde::Deserialize::deserialize(content))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ReadError> {
        self.content(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.content(|content| content.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.content(|content| content.fields(Some(known), visitor))
    }
}
