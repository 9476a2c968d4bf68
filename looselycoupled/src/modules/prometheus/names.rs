//! Which names metrics and labels may have.

use super::error::MetricError;

/// What the framework tells about itself, and what every process does.
const RESERVED: [&str; 2] = ["looselycoupled_", "process_"];

/// The label in which a histogram says which bucket is meant.
const BUCKET_LABEL: &str = "le";

pub(super) fn check_metric(metric: &str) -> Result<(), MetricError> {
    if !is_name(metric, |sign| sign == ':') {
        return Err(MetricError::BadName { metric: metric.to_owned() });
    }
    match RESERVED.iter().find(|prefix| metric.starts_with(**prefix)) {
        Some(prefix) => Err(MetricError::Reserved { metric: metric.to_owned(), prefix }),
        None => Ok(()),
    }
}

pub(super) fn check_label(metric: &str, label: &str) -> Result<(), MetricError> {
    if is_name(label, |_| false) && !label.starts_with("__") && label != BUCKET_LABEL {
        return Ok(());
    }
    Err(MetricError::BadLabel { metric: metric.to_owned(), label: label.to_owned() })
}

fn is_name(name: &str, also: fn(char) -> bool) -> bool {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || also(sign);
    !name.is_empty() && name.chars().all(is_sign) && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// What a metric is called where its samples are written; a histogram has three names besides.
pub(super) fn written_as(metric: &str, is_histogram: bool) -> Vec<String> {
    let suffixes: &[&str] = if is_histogram { &["", "_bucket", "_sum", "_count"] } else { &[""] };
    suffixes.iter().map(|suffix| format!("{metric}{suffix}")).collect()
}
