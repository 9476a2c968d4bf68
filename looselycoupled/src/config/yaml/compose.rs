//! The tree of a text: anchors, merge keys and tags resolved, within limits.

use std::collections::HashMap;

use super::budget::Budget;
use super::events::{Event, Events, Mark, Meaning};
use super::open::{Frame, Misplaced, Open};
use crate::address::quoted;
use crate::config::error::ConfigError;
use crate::config::fault::{Fault, FaultKind, in_section};
use crate::config::node::{Entry, Node, NodeValue};
use crate::config::scalar::{self, Natural, Scalar};
use crate::config::source::{Source, Span};

/// So many faults are told one by one.
const MOST_FAULTS: usize = 100;

/// Makes the tree of a text; null if it has none.
pub(crate) fn compose(source: &Source) -> Result<Node, ConfigError> {
    let mut composer = Composer {
        source,
        budget: Budget::new(source),
        open: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        faults: Vec::new(),
        more: 0,
    };
    for event in Events::new(source) {
        if let Err(fault) = event.and_then(|(event, span)| composer.take(event, span)) {
            composer.faults.push(fault);
            break;
        }
    }
    if composer.more > 0 {
        composer.faults.push(Fault::more(format!("{} more", composer.more), source));
    }
    ConfigError::check(composer.faults)?;
    Ok(composer.root.unwrap_or_else(Node::null))
}

struct Composer<'s> {
    source: &'s Source,
    budget: Budget<'s>,
    /// Lists and maps that have begun and not ended, the innermost last.
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    /// What is wrong, but does not keep the rest from being read.
    faults: Vec<Fault>,
    /// How many faults of that sort are not told one by one.
    more: usize,
}

impl Composer<'_> {
    fn take(&mut self, event: Event, span: Span) -> Result<(), Fault> {
        match event {
            Event::Nothing => Ok(()),
            Event::Scalar { text, plain, mark } => {
                let merge = plain && text == "<<" && matches!(mark.tag, Meaning::None);
                if merge && self.open.last_mut().is_some_and(|open| open.begin_merge(span)) {
                    return Ok(());
                }
                let scalar = self.scalar(text, plain, &mark.tag, span)?;
                self.close(NodeValue::Scalar(scalar), mark, span)
            }
            Event::List(mark) => self.begin(Frame::list(), mark, span),
            Event::Map(mark) => self.begin(Frame::map(), mark, span),
            Event::End => match self.open.pop() {
                Some(open) => {
                    let Open { frame, mark, span } = open;
                    let value = frame.finish(&mut self.budget, span)?;
                    self.close(value, mark, span)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => self.alias(anchor, span),
        }
    }

    fn begin(&mut self, frame: Frame, mark: Mark, span: Span) -> Result<(), Fault> {
        if self.open.last().is_some_and(Open::wants_key) {
            let message = "a key must be a single value";
            return Err(Fault::new(FaultKind::Syntax, message).at(self.source, Some(span)));
        }
        self.budget.enter(self.open.len() + 1, span)?;
        // Errors about a list or map as a whole underline its key, which is more telling than its start.
        let span = self.open.last().and_then(Open::key_span).unwrap_or(span);
        self.open.push(Open { frame, mark, span });
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Fault> {
        let Some(node) = self.anchors.get(&anchor) else {
            let fault = Fault::new(FaultKind::Syntax, "an alias stands inside of what it stands for");
            return Err(fault.at(self.source, Some(span)));
        };
        self.budget.copy(node, self.open.len(), span)?;
        let node = node.clone();
        self.place(node, span)
    }

    fn scalar(&self, text: String, plain: bool, tag: &Meaning, span: Span) -> Result<Scalar, Fault> {
        let scalar = match tag {
            Meaning::Text => return Ok(Scalar::text(text)),
            Meaning::Typed => Scalar::plain(text),
            _ if plain => return Ok(Scalar::plain(text)),
            _ => return Ok(Scalar::text(text)),
        };
        let is_text = scalar.natural() == Natural::Text(scalar.as_str());
        if scalar.plain && (!is_text || scalar::boolean(scalar.as_str()).is_some()) {
            return Ok(scalar);
        }
        let message = format!("{} is not what its tag says", quoted(scalar.as_str()));
        Err(Fault::new(FaultKind::Value, message).at(self.source, Some(span)))
    }

    /// A value is complete: its tag and its anchor take effect.
    fn close(&mut self, value: NodeValue, mark: Mark, span: Span) -> Result<(), Fault> {
        self.budget.count(&value, span)?;
        let mut node = Node { value, span: Some(span) };
        if node.is_null() {
            node.span = self.open.last().and_then(Open::key_span).or(node.span);
        }
        match mark.tag {
            Meaning::Variant(name, tag) => {
                self.budget.enter(self.open.len() + node.depth() + 1, tag)?;
                let entry = Entry { key: name, span: Some(tag), node };
                node = Node { value: NodeValue::Map(vec![entry].into()), span: Some(tag) };
            }
            Meaning::Foreign(name, tag) => {
                let message = format!("the tag {name} has no meaning in a configuration");
                self.note(|this| Fault::new(FaultKind::Syntax, message).at(this.source, Some(tag)));
            }
            Meaning::None | Meaning::Text | Meaning::Typed => {}
        }
        if let Some(anchor) = mark.anchor {
            self.budget.copy(&node, 0, span)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.place(node, span)
    }

    /// Gives a value to the list or map around it.
    fn place(&mut self, node: Node, span: Span) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match open.add(node, span) {
            Ok(()) => Ok(()),
            Err(Misplaced::Again { key, first }) => {
                self.note(|this| this.duplicate(&key, span, first));
                Ok(())
            }
            Err(Misplaced::Broken { message, span }) => {
                Err(Fault::new(FaultKind::Syntax, message).at(self.source, Some(span)))
            }
        }
    }

    /// Keeps what does not keep the rest from being read. To say where costs time, so only what is told is made.
    fn note(&mut self, fault: impl FnOnce(&Self) -> Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault(self));
        } else {
            self.more += 1;
        }
    }

    fn duplicate(&self, key: &str, span: Span, first: Option<Span>) -> Fault {
        let around = self.open.len().saturating_sub(1);
        let section: Vec<String> = self.open.iter().take(around).map(Open::part).collect();
        let section = section.join(".");
        let path = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
        let message = format!("key {} is given twice{}", quoted(key), in_section(&section));
        Fault::new(FaultKind::DuplicateKey, message)
            .at(self.source, Some(span))
            .earlier(self.source, first)
            .key_path(path)
            .label("given again here")
    }
}
