//! Texts that are put together while the compiler evaluates constants.

/// Longer messages are cut.
const LONGEST: usize = 512;

/// A text of pieces.
pub(super) struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Text {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }

    /// The text and one more piece; nothing of a piece that has no room.
    pub(super) const fn with(mut self, piece: &str) -> Self {
        let piece = piece.as_bytes();
        if self.length + piece.len() > LONGEST {
            return self;
        }
        let mut place = 0;
        while place < piece.len() {
            self.bytes[self.length + place] = piece[place];
            place += 1;
        }
        self.length += piece.len();
        self
    }

    pub(super) const fn with_number(self, number: usize) -> Self {
        let rest = if number > 9 { self.with_number(number / 10) } else { self };
        let digit = [b'0' + (number % 10) as u8];
        match str::from_utf8(&digit) {
            Ok(digit) => rest.with(digit),
            Err(_) => rest,
        }
    }

    pub(super) const fn as_str(&self) -> &str {
        let (written, _) = self.bytes.split_at(self.length);
        match str::from_utf8(written) {
            Ok(text) => text,
            // Pieces go in whole or not at all.
            Err(_) => "",
        }
    }
}

/// Whether two texts are the same.
pub(super) const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut place = 0;
    while place < one.len() {
        if one[place] != other[place] {
            return false;
        }
        place += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_numbers_become_one_text() {
        const TEXT: Text = Text::new().with("Dimmer ").with_number(0).with(" and ").with_number(1204);
        assert_eq!(TEXT.as_str(), "Dimmer 0 and 1204");
    }

    #[test]
    fn what_has_no_room_is_left_out_as_a_whole() {
        let long = "ä".repeat(LONGEST / 2);
        let text = Text::new().with("a").with(&long).with("b");
        assert_eq!(text.as_str(), "ab");
    }

    #[test]
    fn texts_are_compared_in_full() {
        assert!(same("level", "level") && same("", ""));
        assert!(!same("level", "levels") && !same("level", "lever"));
    }
}
