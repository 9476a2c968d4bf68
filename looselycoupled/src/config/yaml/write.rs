//! A tree as YAML that every reader, old or new, takes for the same tree.

use crate::config::node::{Entry, Node, NodeValue};
use crate::config::scalar::{self, Scalar};

/// Longer keys are written with a `?` before them, as YAML demands.
const LONGEST_SIMPLE_KEY: usize = 900;

/// The whole tree as a document.
pub(crate) fn document(root: &Node) -> String {
    match root.entries() {
        [] => "{}\n".to_owned(),
        entries => map(entries, 0),
    }
}

/// The lines of a map in a column.
pub(crate) fn map(entries: &[Entry], column: usize) -> String {
    let mut writer = Writer { out: String::new() };
    writer.map(entries, column, column);
    writer.out
}

struct Writer {
    out: String,
}

impl Writer {
    fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }

    /// `begun` columns of the first line are there already.
    fn map(&mut self, entries: &[Entry], column: usize, first: usize) {
        for (index, entry) in entries.iter().enumerate() {
            self.indent(if index == 0 { first } else { column });
            self.key(&entry.key, column);
            self.out.push(':');
            match &entry.node.value {
                NodeValue::Scalar(scalar) => {
                    self.out.push(' ');
                    self.scalar(scalar, column + 2);
                }
                NodeValue::Map(entries) if !entries.is_empty() => {
                    self.out.push('\n');
                    self.map(entries, column + 2, column + 2);
                }
                NodeValue::List(items) if !items.is_empty() => {
                    self.out.push('\n');
                    self.list(items, column + 2, column + 2);
                }
                NodeValue::Map(_) => self.out.push_str(" {}\n"),
                NodeValue::List(_) => self.out.push_str(" []\n"),
            }
        }
    }

    fn list(&mut self, items: &[Node], column: usize, first: usize) {
        for (index, item) in items.iter().enumerate() {
            self.indent(if index == 0 { first } else { column });
            self.out.push_str("- ");
            match &item.value {
                NodeValue::Scalar(scalar) => self.scalar(scalar, column + 2),
                NodeValue::Map(entries) if !entries.is_empty() => self.map(entries, column + 2, 0),
                NodeValue::List(items) if !items.is_empty() => self.list(items, column + 2, 0),
                NodeValue::Map(_) => self.out.push_str("{}\n"),
                NodeValue::List(_) => self.out.push_str("[]\n"),
            }
        }
    }

    fn key(&mut self, key: &str, column: usize) {
        let number = key.bytes().all(|byte| byte.is_ascii_digit()) && !key.is_empty();
        let written = if number || is_plain(key) { key.to_owned() } else { double_quoted(key) };
        if written.len() > LONGEST_SIMPLE_KEY {
            self.out.push_str("? ");
            self.out.push_str(&written);
            self.out.push('\n');
            self.indent(column);
        } else {
            self.out.push_str(&written);
        }
    }

    fn scalar(&mut self, scalar: &Scalar, column: usize) {
        let text = scalar.as_str();
        if let Some(header) = block_header(text) {
            self.out.push_str(header);
            for line in text.lines() {
                self.out.push('\n');
                if !line.is_empty() {
                    self.indent(column);
                    self.out.push_str(line);
                }
            }
        } else {
            self.out.push_str(&in_one_line(scalar));
        }
        self.out.push('\n');
    }
}

/// A single value within a line, if it is better written so.
pub(crate) fn inline(scalar: &Scalar) -> Option<String> {
    block_header(scalar.as_str()).is_none().then(|| in_one_line(scalar))
}

fn in_one_line(scalar: &Scalar) -> String {
    let text = scalar.as_str();
    if scalar.plain || is_plain(text) { text.to_owned() } else { double_quoted(text) }
}

/// Whether a text needs no quotes.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphanumeric() || "/_.~$".contains(c));
    begins
        && text.chars().all(|c| c == ' ' || is_printable(c) && !c.is_whitespace())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
        && !text.starts_with("...")
        && !scalar::looks_typed(text)
}

/// The header under which a text of several lines can be written as it is, if it can.
fn block_header(text: &str) -> Option<&'static str> {
    let begins = text.starts_with(|c: char| !c.is_whitespace());
    let possible = begins
        && text.contains('\n')
        && !text.ends_with("\n\n")
        && text.chars().all(|c| c == '\n' || is_printable(c) && (c == ' ' || !c.is_whitespace()))
        && text.lines().all(|line| !line.ends_with(' '));
    possible.then_some(if text.ends_with('\n') { "|" } else { "|-" })
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xFFFF => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// Whether YAML lets a character stand for itself everywhere; line breaks of YAML 1.1 do not.
fn is_printable(c: char) -> bool {
    match c {
        '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => false,
        ' '..='~' | '\u{A0}'..='\u{FFFD}' => true,
        c => u32::from(c) >= 0x1_0000,
    }
}
