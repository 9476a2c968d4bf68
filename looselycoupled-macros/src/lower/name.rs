//! Which names there are for tasks, modules and events.
//!
//! A word consists of letters, digits, `_` and `-`. Tasks and modules have names of one word, since a dot
//! separates the two in an address. Events have words separated by dots.

use syn::LitStr;

use crate::diagnostics::Sink;

/// Checks the name of a task or of an instance.
pub(super) fn check_word(literal: &LitStr, what: &str, sink: &Sink) -> bool {
    let name = literal.value();
    if is_word(&name) && !name.starts_with(|first: char| first.is_numeric() || first == '-') {
        return true;
    }
    sink.at(
        literal,
        format!(
            "{name:?} is no name for {what}; write letters, digits, `_` and `-`, beginning with a letter"
        ),
    );
    false
}

/// Checks the name of an event.
pub(super) fn check_event(literal: &LitStr, sink: &Sink) -> bool {
    let name = literal.value();
    if name.contains('*') {
        sink.at(literal, "an event's name has no wildcard; write the whole name");
        return false;
    }
    if name.split('.').all(is_word) {
        return true;
    }
    sink.at(
        literal,
        format!(
            "{name:?} is no name for an event; write words separated by single dots, such as `sensor.hall`"
        ),
    );
    false
}

/// Checks a pattern of event names, in which `*` and `**` stand for any characters of a word.
pub(super) fn check_pattern(literal: &LitStr, sink: &Sink) -> bool {
    let pattern = literal.value();
    if pattern.replace('*', "x").split('.').all(is_word) {
        return true;
    }
    let advice = "write words with `*` or `**`, separated by single dots, such as `sensor.*`";
    sink.at(literal, format!("{pattern:?} is no pattern; {advice}"));
    false
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// `HallLamp` as `hall_lamp`, `HTTPRequest` as `http_request`.
pub(super) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| letters[before]);
        let ends_word = before.is_some_and(|b| b.is_lowercase() || b.is_numeric());
        let ends_acronym = before.is_some_and(char::is_uppercase)
            && letters.get(place + 1).is_some_and(|l| l.is_lowercase());
        if letter.is_uppercase() && (ends_word || ends_acronym) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
