//! Typed reads: a serde deserializer over the tree that knows where everything stands.

mod error;
mod map;
mod node;
mod report;
mod scalar;
mod variant;

use serde::de::DeserializeOwned;

use self::node::Reader;
use self::report::{Report, Trail};
use super::error::ConfigError;
use super::node::Node;
use super::source::Source;

/// Reads a node that stands under a path, and reports everything that is wrong with it.
pub(crate) fn read<T: DeserializeOwned>(node: &Node, path: &str, source: &Source) -> Result<T, ConfigError> {
    let report = Report::new(source);
    let trail = Trail::Root(path);
    let reader = Reader::new(node, &trail, &report);
    let result = reader.located(T::deserialize(reader));
    report.settle(result)
}
