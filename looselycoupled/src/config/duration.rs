//! Durations written as `250ms`, `2s` or `1m30s`, for `#[serde(with = "…")]`.
//!
//! ```
//! use std::time::Duration;
//!
//! #[derive(serde::Deserialize)]
//! struct ButtonConfig {
//!     #[serde(with = "looselycoupled::config::duration")]
//!     debounce: Duration,
//! }
//!
//! # fn main() -> Result<(), looselycoupled::config::ConfigError> {
//! let mut config = looselycoupled::config::Config::new();
//! config.set("button.debounce", "10ms")?;
//! let button: ButtonConfig = config.section("button").read()?;
//! assert_eq!(button.debounce, Duration::from_millis(10));
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::time::Duration;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

/// Units and their nanoseconds, the largest first.
const UNITS: [(&str, u64); 8] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// Reads a duration; `None` if the text is none, or does not fit.
///
/// Numbers with units in any order are added: `1m30s`, `1.5s`. Units are `d`, `h`, `m`, `s`, `ms`, `us`
/// (`µs`) and `ns`. Only `0` may stand without one.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.')?);
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        total = total.checked_add(amount(number, unit.trim())?)?;
        rest = after;
    }
    Some(total)
}

fn amount(number: &str, unit: &str) -> Option<Duration> {
    let (_, nanoseconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let scale = 10_u128.checked_pow(fraction.len().try_into().ok()?)?;
    let fraction = fraction.parse::<u128>().ok()?.checked_mul(nanoseconds.into())? / scale;
    let whole = whole.parse::<u128>().ok()?.checked_mul(nanoseconds.into())?;
    let total = whole.checked_add(fraction)?;
    let seconds = u64::try_from(total / 1_000_000_000).ok()?;
    let rest = u32::try_from(total % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}

/// Writes a duration in the largest unit that is exact, so that [`parse`] reads the same.
#[must_use]
pub fn format(duration: Duration) -> String {
    let nanoseconds = duration.as_nanos();
    let exact = |(_, size): &(&str, u64)| nanoseconds.is_multiple_of(u128::from(*size));
    match UNITS.into_iter().find(exact) {
        _ if nanoseconds == 0 => "0s".to_owned(),
        Some((unit, size)) => format!("{}{unit}", nanoseconds / u128::from(size)),
        None => format!("{nanoseconds}ns"),
    }
}

/// Writes a duration as text.
///
/// # Errors
///
/// What the serializer says.
pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*duration))
}

/// Reads a duration from text.
///
/// # Errors
///
/// The text is no duration.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    deserializer.deserialize_str(DurationVisitor)
}

#[derive(Debug)]
struct DurationVisitor;

impl Visitor<'_> for DurationVisitor {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as `250ms`, `2s` or `1m30s`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// The same for `Option<Duration>`, beside `#[serde(default)]`.
pub mod optional {
    use super::{Deserializer, Duration, Serializer, Visitor, fmt};

    /// Writes a duration as text, or nothing.
    ///
    /// # Errors
    ///
    /// What the serializer says.
    pub fn serialize<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => serializer.serialize_some(&super::format(*duration)),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a duration from text, or none from nothing.
    ///
    /// # Errors
    ///
    /// The text is no duration.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        deserializer.deserialize_option(OptionalVisitor)
    }

    #[derive(Debug)]
    struct OptionalVisitor;

    impl<'de> Visitor<'de> for OptionalVisitor {
        type Value = Option<Duration>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a duration or nothing")
        }

        fn visit_none<E>(self) -> Result<Option<Duration>, E> {
            Ok(None)
        }

        fn visit_unit<E>(self) -> Result<Option<Duration>, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Duration>, D::Error> {
            super::deserialize(deserializer).map(Some)
        }
    }
}
