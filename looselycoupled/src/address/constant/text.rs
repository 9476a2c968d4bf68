//! Messages that are put together while the program is compiled.

/// As much text as a message needs; more is cut off.
pub(crate) struct Text {
    bytes: [u8; 512],
    length: usize,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 512], length: 0 }
    }

    pub(crate) const fn add(mut self, more: &str) -> Self {
        let more = more.as_bytes();
        // A part of a name would be no text if it ended within a character.
        if self.length + more.len() > self.bytes.len() {
            return self;
        }
        let mut index = 0;
        while index < more.len() {
            self.bytes[self.length] = more[index];
            self.length += 1;
            index += 1;
        }
        self
    }

    /// A name, as it stands in messages.
    pub(crate) const fn name(self, name: &str) -> Self {
        self.add("`").add(name).add("`")
    }

    pub(crate) const fn number(self, number: u32) -> Self {
        let rest = if number > 9 { self.number(number / 10) } else { self };
        match core::str::from_utf8(&[b'0' + (number % 10) as u8]) {
            Ok(digit) => rest.add(digit),
            Err(_) => rest,
        }
    }

    pub(crate) const fn text(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "?",
        }
    }
}

pub(crate) const fn same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        one = rest;
        other = others;
    }
    matches!((one, other), ([], []))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_names_and_numbers_become_one_text() {
        const TEXT: Text = Text::new().name("Dimmer").add(" has ").number(0).add(" and ").number(1204);
        assert_eq!(TEXT.text(), "`Dimmer` has 0 and 1204");
    }

    #[test]
    fn what_has_no_room_is_left_out_as_a_whole() {
        let text = Text::new().add("a").add(&"ä".repeat(256)).add("b");
        assert_eq!(text.text(), "ab");
    }

    #[test]
    fn texts_are_compared_in_full() {
        assert!(same("level", "level") && same("", ""));
        assert!(!same("level", "levels") && !same("level", "lever"));
    }
}
