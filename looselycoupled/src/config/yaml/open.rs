//! Lists and maps while they are read: keys, duplicates, merges.

use std::collections::HashMap;

use super::budget::Budget;
use super::events::Mark;
use crate::config::fault::Fault;
use crate::config::node::{Entry, Node, NodeValue};
use crate::config::source::Span;

/// A list or map that has begun.
pub(crate) struct Open {
    pub(crate) frame: Frame,
    pub(crate) mark: Mark,
    pub(crate) span: Span,
}

/// What has been read of it.
pub(crate) enum Frame {
    List(Vec<Node>),
    Map(OpenMap),
}

/// The keys and values of a map so far.
#[derive(Default)]
pub(crate) struct OpenMap {
    entries: Vec<Entry>,
    /// Where in `entries` a key stands.
    index: HashMap<String, usize>,
    /// Maps that fill in what the entries do not say, in the order of precedence.
    merged: Vec<Node>,
    next: Next,
}

/// What comes next in a map.
#[derive(Default)]
enum Next {
    #[default]
    Key,
    Value(String, Span),
    /// The value of a key that is there already.
    Again,
    Merged(Span),
}

/// Why a map does not take a value.
pub(crate) enum Misplaced {
    /// The key is there already; the rest can be read on.
    Again { key: String, first: Option<Span> },
    /// Nothing that a map can hold.
    Broken { message: String, span: Span },
}

impl Frame {
    pub(crate) const fn list() -> Self {
        Self::List(Vec::new())
    }

    pub(crate) fn map() -> Self {
        Self::Map(OpenMap::default())
    }

    /// The complete value.
    pub(crate) fn finish(self, budget: &mut Budget<'_>, span: Span) -> Result<NodeValue, Fault> {
        let mut map = match self {
            Self::List(items) => return Ok(NodeValue::List(items)),
            Self::Map(map) => map,
        };
        for entry in map.merged.iter().flat_map(Node::entries) {
            if !map.index.contains_key(&entry.key) {
                budget.copy(&entry.node, 0, span)?;
                map.index.insert(entry.key.clone(), map.entries.len());
                map.entries.push(entry.clone());
            }
        }
        Ok(NodeValue::Map(map.entries.into()))
    }
}

impl Open {
    /// Whether the next value is a key.
    pub(crate) fn wants_key(&self) -> bool {
        matches!(&self.frame, Frame::Map(OpenMap { next: Next::Key, .. }))
    }

    /// The key whose value comes next.
    pub(crate) fn key_span(&self) -> Option<Span> {
        match &self.frame {
            Frame::Map(OpenMap { next: Next::Value(_, span) | Next::Merged(span), .. }) => Some(*span),
            _ => None,
        }
    }

    /// Takes `<<` if a key comes next.
    pub(crate) fn begin_merge(&mut self, span: Span) -> bool {
        let wanted = self.wants_key();
        if let Frame::Map(map) = &mut self.frame
            && wanted
        {
            map.next = Next::Merged(span);
        }
        wanted
    }

    /// What comes next as a part of a path.
    pub(crate) fn part(&self) -> String {
        match &self.frame {
            Frame::List(items) => items.len().to_string(),
            Frame::Map(OpenMap { next: Next::Value(key, _), .. }) => key.clone(),
            Frame::Map(_) => "<<".to_owned(),
        }
    }

    /// Takes the next value, which may be a key.
    pub(crate) fn add(&mut self, node: Node, span: Span) -> Result<(), Misplaced> {
        let map = match &mut self.frame {
            Frame::List(items) => {
                items.push(node);
                return Ok(());
            }
            Frame::Map(map) => map,
        };
        match std::mem::take(&mut map.next) {
            Next::Key => map.begin(&node, span),
            Next::Value(key, span) => {
                map.index.insert(key.clone(), map.entries.len());
                map.entries.push(Entry { key, span: Some(span), node });
                Ok(())
            }
            Next::Again => Ok(()),
            Next::Merged(span) => map.merge(node).map_err(|shape| Misplaced::Broken {
                message: format!("`<<` takes a map or a list of maps, not {shape}"),
                span,
            }),
        }
    }
}

impl OpenMap {
    fn begin(&mut self, node: &Node, span: Span) -> Result<(), Misplaced> {
        let message = match &node.value {
            NodeValue::Scalar(scalar) if !scalar.is_null() => {
                let key = scalar.as_str().to_owned();
                if let Some(first) = self.index.get(&key).and_then(|index| self.entries.get(*index)) {
                    self.next = Next::Again;
                    return Err(Misplaced::Again { key, first: first.span });
                }
                self.next = Next::Value(key, span);
                return Ok(());
            }
            NodeValue::Scalar(_) => "a key is missing",
            NodeValue::List(_) | NodeValue::Map(_) => "a key must be a single value",
        };
        Err(Misplaced::Broken { message: message.to_owned(), span })
    }

    fn merge(&mut self, node: Node) -> Result<(), &'static str> {
        match node.value {
            NodeValue::Map(_) => self.merged.push(node),
            NodeValue::List(items) => {
                for item in items {
                    match item.value {
                        NodeValue::Map(_) => self.merged.push(item),
                        _ => return Err(item.shape()),
                    }
                }
            }
            NodeValue::Scalar(_) if node.is_null() => {}
            NodeValue::Scalar(_) => return Err(node.shape()),
        }
        Ok(())
    }
}
