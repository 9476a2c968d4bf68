//! What the framework tells of itself.

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled::provider::Local;
use looselycoupled_tests::{Gate, settle};

use crate::{Running, application, start, value};

#[derive(Clone, Default)]
struct Worker {
    gate: Gate,
}

#[module]
impl Worker {
    #[task]
    async fn wait(&self) {
        self.gate.pass().await;
    }

    #[task(blocking)]
    fn block(&self) {
        self.gate.pass_blocking();
    }

    #[on_event]
    fn on_news(&self) {}
}

/// Compares series with what they should be.
async fn assert_series(running: &Running, expected: &[(&str, f64)]) {
    let text = running.text().await;
    for (series, expected) in expected {
        assert_eq!(value(&text, series), Some(*expected), "{series} in\n{text}");
    }
}

#[tokio::test]
async fn others_get_by_a_task_what_is_answered() {
    let running =
        start(application("port: 0, username: eve, password: secret").module("worker", Worker::default()))
            .await;
    let counter = args! { metric: "visits", by: 3 };
    running.app.handle().exec_task("prometheus.increment_counter", counter).await.unwrap();
    let text = running.app.handle().exec_task("prometheus.exposition", args! {}).await.unwrap();
    let text: String = text.get().unwrap();
    assert_eq!(value(&text, "visits"), Some(3.0));
    assert_eq!(value(&text, r#"looselycoupled_module_state{module="worker",state="active"}"#), Some(1.0));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_is_there_and_in_which_state() {
    let running = start(application("port: 0").module("worker", Worker::default())).await;
    let build = format!("looselycoupled_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_series(
        &running,
        &[
            (&build, 1.0),
            ("looselycoupled_module_state{module=\"worker\",state=\"active\"}", 1.0),
            ("looselycoupled_module_state{module=\"worker\",state=\"passive\"}", 0.0),
            ("looselycoupled_module_state{module=\"worker\",state=\"inactive\"}", 0.0),
            ("looselycoupled_module_state{module=\"prometheus\",state=\"active\"}", 1.0),
            ("looselycoupled_module_restarts_total{module=\"worker\"}", 0.0),
        ],
    )
    .await;
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_goes_by_providers() {
    let builder =
        application("port: 0").provider("home", Local::connect("metrics")).route_event("news", "home");
    let running = start(builder).await;
    running.app.handle().trigger_event("news", args! {}).await.unwrap();
    while running.app.handle().providers()[0].published == 0 {
        tokio::task::yield_now().await;
    }
    let total =
        |labels: &str| format!("looselycoupled_transport_messages_total{{{labels},transport=\"home\"}}");
    let (out, echo) = (
        total("direction=\"out\",kind=\"event\",outcome=\"ok\""),
        total("direction=\"in\",kind=\"event\",outcome=\"echo\""),
    );
    assert_series(
        &running,
        &[("looselycoupled_transport_connected{transport=\"home\"}", 1.0), (&out, 1.0), (&echo, 0.0)],
    )
    .await;
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_waits_runs_and_is_lost() {
    let worker = Worker::default();
    let small = LoopOptions::new().tasks(7).events(2);
    let builder = application("port: 0").module("worker", worker.clone()).event_loop("worker", small);
    let running = start(builder).await;
    let handle = running.app.handle();
    let stub: WorkerStub = handle.stub("worker").unwrap();
    stub.wait().enqueue().await.unwrap();
    worker.gate.reached(1).await;
    stub.wait().priority(Priority::High).enqueue().await.unwrap();
    for _ in 0..5 {
        handle.trigger_event("news", args! {}).await.unwrap();
    }
    handle.trigger_event("unheard_of", args! {}).await.unwrap();
    assert_series(
        &running,
        &[
            ("looselycoupled_tasks_in_flight{module=\"worker\"}", 1.0),
            ("looselycoupled_queue_length{event_loop=\"worker\",priority=\"high\"}", 1.0),
            ("looselycoupled_queue_length{event_loop=\"worker\",priority=\"normal\"}", 2.0),
            ("looselycoupled_queue_length{event_loop=\"worker\",priority=\"lowest\"}", 0.0),
            ("looselycoupled_queue_capacity{event_loop=\"worker\",messages=\"tasks\"}", 7.0),
            ("looselycoupled_queue_capacity{event_loop=\"worker\",messages=\"events\"}", 2.0),
            ("looselycoupled_queue_dropped_total{priority=\"normal\",reason=\"full\"}", 3.0),
            ("looselycoupled_queue_dropped_total{priority=\"normal\",reason=\"expired\"}", 0.0),
            ("looselycoupled_events_unhandled_total{event=\"unheard_of\"}", 1.0),
            ("looselycoupled_events_emitted_total{event=\"news\",source=\"\"}", 5.0),
        ],
    )
    .await;
    worker.gate.open();
    settle(&running.app).await;
    assert_series(
        &running,
        &[
            ("looselycoupled_tasks_in_flight{module=\"worker\"}", 0.0),
            ("looselycoupled_queue_length{event_loop=\"worker\",priority=\"normal\"}", 0.0),
        ],
    )
    .await;
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_tasks_and_handlers_did_and_how_long_it_took() {
    let worker = Worker::default();
    worker.gate.open();
    let running = start(application("port: 0").module("worker", worker)).await;
    let (handle, stub) = (running.app.handle(), running.app.handle().stub::<WorkerStub>("worker").unwrap());
    for _ in 0..3 {
        stub.wait().await.unwrap();
    }
    for _ in 0..3 {
        stub.wait().enqueue().await.unwrap();
        handle.trigger_event("news", args! {}).await.unwrap();
    }
    handle.exec_task("worker.wiat", args! {}).await.unwrap_err();
    settle(&running.app).await;
    let task = "module=\"worker\",task=\"wait\"";
    let executions = |mode: &str, outcome: &str, task: &str| {
        format!(
            "looselycoupled_task_executions_total{{mode=\"{mode}\",module=\"worker\",outcome=\"{outcome}\",task=\"{task}\"}}"
        )
    };
    assert_series(
        &running,
        &[
            (&executions("exec", "ok", "wait"), 3.0),
            (&executions("queue", "ok", "wait"), 3.0),
            (&executions("exec", "rejected", "_unknown"), 1.0),
            (&format!("looselycoupled_task_duration_seconds_count{{{task}}}"), 6.0),
            (&format!("looselycoupled_task_duration_seconds_bucket{{{task},le=\"+Inf\"}}"), 6.0),
            ("looselycoupled_event_deliveries_total{event=\"news\",module=\"worker\",outcome=\"ok\"}", 3.0),
            ("looselycoupled_event_handler_duration_seconds_count{event=\"news\",module=\"worker\"}", 3.0),
            ("looselycoupled_queue_wait_seconds_count{priority=\"normal\"}", 6.0),
            ("looselycoupled_queue_wait_seconds_count{priority=\"lowest\"}", 0.0),
        ],
    )
    .await;
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn threads_that_block_are_counted() {
    let worker = Worker::default();
    let running = start(application("port: 0").module("worker", worker.clone())).await;
    let stub: WorkerStub = running.app.handle().stub("worker").unwrap();
    assert_series(
        &running,
        &[("looselycoupled_worker_threads_busy", 0.0), ("looselycoupled_worker_threads_max", 512.0)],
    )
    .await;
    stub.block().enqueue().await.unwrap();
    worker.gate.reached(1).await;
    assert_series(&running, &[("looselycoupled_worker_threads_busy", 1.0)]).await;
    worker.gate.open();
    settle(&running.app).await;
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn names_and_series_come_in_rising_order() {
    let running = start(application("port: 0").module("worker", Worker::default())).await;
    for room in ["hall", "attic", "cellar", "porch", "kitchen"] {
        let labels = [("room".to_owned(), room.to_owned())].into();
        running.metrics.set_gauge_value("level".into(), 1.0, None, labels).await.unwrap();
    }
    let text = running.text().await;
    assert!(text.lines().filter(|line| line.starts_with("# TYPE")).is_sorted(), "{text}");
    let rooms: Vec<&str> = text.lines().filter(|line| line.starts_with("level{")).collect();
    assert!(rooms.len() == 5 && rooms.is_sorted(), "{rooms:?}");
    running.app.shutdown().await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_process_is_told_of() {
    let running = start(application("port: 0")).await;
    let text = running.text().await;
    for name in [
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_max_fds",
        "process_virtual_memory_bytes",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_threads",
    ] {
        assert!(value(&text, name).is_some(), "{name} in\n{text}");
    }
    assert!(value(&text, "process_resident_memory_bytes").unwrap() > 100_000.0, "{text}");
    assert!(!text.contains("certificate"), "there is none to tell of");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn modules_whose_names_look_alike_beside_a_state_stay_apart() {
    let builder = application("port: 0").module("dra", Worker::default()).module("drain", Worker::default());
    let running = start(builder).await;
    for module in ["dra", "drain"] {
        let state =
            |state: &str| format!("looselycoupled_module_state{{module=\"{module}\",state=\"{state}\"}}");
        assert_series(&running, &[(&state("active"), 1.0), (&state("inactive"), 0.0)]).await;
    }
    running.app.shutdown().await.unwrap();
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Opened;

/// Hears the same event twice.
#[derive(Default)]
struct Twice;

#[module]
impl Twice {
    #[on_event(Opened)]
    fn by_type(&self, _event: &Opened) {}

    #[on_event]
    fn on_opened(&self) {}
}

#[tokio::test]
async fn handlers_of_one_event_in_one_module_are_one_series() {
    let running = start(application("port: 0").module("lamp", Twice)).await;
    for _ in 0..3 {
        running.app.handle().trigger(Opened).await.unwrap();
    }
    settle(&running.app).await;
    let text = running.text().await;
    let series: Vec<&str> =
        text.lines().filter_map(|line| line.rsplit_once(' ').map(|(series, _)| series)).collect();
    let once: std::collections::BTreeSet<&&str> = series.iter().collect();
    assert_eq!(series.len(), once.len(), "{text}");
    assert_series(
        &running,
        &[
            ("looselycoupled_event_deliveries_total{event=\"opened\",module=\"lamp\",outcome=\"ok\"}", 6.0),
            ("looselycoupled_event_handler_duration_seconds_count{event=\"opened\",module=\"lamp\"}", 6.0),
        ],
    )
    .await;
    running.app.shutdown().await.unwrap();
}
