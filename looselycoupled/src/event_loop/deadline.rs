//! Times that are over.

use std::time::Duration;

use tokio::time::Instant;

/// As good as never, and no operating system's clock ends before.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The time after a duration of any length.
pub(crate) fn later(from: Instant, by: Duration) -> Instant {
    from.checked_add(by).unwrap_or_else(|| from + FAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_duration_is_too_long() {
        let now = Instant::now();
        assert_eq!(later(now, Duration::from_secs(1)), now + Duration::from_secs(1));
        assert!(later(now, Duration::MAX) > now + Duration::from_secs(1 << 29));
    }
}
