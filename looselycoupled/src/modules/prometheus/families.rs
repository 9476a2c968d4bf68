//! What is told when somebody asks: one function for each source, put together here.

use std::collections::BTreeMap;

use prometheus::TextEncoder;
use prometheus::proto::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType};

use super::shared::Shared;
use super::{framework, measured, process};
use crate::prelude::*;

/// The values of the labels of a series, and its value.
pub(super) type Sample = (Vec<String>, f64);

/// What a histogram is made of.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    /// Upper bounds, rising, with how many were not above.
    pub(super) buckets: Vec<(f64, u64)>,
    pub(super) count: u64,
    pub(super) sum: f64,
}

impl Sizes {
    fn add(&mut self, other: Self) {
        if self.buckets.is_empty() {
            *self = other;
            return;
        }
        self.buckets.iter_mut().zip(other.buckets).for_each(|((_, sum), (_, number))| *sum += number);
        self.count += other.count;
        self.sum += other.sum;
    }
}

/// Families that are made of numbers taken at one moment.
///
/// They are put together by hand: the library's vectors find a series by a hash of its values in a row, to which the module `ma` in the
/// state `inactive` and the module `main` in the state `active` are the same.
#[derive(Debug, Default)]
pub(super) struct Families(Vec<MetricFamily>);

impl Families {
    /// `samples` has a value for each of the `labels`.
    pub(super) fn gauge(&mut self, name: &str, help: &str, labels: &[&str], samples: Vec<Sample>) {
        let series = samples.into_iter().map(|(values, value)| {
            let (mut series, mut gauge) = (series(labels, values), Gauge::default());
            gauge.set_value(value);
            series.set_gauge(gauge);
            series
        });
        self.add((name, help), MetricType::GAUGE, series.collect());
    }

    /// The same; of several samples with the same values the sum is told.
    pub(super) fn counter(&mut self, name: &str, help: &str, labels: &[&str], samples: Vec<Sample>) {
        let mut sums: BTreeMap<Vec<String>, f64> = BTreeMap::new();
        for (values, value) in samples {
            *sums.entry(values).or_default() += value;
        }
        let series = sums.into_iter().map(|(values, value)| {
            let (mut series, mut counter) = (series(labels, values), Counter::default());
            counter.set_value(value);
            series.set_counter(counter);
            series
        });
        self.add((name, help), MetricType::COUNTER, series.collect());
    }

    /// The same for sizes, which all have the same bounds.
    pub(super) fn histogram(
        &mut self,
        name: &str,
        help: &str,
        labels: &[&str],
        samples: impl Iterator<Item = (Vec<String>, Sizes)>,
    ) {
        let mut sums: BTreeMap<Vec<String>, Sizes> = BTreeMap::new();
        samples.for_each(|(values, sizes)| sums.entry(values).or_default().add(sizes));
        let series = sums.into_iter().map(|(values, sizes)| {
            let mut series = series(labels, values);
            series.set_histogram(histogram(&sizes));
            series
        });
        self.add((name, help), MetricType::HISTOGRAM, series.collect());
    }

    fn add(&mut self, (name, help): (&str, &str), kind: MetricType, series: Vec<Metric>) {
        let mut family = MetricFamily::default();
        family.set_name(name.to_owned());
        family.set_help(help.to_owned());
        family.set_field_type(kind);
        family.set_metric(series);
        self.0.push(family);
    }

    fn certificate(&mut self, shared: &Shared) {
        let Some(at) = shared.standing.reloads.succeeded_at() else { return };
        let is_good = if shared.standing.reloads.has_failed() { 0.0 } else { 1.0 };
        self.gauge(
            "looselycoupled_certificate_last_reload_successful",
            "Whether the certificate's files, when they were last seen to change, could be used.",
            &[],
            vec![(Vec::new(), is_good)],
        );
        self.gauge(
            "looselycoupled_certificate_last_reload_success_timestamp_seconds",
            "When the certificate in use was read.",
            &[],
            vec![(Vec::new(), at)],
        );
    }
}

/// A series with its labels, in the order of their names, as the library writes those of users.
fn series(labels: &[&str], values: Vec<String>) -> Metric {
    let mut pairs: Vec<(&str, String)> = labels.iter().copied().zip(values).collect();
    pairs.sort_unstable();
    let pairs = pairs.into_iter().map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name(name.to_owned());
        pair.set_value(value);
        pair
    });
    Metric::from_label(pairs.collect())
}

fn histogram(sizes: &Sizes) -> Histogram {
    let buckets = sizes.buckets.iter().map(|(bound, number)| {
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(*bound);
        bucket.set_cumulative_count(*number);
        bucket
    });
    let mut histogram = Histogram::default();
    histogram.set_bucket(buckets.collect());
    histogram.set_sample_count(sizes.count);
    histogram.set_sample_sum(sizes.sum);
    histogram
}

/// Everything there is to tell, as text.
pub(super) fn text(handle: &Handle, shared: &Shared) -> prometheus::Result<String> {
    let mut families = Families::default();
    framework::add(&mut families, handle);
    measured::add(&mut families, handle);
    families.certificate(shared);
    let mut all = families.0;
    all.extend(process::families());
    all.extend(shared.metrics().families());
    // The encoder refuses those without a series.
    all.retain(|family| !family.get_metric().is_empty());
    sort(&mut all);
    TextEncoder::new().encode_to_string(&all)
}

/// The same figures give the same text.
fn sort(families: &mut [MetricFamily]) {
    families.sort_by(|one, other| one.name().cmp(other.name()));
    for family in families {
        // The labels of all series are the same, in the same order.
        family.mut_metric().sort_by_cached_key(|series| {
            series.get_label().iter().map(|label| label.value().to_owned()).collect::<Vec<_>>()
        });
    }
}
