//! Typed reads: a serde deserializer over the tree that knows where everything stands.

mod error;
mod left_out;
mod map;
mod node;
mod report;
mod scalar;
mod variant;

use serde::de::DeserializeOwned;

use self::node::Reader;
use self::report::{Report, Trail};
use super::error::ConfigError;
use super::fault::{Fault, FaultKind};
use super::node::Node;
use super::source::Source;

/// Reads a node that stands under a path, and reports everything that is wrong with it.
pub(crate) fn read<T: DeserializeOwned>(node: &Node, path: &str, source: &Source) -> Result<T, ConfigError> {
    let (value, faults) = read_partly(node, path, source);
    ConfigError::check(faults)?;
    value.ok_or_else(|| Fault::new(FaultKind::Value, "the configuration was refused").into())
}

/// What can be read of a node without what is wrong with it, and everything that is.
pub(crate) fn read_partly<T: DeserializeOwned>(
    node: &Node,
    path: &str,
    source: &Source,
) -> (Option<T>, Vec<Fault>) {
    let report = Report::new(source);
    let trail = Trail::Root(path);
    let reader = Reader::new(node, &trail, &report);
    loop {
        let error = match reader.located(T::deserialize(reader)) {
            Ok(value) => return (Some(value), report.into_faults(path)),
            Err(error) => error,
        };
        if !report.note(error, path) {
            return (None, report.into_faults(path));
        }
    }
}
