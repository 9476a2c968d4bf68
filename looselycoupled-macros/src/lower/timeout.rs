//! `timeout = "2s"`.

use std::time::Duration;

use syn::LitStr;

use crate::diagnostics::Sink;

/// Reads a duration such as `500ms`, `2s`, `5m` or `1h`.
pub(super) fn timeout(literal: &LitStr, sink: &Sink) -> Option<Duration> {
    let parsed = parse(&literal.value());
    match parsed {
        Ok(duration) => Some(duration),
        Err(complaint) => {
            sink.at(literal, complaint);
            None
        }
    }
}

fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim_start() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "" if !number.is_empty() => {
            return Err(format!("{text:?} has no unit; write `{number}s`, or `ms`, `m`, `h`"));
        }
        _ => return Err(malformed(text)),
    };
    let number: u64 = number.parse().map_err(|_| malformed(text))?;
    match number.checked_mul(factor) {
        Some(0) => {
            Err("a timeout of 0 is over before the task begins; write a longer one or leave it out"
                .to_owned())
        }
        Some(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        None => Err(format!("{text:?} is too long; leave the timeout out")),
    }
}

fn malformed(text: &str) -> String {
    format!("{text:?} is no duration; write a whole number and `ms`, `s`, `m` or `h`, such as `\"500ms\"`")
}
