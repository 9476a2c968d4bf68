//! Lines by number and by name.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use super::OutputState;
use crate::prelude::*;

/// A line of a chip: its offset, or a name.
///
/// In tasks the name is the one that the configuration gives it, in the configuration the one that the kernel knows. It is read from a
/// number or from a text; digits are an offset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// The number of the line on its chip; on a Raspberry Pi that is the BCM number.
    Offset(u32),
    /// A name.
    Name(String),
}

impl From<u32> for Line {
    fn from(offset: u32) -> Self {
        Self::Offset(offset)
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Offset)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(offset) => write!(f, "{offset}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Offset(offset) => serializer.serialize_u32(*offset),
            Self::Name(name) => serializer.serialize_str(name),
        }
    }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LineVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Line {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Line".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["integer", "string"], "minimum": 0 })
    }
}

struct LineVisitor;

impl Visitor<'_> for LineVisitor {
    type Value = Line;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the offset or the name of a line")
    }

    fn visit_u64<E: de::Error>(self, offset: u64) -> Result<Line, E> {
        let unexpected = de::Unexpected::Unsigned(offset);
        u32::try_from(offset).map(Line::Offset).map_err(|_| E::invalid_value(unexpected, &self))
    }

    fn visit_i64<E: de::Error>(self, offset: i64) -> Result<Line, E> {
        let unexpected = de::Unexpected::Signed(offset);
        u32::try_from(offset).map(Line::Offset).map_err(|_| E::invalid_value(unexpected, &self))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Line, E> {
        Ok(Line::from(name))
    }
}

/// Which way a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It is read.
    Input,
    /// It is set.
    Output,
}

/// A line with what it does at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[non_exhaustive]
pub struct LineInfo {
    /// Its offset on the chip.
    pub line: u32,
    /// The name that the configuration gives it.
    pub name: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Whether it is active.
    pub active: bool,
    /// What an output was told to do.
    pub state: Option<OutputState>,
}
