//! Limits that keep a small file from becoming a huge tree.

use crate::config::fault::{Fault, FaultKind};
use crate::config::node::{MAX_DEPTH, Node, NodeValue};
use crate::config::source::{Source, Span};

/// Values a tree may have, those that aliases and merge keys copy included.
const MAX_VALUES: usize = 200_000;
/// Bytes of text a tree may have, likewise.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// What a tree may still grow by.
pub(crate) struct Budget<'s> {
    source: &'s Source,
    values: usize,
    bytes: usize,
}

impl<'s> Budget<'s> {
    pub(crate) const fn new(source: &'s Source) -> Self {
        Self { source, values: MAX_VALUES, bytes: MAX_BYTES }
    }

    /// A list or map begins at a depth.
    pub(crate) fn enter(&self, depth: usize, span: Span) -> Result<(), Fault> {
        if depth <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("more than {MAX_DEPTH} levels are too many");
        Err(Fault::new(FaultKind::Limit, message).at(self.source, Some(span)))
    }

    /// One more value; what it holds has been counted before.
    pub(crate) fn count(&mut self, value: &NodeValue, span: Span) -> Result<(), Fault> {
        let bytes = match value {
            NodeValue::Scalar(scalar) => scalar.as_str().len(),
            NodeValue::List(_) => 0,
            NodeValue::Map(entries) => entries.iter().map(|entry| entry.key.len()).sum(),
        };
        self.spend(1, bytes, span)
    }

    /// A tree stands once more, below a depth.
    pub(crate) fn copy(&mut self, node: &Node, depth: usize, span: Span) -> Result<(), Fault> {
        self.enter(depth + node.depth(), span)?;
        let (values, bytes) = size(node);
        self.spend(values, bytes, span)
    }

    fn spend(&mut self, values: usize, bytes: usize, span: Span) -> Result<(), Fault> {
        let left = self.values.checked_sub(values).zip(self.bytes.checked_sub(bytes));
        let Some((values, bytes)) = left else {
            let message = format!("more than {MAX_VALUES} values or {MAX_BYTES} bytes are too many");
            let fault = Fault::new(FaultKind::Limit, message).at(self.source, Some(span));
            return Err(fault.label("aliases count as what they stand for"));
        };
        (self.values, self.bytes) = (values, bytes);
        Ok(())
    }
}

/// Values and bytes of text.
fn size(node: &Node) -> (usize, usize) {
    let add = |(values, bytes): (usize, usize), node: &Node| {
        let (more_values, more_bytes) = size(node);
        (values + more_values, bytes + more_bytes)
    };
    match &node.value {
        NodeValue::Scalar(scalar) => (1, scalar.as_str().len()),
        NodeValue::List(items) => items.iter().fold((1, 0), add),
        NodeValue::Map(entries) => {
            let keys = entries.iter().map(|entry| entry.key.len()).sum();
            entries.iter().map(|entry| &entry.node).fold((1, keys), add)
        }
    }
}
