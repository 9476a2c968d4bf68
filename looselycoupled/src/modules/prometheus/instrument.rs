//! A metric of users as the library keeps it.

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{CounterVec, GaugeVec, HistogramOpts, HistogramVec, Opts};

use super::error::MetricKind;

/// One of the three kinds.
#[derive(Debug)]
pub(super) enum Instrument {
    Gauge(GaugeVec),
    Counter(CounterVec),
    Histogram(HistogramVec, Vec<f64>),
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

    /// Whether the value can be taken in: what a sum cannot get rid of any more is kept out.
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
    pub(super) fn new(metric: &str, labels: &[&str], change: &Change) -> prometheus::Result<Self> {
        // The library wants a text; the one that is told is put there when somebody asks.
        let options = Opts::new(metric, metric);
        Ok(match change {
            Change::Set(_) => Self::Gauge(GaugeVec::new(options, labels)?),
            Change::Increment(_) => Self::Counter(CounterVec::new(options, labels)?),
            Change::Observe(_, buckets) => {
                let buckets = buckets.clone().unwrap_or_else(|| prometheus::DEFAULT_BUCKETS.to_vec());
                let options = HistogramOpts::from(options).buckets(buckets.clone());
                Self::Histogram(HistogramVec::new(options, labels)?, buckets)
            }
        })
    }

    pub(super) const fn kind(&self) -> MetricKind {
        match self {
            Self::Gauge(_) => MetricKind::Gauge,
            Self::Counter(_) => MetricKind::Counter,
            Self::Histogram(..) => MetricKind::Histogram,
        }
    }

    /// Makes the series if there is none of these labels. The change is of this kind, and sound.
    pub(super) fn apply(&self, labels: &[&str], change: &Change) -> prometheus::Result<()> {
        let value = change.value();
        match self {
            Self::Gauge(gauge) => gauge.get_metric_with_label_values(labels)?.set(value),
            Self::Counter(counter) => counter.get_metric_with_label_values(labels)?.inc_by(value),
            Self::Histogram(histogram, _) => histogram.get_metric_with_label_values(labels)?.observe(value),
        }
        Ok(())
    }

    pub(super) fn families(&self) -> Vec<MetricFamily> {
        match self {
            Self::Gauge(gauge) => gauge.collect(),
            Self::Counter(counter) => counter.collect(),
            Self::Histogram(histogram, _) => histogram.collect(),
        }
    }
}
