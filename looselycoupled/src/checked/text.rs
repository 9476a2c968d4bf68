//! Messages that are put together while the program is compiled.

/// As much text as a message needs; more is cut off.
pub(super) struct Text {
    bytes: [u8; 512],
    length: usize,
}

impl Text {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; 512], length: 0 }
    }

    pub(super) const fn add(mut self, more: &str) -> Self {
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
    pub(super) const fn name(self, name: &str) -> Self {
        self.add("`").add(name).add("`")
    }

    pub(super) const fn text(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "?",
        }
    }
}

pub(super) const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}
