//! The source line under an error, drawn as rustc draws it.

use std::fmt;

/// A range of one source line together with the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) width: usize,
    pub(crate) text: String,
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
    let start =
        if place.text.chars().nth(SHOWN).is_some() { place.column.saturating_sub(1 + BEFORE) } else { 0 };
    let line: Vec<char> = place.text.chars().skip(start).take(SHOWN).map(visible).collect();
    let column = place.column.saturating_sub(1 + start).min(line.len());
    // A tab stays a tab, so that the marks stand below what they mean in every terminal.
    let pad: String = line.iter().take(column).map(|c| if *c == '\t' { '\t' } else { ' ' }).collect();
    let width = place.width.min(line.len() - column).max(1);
    let marks: String = std::iter::repeat_n(*mark, width).collect();
    let line: String = line.into_iter().collect();
    write!(f, "\n{:gutter$} | {}", place.line, line.trim_end())?;
    write!(f, "\n{:gutter$} | {pad}{marks}", "")?;
    if label.is_empty() { Ok(()) } else { write!(f, " {label}") }
}

/// Control characters of a broken file must not reach the terminal.
fn visible(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}
