//! The metrics of users.

use std::collections::BTreeMap;

use prometheus::proto::MetricFamily;

use super::error::{MetricError, MetricKind};
use super::instrument::{Change, Instrument};
use super::names::{check_label, check_metric, written_as};

/// Which series is meant.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) metric: String,
    pub(super) documentation: Option<String>,
    pub(super) labels: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Metric {
    instrument: Instrument,
    documentation: Option<String>,
}

/// How many there may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) metrics: usize,
    /// Of each metric.
    pub(super) series: usize,
}

/// All of them by name.
#[derive(Debug, Default)]
pub(super) struct Metrics(BTreeMap<String, Metric>);

impl Metrics {
    /// Changes one series, which is made if there is none.
    pub(super) fn change(
        &mut self,
        wanted: Wanted,
        change: &Change,
        limits: Limits,
    ) -> Result<(), MetricError> {
        check(&wanted, change)?;
        match self.0.get_mut(&wanted.metric) {
            Some(metric) => metric.change(wanted, change, limits.series),
            None => self.begin(wanted, change, limits),
        }
    }

    fn begin(&mut self, wanted: Wanted, change: &Change, limits: Limits) -> Result<(), MetricError> {
        if self.0.len() >= limits.metrics {
            return Err(MetricError::TooManyMetrics { metric: wanted.metric, limit: limits.metrics });
        }
        self.check_written(&wanted.metric, change.kind())?;
        let labels = wanted.labels.keys().cloned().collect();
        let instrument = Instrument::new(&wanted.metric, labels, change);
        let mut metric = Metric { instrument, documentation: None };
        let name = wanted.metric.clone();
        metric.change(wanted, change, limits.series)?;
        self.0.insert(name, metric);
        Ok(())
    }

    /// No two metrics may write samples under the same name.
    fn check_written(&self, metric: &str, kind: MetricKind) -> Result<(), MetricError> {
        let own = written_as(metric, kind == MetricKind::Histogram);
        for (other, known) in &self.0 {
            let theirs = written_as(other, known.instrument.kind() == MetricKind::Histogram);
            if let Some(name) = own.iter().find(|name| theirs.contains(name)) {
                let (metric, name, other) = (metric.to_owned(), name.clone(), other.clone());
                return Err(MetricError::SameName { metric, name, other });
            }
        }
        Ok(())
    }

    pub(super) fn families(&self) -> Vec<MetricFamily> {
        let told = self.0.values().filter_map(|metric| {
            let mut family = metric.instrument.family()?;
            let text = metric.documentation.as_deref().unwrap_or("Nobody has documented it.");
            family.set_help(text.to_owned());
            Some(family)
        });
        told.collect()
    }
}

impl Metric {
    fn change(&mut self, wanted: Wanted, change: &Change, limit: usize) -> Result<(), MetricError> {
        self.check(&wanted, change)?;
        let Wanted { metric, documentation, labels } = wanted;
        let values: Vec<String> = labels.into_values().collect();
        if !self.instrument.has_room_for(&values, limit) {
            return Err(MetricError::TooManySeries { metric, limit });
        }
        self.instrument.apply(&values, change).map_err(library(&metric))?;
        self.documentation = documentation.or_else(|| self.documentation.take());
        Ok(())
    }

    /// Whether the metric is what it is taken for.
    fn check(&self, wanted: &Wanted, change: &Change) -> Result<(), MetricError> {
        let (is, metric) = (self.instrument.kind(), || wanted.metric.clone());
        if is != change.kind() {
            return Err(MetricError::OtherKind { metric: metric(), is, wanted: change.kind() });
        }
        if !wanted.labels.keys().eq(self.instrument.labels()) {
            let given = wanted.labels.keys().cloned().collect();
            return Err(MetricError::OtherLabels {
                metric: metric(),
                has: self.instrument.labels().to_vec(),
                wanted: given,
            });
        }
        match (self.instrument.buckets(), change) {
            (Some(has), Change::Observe(_, Some(wanted))) if has != wanted => {
                let (has, wanted) = (has.to_vec(), wanted.clone());
                Err(MetricError::OtherBuckets { metric: metric(), has, wanted })
            }
            _ => Ok(()),
        }
    }
}

/// What is wrong whatever metrics there are.
fn check(wanted: &Wanted, change: &Change) -> Result<(), MetricError> {
    let metric = &wanted.metric;
    check_metric(metric)?;
    wanted.labels.keys().try_for_each(|label| check_label(metric, label))?;
    if !change.is_sound() {
        let (kind, value) = (change.kind(), change.value());
        return Err(MetricError::BadValue { metric: metric.clone(), kind, value });
    }
    match change {
        Change::Observe(_, Some(buckets)) if !is_rising(buckets) => {
            Err(MetricError::BadBuckets { metric: metric.clone(), buckets: buckets.clone() })
        }
        _ => Ok(()),
    }
}

fn is_rising(buckets: &[f64]) -> bool {
    let is_finite = buckets.iter().all(|bound| bound.is_finite());
    !buckets.is_empty() && is_finite && buckets.is_sorted_by(|one, next| one < next)
}

fn library(metric: &str) -> impl Fn(prometheus::Error) -> MetricError {
    |error| MetricError::Library { metric: metric.to_owned(), message: error.to_string() }
}
