//! Identifiers: transactions that a person can read, messages that a program can count.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::numbering;

/// Bits of a transaction that count within a second: over a billion a second stay distinct.
pub(super) const COUNTER_BITS: u32 = 30;
const SECONDS_PER_DAY: u64 = 86_400;

/// Names everything that stems from one origin, as `YYYYMMDD-HHMMSS-NNNNNN` in UTC.
///
/// The last part counts within the second. An id is made when something first asks for it or when a message
/// passes it on; within a process no two are alike and later ones compare greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionId(NonZeroU64);

impl TransactionId {
    /// A new transaction.
    #[must_use]
    pub fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        if let Some(anew) = numbering::next_transaction().and_then(Self::from_raw) {
            return anew;
        }
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        let floor = seconds << COUNTER_BITS;
        let step = |last: u64| Some((last + 1).max(floor));
        let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or_default();
        Self(NonZeroU64::MIN.saturating_add((last + 1).max(floor) - 1))
    }

    pub(crate) fn from_raw(raw: u64) -> Option<Self> {
        NonZeroU64::new(raw).map(Self)
    }

    pub(crate) const fn raw(self) -> u64 {
        self.0.get()
    }
}

impl Default for TransactionId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = self.0.get();
        let (seconds, counter) = (raw >> COUNTER_BITS, raw & ((1 << COUNTER_BITS) - 1));
        let (year, month, day) = civil_from_days(seconds / SECONDS_PER_DAY);
        let rest = seconds % SECONDS_PER_DAY;
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        write!(f, "{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}-{counter:06}")
    }
}

/// A text that is no transaction id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no transaction; it reads like `20261121-091500-000042`")]
pub struct TransactionIdError(String);

impl FromStr for TransactionId {
    type Err = TransactionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).and_then(Self::from_raw).ok_or_else(|| TransactionIdError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<u64> {
    let mut parts = text.split('-');
    let (date, time, counter) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || date.len() != 8 || time.len() != 6 || counter.len() < 6 {
        return None;
    }
    if ![date, time, counter].into_iter().all(digits) {
        return None;
    }
    let number = |part: &str| part.parse::<u64>().ok();
    let days = days_from_civil(number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?)?;
    let (hour, minute, second) = (number(&time[..2])?, number(&time[2..4])?, number(&time[4..])?);
    let counter = number(counter)?;
    if hour > 23 || minute > 59 || second > 59 || counter >> COUNTER_BITS != 0 {
        return None;
    }
    Some(((days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second) << COUNTER_BITS) | counter)
}

impl Serialize for TransactionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TransactionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Days since 1970-01-01 to a date of the proleptic Gregorian calendar, by years that begin in March.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

fn days_from_civil(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted_year = year - u64::from(month <= 2);
    let year_of_era = shifted_year % 400;
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = shifted_year / 400 * 146_097 + day_of_era - 719_468;
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

/// Names one message of this process; later ones compare greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(NonZeroU64);

impl MessageId {
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if let Some(anew) = numbering::next_message().and_then(Self::from_raw) {
            return anew;
        }
        Self(NonZeroU64::MIN.saturating_add(NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    pub(crate) fn from_raw(raw: u64) -> Option<Self> {
        NonZeroU64::new(raw).map(Self)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_reads_as_date_time_and_counter_and_back() {
        let id = TransactionId::from_raw((1_790_000_000 << COUNTER_BITS) | 42).unwrap();
        assert_eq!(id.to_string(), "20260921-141320-000042");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for days in 0..146_097 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), Some(days), "{year}-{month}-{day}");
        }
        assert_eq!(days_from_civil(2026, 2, 29), None);
    }

    #[test]
    fn transactions_are_distinct_and_ordered() {
        let ids: Vec<_> = (0..1000).map(|_| TransactionId::new()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_text_that_is_no_transaction_is_refused_with_its_name() {
        let error = "20261340-000000-000001".parse::<TransactionId>().unwrap_err();
        assert!(error.to_string().contains("`20261340-000000-000001`"), "{error}");
    }
}
