//! Whether an application lives, and whether it works; and its metrics.

use looselycoupled::modules::prometheus::Prometheus;
use serde_json::json;

use crate::{application, json as read, problem, start};

#[tokio::test]
async fn nobody_has_to_log_in_to_ask_whether_it_works() {
    let running = start(application("token: secret")).await;
    let live = running.get("/health/live").await;
    assert_eq!((live.status, read(&live)), (200, json!({ "status": "live" })));
    let modules = json!({ "lamp": "active", "web": "active" });
    for path in ["/health", "/health/ready"] {
        let answer = running.get(path).await;
        assert_eq!((answer.status, read(&answer)), (200, json!({ "status": "ready", "modules": modules })));
    }
    assert_eq!(problem(&running.get("/health/whether").await).0, 404);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn metrics_are_those_of_the_module_prometheus() {
    let running = start(application("")).await;
    let nobody = problem(&running.get("/metrics").await);
    assert_eq!((nobody.0, nobody.2.contains("a module of type `Prometheus`")), (404, true), "{nobody:?}");
    running.app.shutdown().await.unwrap();

    let mut config = looselycoupled::config::Config::new();
    config.set("web.port", 0).unwrap();
    config.set("web.metrics", "figures").unwrap();
    config.set("figures.port", 0).unwrap();
    let builder = application("").config(config).module("figures", Prometheus::default());
    let running = start(builder).await;
    let answer = running.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.body.contains("looselycoupled_module_state{module=\"lamp\",state=\"active\"} 1"),
        "{}",
        answer.body
    );
    running.app.shutdown().await.unwrap();
}
