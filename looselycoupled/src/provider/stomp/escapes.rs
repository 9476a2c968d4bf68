//! What headers cannot hold as it is.

/// Adds it to a text.
pub(super) fn escape(part: &str, text: &mut String) {
    for character in part.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            ':' => text.push_str("\\c"),
            other => text.push(other),
        }
    }
}

/// `None` if there is an escape that STOMP 1.2 does not know, by which it says that the frame is to be refused.
pub(super) fn unescape(part: &str) -> Option<String> {
    let mut text = String::with_capacity(part.len());
    let mut characters = part.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                'c' => ':',
                _ => return None,
            },
            other => other,
        });
    }
    Some(text)
}
