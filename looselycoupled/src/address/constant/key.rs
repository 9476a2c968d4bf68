//! Names as numbers: whoever evaluates constants compares one in a step, and a text letter by letter.

/// That a name has more bytes than there is room for.
const IS_LONG: u128 = 1 << 127;

/// A name as a number: its bytes behind a one; of more than 15 only the last ones, and that it is so.
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
        // A pattern, for `len` would be a call.
        if let [_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, ..] = name.as_bytes() {
            key |= IS_LONG;
        }
        Self(key)
    }

    /// Whether no other name has it.
    pub(crate) const fn is_whole(self) -> bool {
        self.0 & IS_LONG == 0
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

    #[test]
    fn no_byte_before_a_short_name_makes_the_same_key() {
        for before in ["\u{1}", "\0", "\0\u{1}", "a\u{1}"] {
            for name in ["fifteen-letters", "fourteen-bytes"] {
                assert_ne!(NameKey::of(&format!("{before}{name}")), NameKey::of(name), "{before:?} {name}");
            }
        }
    }
}
