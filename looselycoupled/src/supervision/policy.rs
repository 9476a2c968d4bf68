//! What a panic means.

use std::fmt;
use std::time::Duration;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

/// What happens when a handler of a module panics, or its run hook fails.
///
/// In a configuration `report`, `restart`, `exit`, or `{ restart: { budget: 3, within: 1m } }` with the fields of
/// [`Restart`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Policy {
    /// The module goes on, with the state as the panic left it. For modules whose state must always hold together
    /// this is the wrong choice.
    #[default]
    Report,
    /// The module is made again, by its factory. One that was given as a value has none, and cannot have this policy.
    Restart(Restart),
    /// The application ends, in order.
    Exit,
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Word {
            Report,
            Restart,
            Exit,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Detailed {
            Restart(Restart),
        }

        struct ShortOrLong;
        impl<'de> Visitor<'de> for ShortOrLong {
            type Value = Policy;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`report`, `restart`, `exit`, or `{ restart: { budget: 3, within: 1m } }`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Policy, E> {
                Ok(match Word::deserialize(StrDeserializer::new(text))? {
                    Word::Report => Policy::Report,
                    Word::Restart => Policy::Restart(Restart::default()),
                    Word::Exit => Policy::Exit,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Policy, A::Error> {
                let Detailed::Restart(restart) = Detailed::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Policy::Restart(restart))
            }
        }
        deserializer.deserialize_any(ShortOrLong)
    }
}

/// How often a module is made again, and how long each time it takes until it is.
///
/// The delay doubles with every restart within the time that the budget counts. A module that has used up its budget
/// ends the application, as under [`Policy::Exit`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use looselycoupled::{Policy, Restart};
///
/// let restart = Restart::default()
///     .budget(3, Duration::from_secs(60))
///     .delay(Duration::from_millis(50), Duration::from_secs(5));
/// let policy = Policy::Restart(restart);
/// # assert_ne!(policy, Policy::default());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Restart {
    budget: u32,
    #[serde(with = "crate::config::duration")]
    within: Duration,
    #[serde(with = "crate::config::duration")]
    first_delay: Duration,
    #[serde(with = "crate::config::duration")]
    longest_delay: Duration,
}

impl Default for Restart {
    /// Five times within a minute, after 100 ms at first and 10 s at most.
    fn default() -> Self {
        Self {
            budget: 5,
            within: Duration::from_secs(60),
            first_delay: Duration::from_millis(100),
            longest_delay: Duration::from_secs(10),
        }
    }
}

impl Restart {
    /// How many restarts there may be within a time.
    #[must_use]
    pub const fn budget(self, restarts: u32, within: Duration) -> Self {
        Self { budget: restarts, within, ..self }
    }

    /// How long the first restart waits, and how long any of them may at most.
    #[must_use]
    pub const fn delay(self, first: Duration, longest: Duration) -> Self {
        Self { first_delay: first, longest_delay: longest, ..self }
    }

    /// The delay before a restart that comes after so many others.
    pub(super) fn delay_after(&self, others: u32) -> Duration {
        let factor = 1_u32.checked_shl(others).unwrap_or(u32::MAX);
        self.first_delay.saturating_mul(factor).min(self.longest_delay)
    }

    pub(super) const fn allows(&self, restarts: u32) -> bool {
        restarts <= self.budget
    }

    pub(super) const fn within(&self) -> Duration {
        self.within
    }
}

impl fmt::Display for Restart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} within {:?}", self.budget, self.within)
    }
}
