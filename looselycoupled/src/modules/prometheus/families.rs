//! What is told when somebody asks: one function for each source, put together here.

use prometheus::TextEncoder;
use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{CounterVec, GaugeVec, Opts};

use super::shared::Shared;
use super::{framework, process};
use crate::prelude::*;

/// The values of the labels of a series, and its value.
pub(super) type Sample = (Vec<String>, f64);

/// Families that are made of numbers taken at one moment.
#[derive(Debug, Default)]
pub(super) struct Families(Vec<MetricFamily>);

impl Families {
    /// `samples` has a value for each of the `labels`.
    pub(super) fn gauge(
        &mut self,
        name: &str,
        help: &str,
        labels: &[&str],
        samples: Vec<Sample>,
    ) -> prometheus::Result<()> {
        let gauge = GaugeVec::new(Opts::new(name, help), labels)?;
        for (values, value) in samples {
            gauge.get_metric_with_label_values(&values)?.set(value);
        }
        self.0.extend(gauge.collect());
        Ok(())
    }

    /// `samples` has a value for each of the `labels`.
    pub(super) fn counter(
        &mut self,
        name: &str,
        help: &str,
        labels: &[&str],
        samples: Vec<Sample>,
    ) -> prometheus::Result<()> {
        let counter = CounterVec::new(Opts::new(name, help), labels)?;
        for (values, value) in samples {
            counter.get_metric_with_label_values(&values)?.inc_by(value);
        }
        self.0.extend(counter.collect());
        Ok(())
    }

    fn certificate(&mut self, shared: &Shared) -> prometheus::Result<()> {
        let Some(at) = shared.reloads.succeeded_at() else { return Ok(()) };
        let is_good = if shared.reloads.has_failed() { 0.0 } else { 1.0 };
        self.gauge(
            "looselycoupled_certificate_last_reload_successful",
            "Whether the certificate's files, when they were last seen to change, could be used.",
            &[],
            vec![(Vec::new(), is_good)],
        )?;
        self.gauge(
            "looselycoupled_certificate_last_reload_success_timestamp_seconds",
            "When the certificate in use was read.",
            &[],
            vec![(Vec::new(), at)],
        )
    }
}

/// Everything there is to tell, as text.
pub(super) fn text(handle: &Handle, shared: &Shared) -> prometheus::Result<String> {
    let mut families = Families::default();
    framework::add(&mut families, handle)?;
    families.certificate(shared)?;
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
