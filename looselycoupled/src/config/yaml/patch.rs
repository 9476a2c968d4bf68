//! A changed tree written into the text it came from, so that comments and layout stay.
//!
//! Only what changed is written anew: a single value in its line, anything else with its key. The result is a
//! proposal, which the caller reads again and drops if it says something else than the tree, as happens when
//! an anchor is overwritten that is used elsewhere.

use super::compose::compose;
use super::write;
use crate::config::node::{Entry, Node, NodeValue};
use crate::config::source::{Source, Span};

/// The text of a source with the changes that lead to a tree; `None` where that cannot be done line by line.
pub(crate) fn patch(source: &Source, new: &Node) -> Option<String> {
    let windows = source.text().contains("\r\n");
    let text = source.text().replace("\r\n", "\n");
    if text.contains('\r') {
        return None;
    }
    let old = compose(source).ok()?;
    let text = Text(text.split_inclusive('\n').collect());
    let patched = text.map(old.entries(), new.entries(), 0..text.0.len())?;
    Some(if windows { patched.replace('\n', "\r\n") } else { patched })
}

/// The lines of a text, each with its end.
struct Text<'t>(Vec<&'t str>);

type Lines = std::ops::Range<usize>;

impl Text<'_> {
    fn copy(&self, lines: Lines) -> String {
        self.0.get(lines).map(<[&str]>::concat).unwrap_or_default()
    }

    /// A map whose keys stand below each other, with its lines.
    fn map(&self, old: &[Entry], new: &[Entry], lines: Lines) -> Option<String> {
        let column = self.column(old, &lines)?;
        // A map without keys has no lines to stand on.
        let first = new.first().and(old.first())?;
        let mut out = self.copy(lines.start..line(first)?);
        for (index, before) in old.iter().enumerate() {
            let end = old.get(index + 1).map_or(Some(lines.end), line)?;
            let lines = line(before)?..end;
            let content = lines.start..self.tail(&lines, column);
            let tail = content.end..lines.end;
            out += &match new.iter().find(|after| after.key == before.key) {
                Some(after) if after == before => self.copy(content),
                Some(after) => self.entry(before, after, &content, column),
                None => String::new(),
            };
            if end == lines.end && index + 1 == old.len() {
                let added = new.iter().filter(|after| old.iter().all(|before| before.key != after.key));
                for entry in added {
                    if !out.ends_with('\n') {
                        out.push('\n');
                    }
                    out += &write::map(std::slice::from_ref(entry), column);
                }
            }
            out += &self.copy(tail);
        }
        Some(out)
    }

    /// The column of the keys, if each begins a line of its own and all stand in the same one.
    fn column(&self, entries: &[Entry], lines: &Lines) -> Option<usize> {
        let column = entries.first()?.span?.column.checked_sub(1)?;
        let mut next = lines.start;
        for entry in entries {
            let number = line(entry)?;
            let text = self.0.get(number).filter(|_| number >= next && number < lines.end)?;
            let indented = text.chars().take_while(|c| *c == ' ').count();
            if indented != column || entry.span?.column != column + 1 {
                return None;
            }
            next = number + 1;
        }
        Some(column)
    }

    /// Where the blank lines and comments begin that rather belong to what follows.
    fn tail(&self, lines: &Lines, column: usize) -> usize {
        let belongs = |text: &&str| text.trim().is_empty() || is_comment(text) && !is_deeper(text, column);
        let content = self.0.get(lines.start + 1..lines.end).unwrap_or_default();
        lines.end - content.iter().rev().take_while(|text| belongs(text)).count()
    }

    /// An entry that changed.
    fn entry(&self, before: &Entry, after: &Entry, lines: &Lines, column: usize) -> String {
        let patched = match (&before.node.value, &after.node.value) {
            (NodeValue::Map(old), NodeValue::Map(new)) => {
                let below = |entry: &Entry| line(entry).is_some_and(|number| number > lines.start);
                if old.iter().all(below) { self.map(old, new, lines.clone()) } else { None }
            }
            (NodeValue::Scalar(old), NodeValue::Scalar(new)) if !old.is_null() => {
                write::inline(new).and_then(|new| self.scalar(before.node.span?, &new, lines))
            }
            _ => None,
        };
        patched.unwrap_or_else(|| write::map(std::slice::from_ref(after), column))
    }

    /// A single value in the line of its key, with what stands around it.
    fn scalar(&self, span: Span, new: &str, lines: &Lines) -> Option<String> {
        let rest = self.0.get(lines.start + 1..lines.end)?;
        if span.line != lines.start + 1 || !rest.iter().all(|text| text.trim().is_empty() || is_comment(text))
        {
            return None;
        }
        let text = self.0.get(lines.start)?;
        let (before, value) = text.split_at(position(text, span.column.checked_sub(1)?)?);
        if value.starts_with(['|', '>']) {
            return None;
        }
        let (_, after) = value.split_at(position(value, span.width)?);
        Some(format!("{before}{new}{after}{}", rest.concat()))
    }
}

/// The number of an entry's line, from zero.
fn line(entry: &Entry) -> Option<usize> {
    entry.span?.line.checked_sub(1)
}

fn is_comment(text: &str) -> bool {
    text.trim_start().starts_with('#')
}

fn is_deeper(text: &str, column: usize) -> bool {
    text.chars().take_while(|c| *c == ' ').count() > column
}

/// Where the character with a number begins, or the text ends.
fn position(text: &str, character: usize) -> Option<usize> {
    text.char_indices().map(|(index, _)| index).chain([text.len()]).nth(character)
}
