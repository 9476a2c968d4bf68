//! Names and texts as a message can show them.

/// Longer texts are cut: a message is read by people, and what comes from afar may be of any size.
const LONGEST: usize = 60;

/// A text as a message can quote it: one line, no control characters, not too long.
///
/// # Examples
///
/// ```
/// # use looselycoupled::address::quoted;
/// assert_eq!(quoted("hall_lamp"), "`hall_lamp`");
/// assert_eq!(quoted("hall\nlamp"), r"`hall\nlamp`");
/// assert_eq!(quoted(&"x".repeat(1_000_000)), format!("`{}…`", "x".repeat(60)));
/// ```
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).flat_map(escaped).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn escaped(c: char) -> impl Iterator<Item = char> {
    let escape = c.is_control().then(|| c.escape_default());
    let itself = if escape.is_none() { Some(c) } else { None };
    escape.into_iter().flatten().chain(itself)
}
