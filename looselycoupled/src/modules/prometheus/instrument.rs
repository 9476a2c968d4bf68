//! A metric of users as the library keeps it, one series at a time.

use std::collections::BTreeMap;

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{Counter, Gauge, Histogram, HistogramOpts, Opts};

use super::error::MetricKind;

/// A metric with its series by the values of their labels.
///
/// The library's own vectors find a series by a hash of its values in a row, to which `1`, `11` and `11`, `1` are the same.
#[derive(Debug)]
pub(super) struct Instrument {
    name: String,
    labels: Vec<String>,
    kind: MetricKind,
    /// Of a histogram.
    buckets: Option<Vec<f64>>,
    series: BTreeMap<Vec<String>, Series>,
}

#[derive(Debug)]
enum Series {
    Gauge(Gauge),
    Counter(Counter),
    Histogram(Histogram),
}

/// What is to be done to one series.
#[derive(Debug)]
pub(super) enum Change {
    Set(f64),
    Increment(f64),
    /// The buckets are those that were asked for.
    Observe(f64, Option<Vec<f64>>),
}

impl Change {
    pub(super) const fn kind(&self) -> MetricKind {
        match self {
            Self::Set(_) => MetricKind::Gauge,
            Self::Increment(_) => MetricKind::Counter,
            Self::Observe(..) => MetricKind::Histogram,
        }
    }

    pub(super) const fn value(&self) -> f64 {
        match self {
            Self::Set(value) | Self::Increment(value) | Self::Observe(value, _) => *value,
        }
    }

    /// Whether the value can be taken in.
    pub(super) fn is_sound(&self) -> bool {
        match self {
            Self::Set(value) => !value.is_nan(),
            Self::Increment(by) => by.is_finite() && *by >= 0.0,
            Self::Observe(value, _) => value.is_finite(),
        }
    }
}

impl Instrument {
    /// An instrument for changes like this one.
    pub(super) fn new(metric: &str, labels: Vec<String>, change: &Change) -> Self {
        let buckets = match change {
            Change::Observe(_, Some(buckets)) => Some(buckets.clone()),
            Change::Observe(_, None) => Some(prometheus::DEFAULT_BUCKETS.to_vec()),
            Change::Set(_) | Change::Increment(_) => None,
        };
        Self { name: metric.to_owned(), labels, kind: change.kind(), buckets, series: BTreeMap::new() }
    }

    pub(super) const fn kind(&self) -> MetricKind {
        self.kind
    }

    pub(super) fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Of a histogram.
    pub(super) fn buckets(&self) -> Option<&[f64]> {
        self.buckets.as_deref()
    }

    /// Whether there is room for a series, `limit` being what there may be.
    pub(super) fn has_room_for(&self, values: &[String], limit: usize) -> bool {
        self.series.len() < limit || self.series.contains_key(values)
    }

    /// Makes the series if there is none of these values. The change is of this kind, and sound.
    pub(super) fn apply(&mut self, values: &[String], change: &Change) -> prometheus::Result<()> {
        let value = change.value();
        if !self.series.contains_key(values) {
            let made = self.make(values)?;
            self.series.insert(values.to_vec(), made);
        }
        match self.series.get(values) {
            Some(Series::Gauge(gauge)) => gauge.set(value),
            Some(Series::Counter(counter)) => counter.inc_by(value),
            Some(Series::Histogram(histogram)) => histogram.observe(value),
            None => {}
        }
        Ok(())
    }

    fn make(&self, values: &[String]) -> prometheus::Result<Series> {
        let labels = self.labels.iter().cloned().zip(values.iter().cloned());
        // The library wants a text; the one that is told is put there when somebody asks.
        let options = Opts::new(&self.name, &self.name).const_labels(labels.collect());
        Ok(match self.kind {
            MetricKind::Gauge => Series::Gauge(Gauge::with_opts(options)?),
            MetricKind::Counter => Series::Counter(Counter::with_opts(options)?),
            MetricKind::Histogram => {
                let buckets = self.buckets.clone().unwrap_or_default();
                Series::Histogram(Histogram::with_opts(HistogramOpts::from(options).buckets(buckets))?)
            }
        })
    }

    /// All series as one family; none if there are none.
    pub(super) fn family(&self) -> Option<MetricFamily> {
        let collected = self.series.values().flat_map(|series| match series {
            Series::Gauge(gauge) => gauge.collect(),
            Series::Counter(counter) => counter.collect(),
            Series::Histogram(histogram) => histogram.collect(),
        });
        collected.reduce(|mut all, mut next| {
            all.mut_metric().append(next.mut_metric());
            all
        })
    }
}
