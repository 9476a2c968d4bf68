//! The time of day, as clients read it.

use std::time::SystemTime;

/// Now, in UTC: `2026-11-22T20:01:02.123Z`.
pub(super) fn now() -> String {
    text(SystemTime::now())
}

/// RFC 3339, to the millisecond.
pub(super) fn text(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}
