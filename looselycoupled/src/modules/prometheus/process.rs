//! What the operating system knows of this process.

use prometheus::proto::MetricFamily;

#[cfg(target_os = "linux")]
pub(super) fn families() -> Vec<MetricFamily> {
    use prometheus::core::Collector;
    use prometheus::process_collector::ProcessCollector;

    ProcessCollector::for_self().collect()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn families() -> Vec<MetricFamily> {
    Vec::new()
}
