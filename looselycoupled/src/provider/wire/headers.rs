//! The headers of a frame.

use std::fmt::{self, Debug, Formatter};

use bytes::{BufMut, BytesMut};
use smallvec::SmallVec;

use super::FrameError;
use crate::metadata::Headers;

/// How many headers a frame may have.
pub(in crate::provider) const MOST_HEADERS: usize = 64;

/// What names and texts of all headers may take. Their ends are counted in two bytes.
pub(in crate::provider) const HEADERS_LIMIT: usize = 16 * 1024;

/// So many headers have no memory of their own for their ends.
const FEW: usize = 8;

/// Named texts beside the body of a frame.
///
/// However many they are, they lie in one piece of memory: a broker reads and writes them with every frame that it passes on.
/// Applications know them as [`Headers`], from which they are made by `TryFrom`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FrameHeaders {
    /// Names and texts in turn, nothing in between.
    texts: String,
    ends: SmallVec<[Ends; FEW]>,
}

/// Where a name and a text end in [`FrameHeaders::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    name: u16,
    text: u16,
}

impl FrameHeaders {
    /// No headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None yet, and room for so many with names and texts of so many bytes.
    pub(super) fn with_capacity(count: usize, bytes: usize) -> Self {
        Self { texts: String::with_capacity(bytes), ends: SmallVec::with_capacity(count) }
    }

    /// Adds a header.
    ///
    /// # Errors
    ///
    /// [`HeaderName`](FrameError::HeaderName), [`RepeatedHeader`](FrameError::RepeatedHeader),
    /// [`TooManyHeaders`](FrameError::TooManyHeaders), [`HeadersTooLong`](FrameError::HeadersTooLong): nothing has been added.
    pub fn push(&mut self, name: &str, text: &str) -> Result<(), FrameError> {
        if !can_name_a_header(name) {
            return Err(FrameError::HeaderName { name: name.to_owned() });
        }
        if self.get(name).is_some() {
            return Err(FrameError::RepeatedHeader { name: name.to_owned() });
        }
        let count = self.ends.len() + 1;
        if count > MOST_HEADERS {
            return Err(FrameError::TooManyHeaders { count, limit: MOST_HEADERS });
        }
        let (name_end, length) = (self.texts.len() + name.len(), self.texts.len() + name.len() + text.len());
        let Some(ends) = Ends::within_limit(name_end, length) else {
            return Err(FrameError::HeadersTooLong { name: name.to_owned(), length, limit: HEADERS_LIMIT });
        };
        self.texts.push_str(name);
        self.texts.push_str(text);
        self.ends.push(ends);
        Ok(())
    }

    /// Adds a header, or gives the one of this name another text.
    ///
    /// # Errors
    ///
    /// As those of [`push`](Self::push), but none for a name that is there; nothing has been changed.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), FrameError> {
        if self.get(name).is_none() {
            return self.push(name, text);
        }
        let mut changed = Self::with_capacity(self.len(), self.texts.len() + text.len());
        for (known, before) in self.iter() {
            changed.push(known, if known == name { text } else { before })?;
        }
        *self = changed;
        Ok(())
    }

    /// The text under a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, text)| text)
    }

    /// All headers in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |ends| {
            let (middle, end) = (usize::from(ends.name), usize::from(ends.text));
            let header = (&self.texts[start..middle], &self.texts[middle..end]);
            start = end;
            header
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Writes them as they stand in a frame, their number first.
    pub(super) fn write(&self, buffer: &mut BytesMut) {
        // Neither number can be larger than that: `push` has looked.
        buffer.put_u8(self.ends.len() as u8);
        let mut start = 0;
        for ends in &self.ends {
            let (name, text) = (ends.name - start, ends.text - ends.name);
            let (from, middle, to) = (usize::from(start), usize::from(ends.name), usize::from(ends.text));
            buffer.put_u8(name as u8);
            buffer.put_slice(&self.texts.as_bytes()[from..middle]);
            buffer.put_u16(text);
            buffer.put_slice(&self.texts.as_bytes()[middle..to]);
            start = ends.text;
        }
    }

    /// What names and texts take.
    pub(in crate::provider) fn bytes(&self) -> usize {
        self.texts.len()
    }
}

impl Ends {
    fn within_limit(name: usize, text: usize) -> Option<Self> {
        if text > HEADERS_LIMIT {
            return None;
        }
        Some(Self { name: u16::try_from(name).ok()?, text: u16::try_from(text).ok()? })
    }
}

fn can_name_a_header(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    (1..=usize::from(u8::MAX)).contains(&name.len()) && name.bytes().all(is_allowed)
}

impl TryFrom<&Headers> for FrameHeaders {
    type Error = FrameError;

    fn try_from(headers: &Headers) -> Result<Self, FrameError> {
        let mut made = Self::new();
        headers.iter().try_for_each(|(name, text)| made.push(name, text))?;
        Ok(made)
    }
}

/// Names only: what stands below them may be a secret.
impl Debug for FrameHeaders {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&str, &str)]) -> FrameHeaders {
        let mut made = FrameHeaders::new();
        all.iter().try_for_each(|(name, text)| made.push(name, text)).unwrap();
        made
    }

    fn refused(name: &str, text: &str) -> String {
        FrameHeaders::new().push(name, text).unwrap_err().to_string()
    }

    #[test]
    fn headers_keep_their_order_and_are_found_by_name() {
        let made = headers(&[("lc-priority", "high"), ("empty", ""), ("session", "größer")]);
        let all: Vec<(&str, &str)> = made.iter().collect();
        assert_eq!(all, [("lc-priority", "high"), ("empty", ""), ("session", "größer")]);
        assert_eq!((made.get("session"), made.get("empty"), made.get("s")), (Some("größer"), Some(""), None));
        assert_eq!((made.len(), made.is_empty(), FrameHeaders::new().is_empty()), (3, false, true));
    }

    #[test]
    fn a_header_is_set_where_it_stands_or_at_the_end() {
        let mut made = headers(&[("a", "1"), ("b", "2")]);
        made.set("a", "longer").unwrap();
        made.set("c", "3").unwrap();
        assert_eq!(made, headers(&[("a", "longer"), ("b", "2"), ("c", "3")]));
        assert!(made.set("b", &"x".repeat(HEADERS_LIMIT)).is_err());
        assert_eq!(made.get("b"), Some("2"), "nothing has been changed");
    }

    #[test]
    fn a_name_is_visible_ascii_without_upper_case() {
        let rest = "cannot name a header: it takes 1 to 255 visible ASCII characters without upper case";
        for name in ["", "Session", "a b", "größe", "a\n"] {
            let shown = crate::address::quoted(name);
            assert_eq!(refused(name, "1"), format!("{shown} {rest}"));
        }
        assert!(refused(&"x".repeat(256), "1").ends_with(rest));
        headers(&[(&"x".repeat(255), "1"), ("!~$", "1")]);
    }

    #[test]
    fn what_goes_beyond_a_limit_says_so_and_leaves_everything_as_it_was() {
        let mut made = headers(&[("a", "1")]);
        let error = made.push("session", &"x".repeat(HEADERS_LIMIT)).unwrap_err().to_string();
        assert_eq!(error, "up to `session` the headers have 16393 bytes, and at most 16384 are allowed");
        assert_eq!(made.push("a", "2").unwrap_err().to_string(), "the header `a` stands there twice");
        assert_eq!(made, headers(&[("a", "1")]));

        made.push("b", &"x".repeat(HEADERS_LIMIT - 3)).unwrap();
        assert_eq!(made.bytes(), HEADERS_LIMIT);
        let mut many = FrameHeaders::new();
        (0..MOST_HEADERS).for_each(|number| many.push(&number.to_string(), "").unwrap());
        assert_eq!(many.push("x", "").unwrap_err().to_string(), "65 headers, and at most 64 are allowed");
    }

    #[test]
    fn headers_of_an_application_are_taken_over_if_a_frame_can_have_them() {
        let known = Headers::new().with("session", "7").with("lc-source", "hall");
        assert_eq!(
            FrameHeaders::try_from(&known).unwrap(),
            headers(&[("session", "7"), ("lc-source", "hall")])
        );
        assert!(FrameHeaders::try_from(&Headers::new().with("X-Session", "7")).is_err());
    }

    #[test]
    fn a_text_is_not_shown() {
        assert_eq!(format!("{:?}", headers(&[("authorization", "secret")])), r#"["authorization"]"#);
    }
}
