//! The names there are, for messages about one that there is not.

use std::fmt;

use super::quoted;

/// So many names are told.
const MOST: usize = 8;

/// The names there are, as far as a message tells them: the first few, and how many more there are.
///
/// # Examples
///
/// ```
/// # use looselycoupled::address::Known;
/// let few = Known::of(["level", "lamp"]);
/// assert_eq!(few.to_string(), "known are `level`, `lamp`");
/// let many: Vec<String> = (0..1000).map(|number| format!("lamp{number}")).collect();
/// let many = Known::of(many.iter().map(String::as_str));
/// assert_eq!((many.names().count(), many.more()), (8, 992));
/// assert!(many.to_string().ends_with("`lamp7` and 992 more"));
/// assert_eq!(Known::of([]).to_string(), "there are none");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    names: Box<[Box<str>]>,
    more: usize,
}

impl Known {
    /// The first of these names, and the number of the others.
    #[must_use]
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names = names.into_iter();
        Self { names: names.by_ref().take(MOST).map(Into::into).collect(), more: names.count() }
    }

    /// The names that are told.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// How many there are besides.
    #[must_use]
    pub const fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.names.is_empty() {
            return f.write_str("there are none");
        }
        let names: Vec<String> = self.names().map(quoted).collect();
        write!(f, "known are {}", names.join(", "))?;
        if self.more == 0 { Ok(()) } else { write!(f, " and {} more", self.more) }
    }
}
