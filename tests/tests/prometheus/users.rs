//! What users measure, and what is refused.

use std::collections::BTreeMap;

use looselycoupled::modules::prometheus::{MetricError, MetricKind};
use looselycoupled::prelude::*;

use crate::{Running, application, start};

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn gauge(running: &Running, metric: &str, value: f64) -> Result<(), MetricError> {
    failure(running.metrics.set_gauge_value(metric.into(), value, None, labels(&[])).await)
}

async fn counter(running: &Running, metric: &str, by: f64) -> Result<(), MetricError> {
    failure(running.metrics.increment_counter(metric.into(), by, None, labels(&[])).await)
}

async fn histogram(running: &Running, metric: &str, value: f64, buckets: &[f64]) -> Result<(), MetricError> {
    let buckets = Some(buckets.to_vec());
    failure(running.metrics.observe_histogram(metric.into(), value, None, labels(&[]), buckets).await)
}

fn failure(result: Result<(), CallError<MetricError>>) -> Result<(), MetricError> {
    result.map_err(|error| match error {
        CallError::Failed(error) => error,
        other => panic!("{other}"),
    })
}

#[tokio::test]
async fn a_gauge_is_made_when_it_is_first_set() {
    let running = start(application("port: 0")).await;
    assert!(!running.text().await.contains("temperature"));
    let handle = running.app.handle();
    let labels = labels(&[("room", "hall")]);
    let documentation = "How warm it is.";
    let arguments = args! { metric: "temperature_celsius", value: 21.5, documentation, labels };
    handle.exec_task("prometheus.set_gauge_value", arguments).await.unwrap();
    let text = running.text().await;
    assert!(
        text.contains("# HELP temperature_celsius How warm it is.\n# TYPE temperature_celsius gauge\n"),
        "{text}"
    );
    assert!(text.contains("\ntemperature_celsius{room=\"hall\"} 21.5\n"), "{text}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn every_value_but_nan_is_one_of_a_gauge() {
    let running = start(application("port: 0")).await;
    for value in [3.0, 0.0, -7.25, f64::INFINITY, f64::NEG_INFINITY, 0.0] {
        gauge(&running, "level", value).await.unwrap();
        assert_eq!(running.value("level").await, Some(value));
    }
    let refused = gauge(&running, "level", f64::NAN).await.unwrap_err();
    assert!(matches!(refused, MetricError::BadValue { kind: MetricKind::Gauge, .. }), "{refused}");
    assert_eq!(running.value("level").await, Some(0.0), "what is refused changes nothing");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_value_that_is_missing_is_told() {
    let running = start(application("port: 0")).await;
    let call = running.app.handle().exec_task("prometheus.set_gauge_value", args! { metric: "level" });
    let error = call.await.unwrap_err().to_string();
    assert!(error.contains("value"), "{error}");
    assert_eq!(running.value("level").await, None);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_counter_rises_by_one_unless_stated() {
    let running = start(application("port: 0")).await;
    let handle = running.app.handle();
    for arguments in [args! { metric: "rings_total" }, args! { metric: "rings_total", by: 2.5 }] {
        handle.exec_task("prometheus.increment_counter", arguments).await.unwrap();
    }
    counter(&running, "rings_total", 0.0).await.unwrap();
    assert_eq!(running.value("rings_total").await, Some(3.5));
    for by in [-1.0, f64::NAN, f64::INFINITY] {
        let refused = counter(&running, "rings_total", by).await.unwrap_err();
        assert!(matches!(refused, MetricError::BadValue { kind: MetricKind::Counter, .. }), "{refused}");
        assert!(refused.to_string().contains("not negative"), "{refused}");
    }
    assert_eq!(running.value("rings_total").await, Some(3.5));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_histogram_counts_by_size() {
    let running = start(application("port: 0")).await;
    for value in [0.5, 1.0, 7.0, 100.0] {
        histogram(&running, "seconds", value, &[1.0, 10.0]).await.unwrap();
    }
    let text = running.text().await;
    for (series, expected) in [
        ("seconds_bucket{le=\"1\"}", 2.0),
        ("seconds_bucket{le=\"10\"}", 3.0),
        ("seconds_bucket{le=\"+Inf\"}", 4.0),
        ("seconds_count", 4.0),
        ("seconds_sum", 108.5),
    ] {
        assert_eq!(crate::value(&text, series), Some(expected), "{series}");
    }
    let plain = running.metrics.observe_histogram("seconds".into(), 3.0, None, labels(&[]), None).await;
    failure(plain).unwrap();
    assert_eq!(running.value("seconds_count").await, Some(5.0), "buckets are left out after the first time");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_histogram_has_buckets_for_seconds_unless_stated() {
    let running = start(application("port: 0")).await;
    let arguments = args! { metric: "seconds", value: 0.3 };
    running.app.handle().exec_task("prometheus.observe_histogram", arguments).await.unwrap();
    let text = running.text().await;
    assert_eq!(crate::value(&text, "seconds_bucket{le=\"0.25\"}"), Some(0.0));
    assert_eq!(crate::value(&text, "seconds_bucket{le=\"0.5\"}"), Some(1.0));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn buckets_rise_and_stay() {
    let running = start(application("port: 0")).await;
    for bad in [&[][..], &[2.0, 1.0], &[1.0, 1.0], &[1.0, f64::INFINITY], &[f64::NAN]] {
        let refused = histogram(&running, "seconds", 1.0, bad).await.unwrap_err();
        assert!(matches!(refused, MetricError::BadBuckets { .. }), "{refused}");
    }
    assert!(!running.text().await.contains("\nseconds"), "what is refused makes nothing");
    histogram(&running, "seconds", 1.0, &[1.0, 2.0]).await.unwrap();
    let refused = histogram(&running, "seconds", 1.0, &[1.0, 3.0]).await.unwrap_err();
    assert!(matches!(refused, MetricError::OtherBuckets { .. }), "{refused}");
    for value in [f64::NAN, f64::INFINITY] {
        let refused = histogram(&running, "seconds", value, &[1.0, 2.0]).await.unwrap_err();
        assert!(matches!(refused, MetricError::BadValue { kind: MetricKind::Histogram, .. }), "{refused}");
    }
    assert_eq!(running.value("seconds_count").await, Some(1.0));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn bad_names_are_refused() {
    let running = start(application("port: 0")).await;
    for metric in ["", "1st", "with space", "a-b", "grün", "a{b}", "a\nb 1"] {
        let refused = gauge(&running, metric, 1.0).await.unwrap_err();
        assert_eq!(refused, MetricError::BadName { metric: metric.into() });
    }
    for metric in ["looselycoupled_build_info", "looselycoupled_mine", "process_open_fds", "process_mine"] {
        let refused = gauge(&running, metric, 1.0).await.unwrap_err();
        assert!(matches!(refused, MetricError::Reserved { .. }), "{refused}");
    }
    for label in ["", "1st", "a-b", "a:b", "__name__", "le", "grün"] {
        let call = running.metrics.set_gauge_value("level".into(), 1.0, None, labels(&[(label, "x")]));
        let refused = failure(call.await).unwrap_err();
        assert_eq!(refused, MetricError::BadLabel { metric: "level".into(), label: label.into() });
    }
    gauge(&running, "a:b_C9", 1.0).await.unwrap();
    assert_eq!(running.value("a:b_C9").await, Some(1.0));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_metric_stays_what_it_was_at_first() {
    let running = start(application("port: 0")).await;
    gauge(&running, "level", 1.0).await.unwrap();
    let refused = counter(&running, "level", 1.0).await.unwrap_err();
    assert_eq!(refused.to_string(), "`level` is a gauge, and no counter; give the counter a name of its own");
    let refused = histogram(&running, "level", 1.0, &[1.0]).await.unwrap_err();
    assert!(matches!(refused, MetricError::OtherKind { wanted: MetricKind::Histogram, .. }), "{refused}");
    let other = running.metrics.set_gauge_value("level".into(), 2.0, None, labels(&[("room", "hall")]));
    let refused = failure(other.await).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`level` has no labels, not the label `room`; a metric has the same labels every time"
    );
    assert_eq!(running.value("level").await, Some(1.0));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn no_two_metrics_are_written_alike() {
    let running = start(application("port: 0")).await;
    gauge(&running, "seconds_count", 1.0).await.unwrap();
    let refused = histogram(&running, "seconds", 1.0, &[1.0]).await.unwrap_err();
    assert!(
        matches!(refused, MetricError::SameName { ref other, .. } if other == "seconds_count"),
        "{refused}"
    );
    histogram(&running, "metres", 1.0, &[1.0]).await.unwrap();
    for metric in ["metres_bucket", "metres_sum", "metres_count"] {
        let refused = counter(&running, metric, 1.0).await.unwrap_err();
        assert!(matches!(refused, MetricError::SameName { ref other, .. } if other == "metres"), "{refused}");
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_number_of_series_has_a_bound() {
    let running = start(application("port: 0, series_per_metric: 3")).await;
    let set = async |room: &str, value| {
        let call = running.metrics.set_gauge_value("level".into(), value, None, labels(&[("room", room)]));
        failure(call.await)
    };
    for room in ["hall", "attic", "cellar"] {
        set(room, 1.0).await.unwrap();
    }
    assert_eq!(
        set("porch", 1.0).await.unwrap_err(),
        MetricError::TooManySeries { metric: "level".into(), limit: 3 }
    );
    set("attic", 5.0).await.unwrap();
    assert_eq!(running.value("level{room=\"attic\"}").await, Some(5.0));
    assert_eq!(running.text().await.matches("\nlevel{").count(), 3);
    gauge(&running, "other", 1.0).await.unwrap();
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_number_of_metrics_has_a_bound() {
    let running = start(application("port: 0, metrics: 2")).await;
    gauge(&running, "one", 1.0).await.unwrap();
    gauge(&running, "two", 1.0).await.unwrap();
    let refused = gauge(&running, "three", 1.0).await.unwrap_err();
    assert_eq!(refused, MetricError::TooManyMetrics { metric: "three".into(), limit: 2 });
    gauge(&running, "two", 2.0).await.unwrap();
    assert!(!running.text().await.contains("three"));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_last_documentation_stands() {
    let running = start(application("port: 0")).await;
    gauge(&running, "level", 1.0).await.unwrap();
    let help = async || {
        let text = running.text().await;
        text.lines().find(|line| line.starts_with("# HELP level ")).unwrap().to_owned()
    };
    assert_eq!(help().await, "# HELP level Nobody has documented it.");
    let documentation = Some("How\nhigh \\ low".to_owned());
    running.metrics.set_gauge_value("level".into(), 1.0, documentation, labels(&[])).await.unwrap();
    gauge(&running, "level", 2.0).await.unwrap();
    assert_eq!(help().await, r"# HELP level How\nhigh \\ low");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn values_of_labels_are_any_text() {
    let running = start(application("port: 0")).await;
    let given = labels(&[("text", "a \"b\" \\ c\nd ü")]);
    running.metrics.set_gauge_value("level".into(), 1.0, None, given).await.unwrap();
    assert_eq!(running.value(r#"level{text="a \"b\" \\ c\nd ü"}"#).await, Some(1.0));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn series_whose_values_look_alike_in_a_row_stay_apart() {
    let running = start(application("port: 0")).await;
    for (row, seat, value) in [("1", "11", 5.0), ("11", "1", 7.0)] {
        let labels = labels(&[("row", row), ("seat", seat)]);
        running.metrics.set_gauge_value("taken".into(), value, None, labels).await.unwrap();
    }
    assert_eq!(running.value("taken{row=\"1\",seat=\"11\"}").await, Some(5.0));
    assert_eq!(running.value("taken{row=\"11\",seat=\"1\"}").await, Some(7.0));
    running.app.shutdown().await.unwrap();
}
