//! Durations as people write them.

use std::time::Duration;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::config::{Config, duration};

#[test]
fn units_and_sums_and_fractions_are_read() {
    let cases = [
        ("250ms", Duration::from_millis(250)),
        ("2s", Duration::from_secs(2)),
        ("1m", Duration::from_secs(60)),
        ("1m30s", Duration::from_secs(90)),
        ("1h", Duration::from_secs(3600)),
        ("2d", Duration::from_secs(172_800)),
        ("1.5s", Duration::from_millis(1500)),
        ("10 ms", Duration::from_millis(10)),
        ("5us", Duration::from_micros(5)),
        ("5µs", Duration::from_micros(5)),
        ("7ns", Duration::from_nanos(7)),
        ("0", Duration::ZERO),
    ];
    for (text, expected) in cases {
        assert_eq!(duration::parse(text), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_duration_is_refused() {
    let texts =
        ["", " ", "5", "s", "-1s", "1x", "1.s", ".5s", "1..5s", "1s2", "99999999999999999999s", "1 m s"];
    for text in texts {
        assert_eq!(duration::parse(text), None, "{text}");
    }
}

#[test]
fn the_largest_exact_unit_is_written() {
    assert_eq!(duration::format(Duration::from_secs(90)), "90s");
    assert_eq!(duration::format(Duration::from_secs(120)), "2m");
    assert_eq!(duration::format(Duration::from_millis(1500)), "1500ms");
    assert_eq!(duration::format(Duration::ZERO), "0s");
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Button {
    #[serde(with = "duration")]
    debounce: Duration,
    #[serde(with = "duration::optional", default)]
    hold: Option<Duration>,
}

#[test]
fn fields_are_written_and_read() {
    let mut config = Config::new();
    let button = Button { debounce: Duration::from_millis(10), hold: Some(Duration::from_secs(1)) };
    config.set("button", &button).unwrap();
    assert_eq!(config.get::<String>("button.debounce").unwrap().as_deref(), Some("10ms"));
    assert_eq!(config.section("button").read::<Button>().unwrap(), button);
    config.delete("button.hold");
    assert_eq!(config.section("button").read::<Button>().unwrap().hold, None);
}

#[test]
fn a_wrong_one_says_what_it_should_be() {
    let mut config = Config::new();
    config.set("button.debounce", 10).unwrap();
    let error = config.section("button").read::<Button>().unwrap_err();
    let expected = "`button.debounce` must be a duration such as `250ms`, `2s` or `1m30s`, found `10`";
    assert_eq!(error.to_string(), expected);
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>(), number in "[0-9.]{0,50}", unit in "[a-zµ ]{0,3}") {
        let _ = duration::parse(&text);
        let _ = duration::parse(&format!("{number}{unit}"));
    }

    #[test]
    fn every_duration_reads_back(seconds in any::<u64>(), nanoseconds in 0..1_000_000_000_u32) {
        let original = Duration::new(seconds, nanoseconds);
        prop_assert_eq!(duration::parse(&duration::format(original)), Some(original));
    }
}
