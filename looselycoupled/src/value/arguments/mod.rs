//! The named arguments of a call or an event.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};

use smallvec::SmallVec;

use super::{ArgumentError, EncodeError, Value, Writable, encode};

pub(super) type Entry = (Cow<'static, str>, Value);

/// The named arguments of a call or an event, in the order in which they were given; up to two without allocation.
///
/// An argument that cannot be turned into a value, or whose name was given before, does not interrupt: it is kept as
/// the [error](Self::error) with which the call then fails.
///
/// # Examples
///
/// ```
/// use looselycoupled::{Arguments, Value, args};
///
/// let lamp = "hall";
/// let arguments: Arguments = args! { level: 40, lamp };
/// assert_eq!(arguments.get("level"), Some(&Value::from(40)));
/// assert_eq!(arguments.to_string(), r#"level: 40, lamp: "hall""#);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use]
pub struct Arguments {
    /// Two lie inside, which makes 128 bytes of the whole: those move in portions that do not overlap. With one more, what
    /// was just moved would be read across the borders in which it was written, which takes twice as long in all.
    entries: SmallVec<[Entry; 2]>,
    error: Option<Box<ArgumentError>>,
}

impl Arguments {
    /// No arguments yet.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more argument, as `args!` adds them.
    #[inline]
    pub fn with<T: Writable + ?Sized>(mut self, name: impl Into<Cow<'static, str>>, value: &T) -> Self {
        self.put(name.into(), value);
        self
    }

    /// Encodes and adds an argument. For `args!`.
    #[doc(hidden)]
    // Where this is inlined, the compiler knows how many arguments there are and compares their names: what is left of
    // `args! { level: 40 }` are seven stores. A call in their place takes six times as long.
    #[inline(always)]
    pub fn put<T: Writable + ?Sized>(&mut self, name: Cow<'static, str>, value: &T) {
        match encode(value) {
            Ok(value) => self.insert(name, value),
            Err(cause) => self.refuse(name, cause),
        }
    }

    /// Adds an argument that is a value already.
    #[inline(always)] // see `put`
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let name = name.into();
        if self.get(&name).is_some() {
            return self.fail(ArgumentError::Duplicate { name });
        }
        self.entries.push((name, value.into()));
    }

    #[cold]
    fn refuse(&mut self, name: Cow<'static, str>, cause: EncodeError) {
        self.fail(ArgumentError::Unencodable { name, cause });
    }

    #[cold]
    fn fail(&mut self, error: ArgumentError) {
        self.error.get_or_insert_with(|| Box::new(error));
    }

    /// The value of an argument.
    #[must_use]
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Names and values in their order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The names in their order.
    #[must_use]
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_ref())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The first thing that went wrong while the arguments were gathered.
    #[must_use]
    #[inline]
    pub fn error(&self) -> Option<&ArgumentError> {
        self.error.as_deref()
    }

    /// The arguments as a map, for the journey.
    ///
    /// # Errors
    ///
    /// The [error](Self::error) that they carry.
    pub fn into_value(self) -> Result<Value, ArgumentError> {
        match self.error {
            None => Ok(Value::Map(self.entries.into_vec())),
            Some(error) => Err(*error),
        }
    }

    #[inline]
    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    /// The arguments that arrive as a map, or as nothing.
    ///
    /// # Errors
    ///
    /// - [`ArgumentError::Unnamed`]: the value is neither a map nor nothing.
    /// - [`ArgumentError::Duplicate`]: a name is there twice.
    pub fn from_value(value: Value) -> Result<Self, ArgumentError> {
        let entries = match value {
            Value::Map(entries) => entries,
            Value::Null => return Ok(Self::new()),
            found => return Err(ArgumentError::Unnamed { found }),
        };
        match duplicate(&entries) {
            Some(name) => Err(ArgumentError::Duplicate { name: name.clone() }),
            None => Ok(Self { entries: entries.into(), error: None }),
        }
    }
}

/// The first name that was there before. They may come from afar and be many, hence not by comparing all with all.
fn duplicate(entries: &[Entry]) -> Option<&Cow<'static, str>> {
    const FEW: usize = 8;
    if entries.len() > FEW {
        let mut seen = HashSet::with_capacity(entries.len());
        return entries.iter().map(|(name, _)| name).find(|name| !seen.insert(*name));
    }
    let names = || entries.iter().map(|(name, _)| name);
    names()
        .enumerate()
        .find(|(index, name)| names().take(*index).any(|other| other == *name))
        .map(|(_, name)| name)
}

/// As they are written in `args!`.
impl Display for Arguments {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.entries.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{name}: {value}")?;
        }
        Ok(())
    }
}

/// The name of an argument that is written as an identifier: `r#type` names `type`.
#[doc(hidden)]
#[must_use]
pub const fn argument_name(identifier: &'static str) -> Cow<'static, str> {
    match identifier.as_bytes() {
        [b'r', b'#', ..] => Cow::Borrowed(identifier.split_at(2).1),
        _ => Cow::Borrowed(identifier),
    }
}

/// Gathers named arguments: `args! { level: 40, lamp: ctx.name(), door }`.
///
/// The values are borrowed and may be anything that is `Serialize`; a name alone is short for the local variable of
/// this name. Nothing is wrong here yet: a value that cannot be serialised, or a name given twice, is the error of the
/// call or the event that is made with these arguments.
///
/// # Examples
///
/// ```
/// use looselycoupled::args;
///
/// let door = String::from("front");
/// let arguments = args! { level: 40, who: ["Ada", "Bob"], door };
/// assert_eq!(arguments.names().collect::<Vec<_>>(), ["level", "who", "door"]);
/// assert!(args! {}.is_empty());
/// ```
#[macro_export]
macro_rules! args {
    () => { $crate::__private::Arguments::new() };
    ($($name:ident $(: $value:expr)?),+ $(,)?) => {{
        let mut arguments = $crate::__private::Arguments::new();
        $( $crate::args!(@put arguments $name $(, $value)?); )+
        arguments
    }};
    (@put $arguments:ident $name:ident) => {
        $crate::args!(@put $arguments $name, $name)
    };
    (@put $arguments:ident $name:ident, $value:expr) => {
        $arguments.put(const { $crate::__private::argument_name(::core::stringify!($name)) }, &$value)
    };
    ($($name:ident = $value:expr),+ $(,)?) => {
        ::core::compile_error!("arguments are written `name: value` in `args!`, not `name = value`")
    };
    ($name:literal : $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!("a name stands without quotes in `args!`; write `", $name, ": …`"))
    };
    ($($other:tt)*) => {
        ::core::compile_error!("arguments have names in `args!`; write `args! { level: 40 }`")
    };
}

#[cfg(test)]
mod tests;
