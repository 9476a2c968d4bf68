//! The source line under an error, drawn as rustc draws it.

use std::fmt;

use super::leaves::names_a_secret;
use super::source::Span;

/// A range of one source line together with what is shown of the line: a line may be megabytes long, and hundreds of faults
/// may lie in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    width: usize,
    shown: String,
    /// How many characters of the line are left out before what is shown.
    left_out: usize,
}

impl Place {
    pub(crate) fn new(span: Span, text: &str) -> Self {
        let Span { line, column, width } = span;
        let is_long = text.chars().nth(SHOWN).is_some();
        let left_out = if is_long { column.saturating_sub(1 + BEFORE) } else { 0 };
        let shown = veiled(text).chars().skip(left_out).take(SHOWN).map(visible).collect();
        Self { line, column, width, shown, left_out }
    }
}

/// The line without secrets: in `{ token: abc, port: x }` a fault of the port shows the line of the token as well. As many stars as there
/// were characters, so that marks stay where they are.
fn veiled(text: &str) -> String {
    let mut veiled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(": ") {
        veiled.push_str(before);
        veiled.push_str(": ");
        let is_key = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-');
        let key =
            before.trim_end_matches(['"', '\'']).rsplit(|sign| !is_key(sign)).next().unwrap_or_default();
        rest = behind;
        if names_a_secret(key) && !behind.trim_start().starts_with(['{', '[']) {
            let (value, further) = behind.split_at(value_ends(behind));
            veiled.extend(value.chars().map(|sign| if sign.is_whitespace() { sign } else { '*' }));
            rest = further;
        }
    }
    veiled.push_str(rest);
    veiled
}

/// Where a value of one line ends, in quotes or without.
fn value_ends(text: &str) -> usize {
    let begin = text.len() - text.trim_start().len();
    let Some(quote) = text[begin..].chars().next().filter(|sign| matches!(sign, '"' | '\'')) else {
        return text.find([',', '}', ']']).unwrap_or(text.len());
    };
    let mut is_escaped = false;
    let ends = |sign: char| {
        let is_end = sign == quote && !is_escaped;
        is_escaped = quote == '"' && sign == '\\' && !is_escaped;
        is_end
    };
    text[begin + 1..].find(ends).map_or(text.len(), |end| begin + 1 + end + 1)
}

/// One line to show, what to underline it with, and what to say beside that.
pub(crate) struct Underline<'a> {
    pub(crate) place: &'a Place,
    pub(crate) mark: char,
    pub(crate) label: &'a str,
}

/// Longer lines are shown in part, around the marks.
const SHOWN: usize = 140;
const BEFORE: usize = 60;

/// Draws lines below each other, with `...` where some are left out between them.
pub(crate) fn draw(f: &mut fmt::Formatter<'_>, underlines: &[Underline<'_>]) -> fmt::Result {
    let gutter = underlines.iter().map(|underline| underline.place.line.to_string().len()).max().unwrap_or(1);
    write!(f, "\n{:gutter$} |", "")?;
    let mut previous: Option<usize> = None;
    for underline in underlines {
        if previous.is_some_and(|line| line.abs_diff(underline.place.line) > 1) {
            f.write_str("\n...")?;
        }
        draw_one(f, gutter, underline)?;
        previous = Some(underline.place.line);
    }
    Ok(())
}

fn draw_one(f: &mut fmt::Formatter<'_>, gutter: usize, underline: &Underline<'_>) -> fmt::Result {
    let Underline { place, mark, label } = underline;
    let length = place.shown.chars().count();
    let column = place.column.saturating_sub(1 + place.left_out).min(length);
    // A tab stays a tab, so that the marks stand below what they mean in every terminal.
    let pad: String = place.shown.chars().take(column).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let width = place.width.min(length - column).max(1);
    let marks: String = std::iter::repeat_n(*mark, width).collect();
    write!(f, "\n{:gutter$} | {}", place.line, place.shown.trim_end())?;
    write!(f, "\n{:gutter$} | {pad}{marks}", "")?;
    if label.is_empty() { Ok(()) } else { write!(f, " {label}") }
}

/// Control characters of a broken file must not reach the terminal.
fn visible(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_veiled_wherever_they_stand_and_nothing_else_is() {
        for (line, shown) in [
            ("token: abc", "token: ***"),
            ("  web: { token: abc, port: x }", "  web: { token: ***, port: x }"),
            ("password: \"a, b\" # why", "password: *** ** # why"),
            ("{ api_key: 'a b', port: x }", "{ api_key: ** **, port: x }"),
        ] {
            assert_eq!(veiled(line), shown);
        }
        for line in ["port: 80", "a: [1, 2]", "monkey: banana", "key: { a: b }", "key_file: a"] {
            assert_eq!(veiled(line), line);
        }
    }
}
