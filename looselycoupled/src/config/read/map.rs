//! Lists, maps and structs, item by item.

use std::slice;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::error::{Problem, ReadError, Spot};
use super::node::Reader;
use super::report::{Report, Trail};
use super::scalar::ScalarReader;
use crate::config::node::{Entry, Node};

/// The items of a list.
#[derive(Debug)]
pub(crate) struct Items<'de, 't> {
    items: slice::Iter<'de, Node>,
    index: usize,
    order: Order,
    trail: &'t Trail<'t>,
    report: &'t Report<'t>,
}

/// What the places of the items mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Nothing: without one of them it is a shorter list.
    Any,
    /// Each has its own type: without one of them there is no tuple.
    Fixed,
}

impl<'de, 't> Items<'de, 't> {
    pub(crate) fn new(
        items: &'de [Node],
        order: Order,
        trail: &'t Trail<'t>,
        report: &'t Report<'t>,
    ) -> Self {
        Self { items: items.iter(), index: 0, order, trail, report }
    }

    pub(crate) fn left(&self) -> usize {
        self.items.len()
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'de, '_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        loop {
            let Some(node) = self.items.next() else { return Ok(None) };
            let trail = Trail::Index(self.trail, self.index);
            self.index += 1;
            if !self.report.leaves_out(&trail) {
                let item = Reader::new(node, &trail, self.report);
                return item.located(seed.deserialize(item)).map(Some);
            }
            if self.order == Order::Fixed {
                return Err(ReadError::unfit("a whole tuple", "one with a wrong value"));
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The keys of a map, or of a struct, which knows them beforehand.
#[derive(Debug)]
pub(crate) struct Fields<'de, 't> {
    map: Reader<'de, 't>,
    entries: slice::Iter<'de, Entry>,
    current: Option<&'de Entry>,
    known: Option<&'static [&'static str]>,
}

impl<'de, 't> Fields<'de, 't> {
    pub(crate) fn new(map: Reader<'de, 't>, known: Option<&'static [&'static str]>) -> Self {
        Self { map, entries: map.node.entries().iter(), current: None, known }
    }

    /// The keys that the struct knows, if the entry is none of them.
    fn unknown(&self, entry: &Entry) -> Option<&'static [&'static str]> {
        self.known.filter(|known| !known.contains(&entry.key.as_str()))
    }

    /// The struct gives up at its first error, so the keys behind that are looked at here.
    fn gave_up(&self, error: ReadError) -> ReadError {
        for entry in self.entries.clone() {
            if let Some(known) = self.unknown(entry) {
                self.map.report.unknown(self.map.trail, entry, known);
            }
        }
        error
    }

    fn refused(&self, entry: &Entry, error: ReadError) -> ReadError {
        if let Some(known) = self.unknown(entry) {
            self.map.report.unknown(self.map.trail, entry, known);
        }
        let about_the_map = matches!(error.problem(), Problem::UnknownKey { .. } | Problem::Repeated(_));
        let path = || match about_the_map {
            true => self.map.trail.path(),
            false => Trail::Key(self.map.trail, &entry.key).path(),
        };
        self.gave_up(error.or_at(|| Spot { path: path(), span: entry.span, is_key: !about_the_map }))
    }
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Reader { trail, report, .. } = self.map;
        self.current = self.entries.find(|entry| !report.leaves_out(&Trail::Key(trail, &entry.key)));
        let Some(entry) = self.current else { return Ok(None) };
        let key = seed.deserialize(ScalarReader::key(&entry.key));
        key.map(Some).map_err(|error| self.refused(entry, error))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let entry = self.current.take().ok_or_else(ReadError::out_of_turn)?;
        let trail = Trail::Key(self.map.trail, &entry.key);
        let mut value = Reader::new(&entry.node, &trail, self.map.report);
        if let Some(known) = self.unknown(entry) {
            value = value.under_unknown_key(self.map.trail, entry, known);
        }
        value.located(seed.deserialize(value)).map_err(|error| self.gave_up(error))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}
