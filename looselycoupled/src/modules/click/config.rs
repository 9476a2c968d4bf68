//! The section of a click handler.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};

use crate::config::duration;
use crate::prelude::*;

/// A line by its name or its number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct LineName(String);

impl LineName {
    pub(super) fn is(&self, line: u32, name: Option<&str>) -> bool {
        name == Some(&self.0) || self.0.parse() == Ok(line)
    }
}

impl From<&str> for LineName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl From<u32> for LineName {
    fn from(line: u32) -> Self {
        Self(line.to_string())
    }
}

impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for LineName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LineNameVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for LineName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LineName".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["integer", "string"], "minimum": 0 })
    }
}

struct LineNameVisitor;

impl Visitor<'_> for LineNameVisitor {
    type Value = LineName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name or the number of a line")
    }

    fn visit_u64<E: de::Error>(self, line: u64) -> Result<LineName, E> {
        Ok(LineName(line.to_string()))
    }

    fn visit_i64<E: de::Error>(self, line: i64) -> Result<LineName, E> {
        u64::try_from(line)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(line), &self))
            .and_then(|line| self.visit_u64(line))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<LineName, E> {
        Ok(LineName::from(name))
    }
}

/// The section of a [`Click`](super::Click).
///
/// ```yaml
/// click:
///   inverted: [22, door]      # lines that are inactive while the button is pushed
///   short: 1s                 # the longest short push
///   double_click: 500ms       # the longest pause between two pushes that belong together
///   hold: 2s                  # after that, a button that is still pushed is told of; not at all if it is left out
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(crate::schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ClickConfig {
    /// Lines that are inactive while their button is pushed; none by default.
    pub inverted: Vec<LineName>,
    /// The longest short push; by default 1 s.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub short: Duration,
    /// The longest pause between the two pushes of a double click; by default 500 ms.
    #[serde(with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub double_click: Duration,
    /// When a button that is still pushed is told of; longer than `short`.
    #[serde(with = "duration::optional")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub hold: Option<Duration>,
}

impl Default for ClickConfig {
    fn default() -> Self {
        Self {
            inverted: Vec::new(),
            short: Duration::from_secs(1),
            double_click: Duration::from_millis(500),
            hold: None,
        }
    }
}
