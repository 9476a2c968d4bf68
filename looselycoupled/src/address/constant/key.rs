//! Names as numbers: whoever evaluates constants compares one in a step, and a text letter by letter.

/// A name as a number: its last 16 bytes, behind a one where there are fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameKey(pub(crate) u128);

impl NameKey {
    /// That of no name.
    pub(crate) const NONE: Self = Self(0);

    /// Of this name.
    #[must_use]
    pub const fn of(name: &str) -> Self {
        let (mut bytes, mut key) = (name.as_bytes(), 1);
        // Four at a time, since steps count here.
        while let [one, two, three, four, behind @ ..] = bytes {
            let four = (*one as u128) << 24 | (*two as u128) << 16 | (*three as u128) << 8 | *four as u128;
            key = key << 32 | four;
            bytes = behind;
        }
        while let [byte, behind @ ..] = bytes {
            key = key << 8 | *byte as u128;
            bytes = behind;
        }
        Self(key)
    }

    /// Whether no other name has it: of longer ones only the end is in it, and no name has a byte of one.
    pub(crate) const fn is_whole(self) -> bool {
        self.0 >> 120 <= 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_up_to_fifteen_bytes_have_keys_of_their_own() {
        let names = ["", "a", "b", "aa", "ab", "ba", "level", "levels", "fifteen-letters"];
        for (place, name) in names.iter().enumerate() {
            assert!(NameKey::of(name).is_whole(), "{name}");
            for other in &names[..place] {
                assert_ne!(NameKey::of(name), NameKey::of(other), "{name} and {other}");
            }
        }
    }

    #[test]
    fn of_longer_ones_it_says_that_it_is_not_all() {
        for name in [
            "sixteen-letters-",
            "hall.sixteen-letters-",
            "a name of many more letters than there is room for",
        ] {
            assert!(!NameKey::of(name).is_whole(), "{name}");
        }
        assert_eq!(NameKey::of("sixteen-letters-"), NameKey::of("hall.sixteen-letters-"));
    }
}
