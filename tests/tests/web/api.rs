//! Calling, putting in line, sending; and what an application tells of itself.

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use serde_json::json;

use crate::{JSON, application, json as read, problem, start};

#[tokio::test]
async fn a_call_brings_its_result() {
    let running = start(application("")).await;
    let answer = running.post("/api/v1/tasks/lamp.set_level", r#"{"level": 40}"#).await;
    assert_eq!((answer.status, &read(&answer)["value"]), (200, &json!(0)), "{answer:?}");
    assert!(read(&answer)["duration_seconds"].as_f64().unwrap() > 0.0);
    let answer = running.post("/api/v1/tasks/lamp.level?timeout=5s&priority=high", "").await;
    assert_eq!((answer.status, &read(&answer)["value"]), (200, &json!(40)), "{answer:?}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_task_in_line_is_accepted_and_done() {
    let running = start(application("")).await;
    let answer =
        running.post("/api/v1/tasks/lamp.set_level?mode=queue&priority=low", r#"{"level": 7}"#).await;
    assert_eq!((answer.status, read(&answer)), (202, json!({ "queued": true })));
    running.app.quiesce().await;
    assert_eq!(running.app.handle().exec_task("lamp.level", args! {}).await.unwrap().get::<u8>().unwrap(), 7);
    running.app.shutdown().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_durable_event_that_nobody_confirms_is_not_taken_for_sent() {
    use looselycoupled::provider::{Socket, Via};
    let scratch = looselycoupled_tests::Scratch::new();
    let socket = Socket::connect(&format!("unix:{}", scratch.path("home.sock").display()));
    let app = application("").process("hall").provider("home", socket);
    let running = start(app.route_event("sunset", Via::provider("home").durable())).await;
    let answer = running.post("/api/v1/events/sunset", r#"{"level": 9}"#).await;
    assert_eq!((answer.status, read(&answer)["code"].as_str()), (502, Some("LC0729")), "{answer:?}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_event_reaches_who_hears_it() {
    let running = start(application("")).await;
    let answer = running.post("/api/v1/events/sunset", r#"{"level": 9}"#).await;
    assert_eq!((answer.status, read(&answer)), (202, json!({ "receivers": 1 })));
    running.app.quiesce().await;
    assert_eq!(running.app.handle().exec_task("lamp.level", args! {}).await.unwrap().get::<u8>().unwrap(), 9);
    let unheard = running.post("/api/v1/events/nobody%2Ehears?priority=highest", "").await;
    assert_eq!(read(&unheard), json!({ "receivers": 0 }));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_goes_wrong_has_a_status_a_code_and_the_frameworks_words() {
    let running = start(application("timeout: 200ms")).await;
    for (path, body, status, code, detail) in [
        ("tasks/lmap.level", "", 404, "LC0705", "unknown module `lmap`; did you mean `lamp`?"),
        ("tasks/lamp.levle", "", 404, "LC0706", "unknown task `lamp.levle`; did you mean `lamp.level`?"),
        ("tasks/level", "", 404, "LC0801", "`level` is no address of a task; write `module.task`"),
        (
            "tasks/lamp.set_level",
            r#"{"levle": 1}"#,
            422,
            "LC0708",
            "`lamp.set_level`: unknown argument `levle`; did you mean `level`?",
        ),
        ("tasks/lamp.set_level", r#"{"level": 120}"#, 500, "LC0701", "120 % is too bright"),
        ("tasks/lamp.burst", "", 500, "LC0702", "`lamp.burst` panicked: the bulb"),
        (
            "tasks/lamp.set_level",
            "[40]",
            400,
            "LC0808",
            "arguments have names: send an object, `{\"level\": 40}`",
        ),
        (
            "tasks/lamp.level?prioriti=high",
            "",
            400,
            "LC0811",
            "unknown parameter `prioriti`; did you mean `priority`?",
        ),
        ("tasks/lamp.level?mode=later", "", 400, "LC0811", "`mode` is `exec` or `queue`, not `later`"),
        ("tasks/lamp.level?timeout=soon", "", 400, "LC0811", "`soon` is no duration; write `5s` or `250ms`"),
        ("stat", "", 404, "LC0801", "nothing is at `/api/v1/stat`; did you mean `state`?"),
    ] {
        let method = if path == "stat" { "GET" } else { "POST" };
        let answer = running.ask(method, &format!("/api/v1/{path}"), JSON, body).await;
        assert_eq!(problem(&answer), (status, code.to_owned(), detail.to_owned()), "{path}");
    }
    let late = running.post("/api/v1/tasks/lamp.wait_for_ever", "").await;
    assert_eq!(problem(&late).0, 504);
    assert!(read(&late)["detail"].as_str().unwrap().contains("lamp.wait_for_ever"), "{late:?}");
    let hidden = running.post("/api/v1/tasks/web.mount", "").await;
    assert_eq!((problem(&hidden).0, problem(&hidden).1.as_str()), (404, "LC0707"));
    drop(running);
}

#[tokio::test]
async fn a_result_that_json_cannot_say_is_told_rather_than_null() {
    let running = start(application("")).await;
    let answer = running.post("/api/v1/tasks/lamp.infinite", "").await;
    assert!(problem(&answer).2.starts_with("the result is no JSON"), "{answer:?}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_wrong_method_is_told_which_is_right() {
    let running = start(application("")).await;
    let answer = running.get("/api/v1/tasks/lamp.level").await;
    assert_eq!((problem(&answer).0, answer.header("allow")), (405, Some("POST")));
    let answer = running.post("/api/v1/state", "").await;
    assert_eq!((problem(&answer).0, answer.header("allow")), (405, Some("GET, HEAD")));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_application_tells_what_it_consists_of() {
    let running = start(application("title: greenhouse")).await;
    let description = read(&running.get("/api/v1/description").await);
    let lamp = &description["modules"].as_array().unwrap()[0];
    assert_eq!((&lamp["name"], &lamp["documentation"]), (&json!("lamp"), &json!("A lamp.")));
    assert_eq!(description["title"], "greenhouse");
    let openapi = read(&running.get("/api/v1/openapi.json").await);
    assert_eq!((&openapi["info"]["title"], &openapi["openapi"]), (&json!("greenhouse"), &json!("3.1.0")));
    assert!(read(&running.get("/api/v1/asyncapi.json").await)["asyncapi"].is_string());
    assert!(read(&running.get("/api/v1/schema.json").await).is_object());
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_state_counts_what_has_happened() {
    let running = start(application("")).await;
    running.post("/api/v1/tasks/lamp.set_level", r#"{"level": 40}"#).await;
    running.post("/api/v1/tasks/lamp.set_level", r#"{"level": 140}"#).await;
    let state = read(&running.get("/api/v1/state").await);
    let lamp = &state["modules"][0];
    assert_eq!(
        (&lamp["name"], &lamp["phase"], &lamp["failed"]),
        (&json!("lamp"), &json!("active"), &json!(1))
    );
    let tasks = state["tasks"].as_array().unwrap();
    let task = tasks.iter().find(|task| task["task"] == "set_level").unwrap();
    assert_eq!(
        (&task["module"], &task["ok"], &task["error"], &task["count"]),
        (&json!("lamp"), &json!(1), &json!(1), &json!(2))
    );
    let buckets = task["buckets"].as_array().unwrap();
    assert_eq!(buckets.len(), state["bounds"].as_array().unwrap().len() + 1);
    let called = json!({ "caller": "web", "module": "lamp", "number": 2 });
    assert!(state["calls"].as_array().unwrap().contains(&called), "{state}");
    let changed = json!({ "event": "level_changed", "source": "lamp", "emitted": 1, "unheard": 1 });
    assert!(state["events"].as_array().unwrap().contains(&changed), "{state}");
    assert_eq!(state["loops"][0]["queued"]["normal"], 0);
    assert_eq!(state["providers"], json!([]));
    let again = read(&running.get("/api/v1/state").await);
    assert_eq!(again["instance"], state["instance"]);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_configuration_is_told_without_its_secrets() {
    let running = start(application("requests_per_second: 500, token: abc")).await;
    let answer = running.ask("GET", "/api/v1/config", "authorization: Bearer abc\r\n", "").await;
    let entries = read(&answer)["entries"].as_array().unwrap().clone();
    assert_eq!(read(&answer)["file"], "config.yaml");
    let entry = |path: &str| entries.iter().find(|entry| entry["path"] == path).unwrap().clone();
    assert_eq!(entry("web.requests_per_second")["value"], "500");
    assert_eq!(entry("web.requests_per_second")["line"], 1);
    assert_eq!((&entry("web.token")["masked"], &entry("web.token")["value"]), (&json!(true), &json!("…")));
    assert!(!answer.body.contains("abc"));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_was_lost_is_told_with_its_reason() {
    let builder = application("").event_loop("lamp", LoopOptions::new().events(0));
    let running = start(builder).await;
    running.post("/api/v1/events/sunset", r#"{"level": 9}"#).await;
    let told = read(&running.get("/api/v1/dead_letters").await);
    let letter = &told["letters"][0];
    let part = |name: &str| letter[name].as_str().unwrap().to_owned();
    assert_eq!(
        (part("address"), part("kind"), part("reason")),
        ("lamp.on_sunset".into(), "event".into(), "dropped".into())
    );
    assert!(part("when").ends_with('Z') && part("transaction").len() == 22, "{told}");
    assert_eq!(
        (&told["overwritten"], &read(&running.get("/api/v1/state").await)["dead_letters"]),
        (&json!(0), &json!(1))
    );
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn only_names_are_levels_of_the_log() {
    let running = start(application("")).await;
    for level in ["", "5", "0", "loud"] {
        let body = format!("{{\"level\": \"{level}\"}}");
        let answer = running.ask("PUT", "/api/v1/log/lamp", JSON, &body).await;
        let (status, code, detail) = problem(&answer);
        assert_eq!((status, &*code), (400, "LC0808"), "{detail}");
        assert!(detail.starts_with(&format!("`{level}` is no level; there are `trace`")), "{detail}");
    }
    assert_eq!(running.ask("PUT", "/api/v1/log/lamp", JSON, r#"{"level": "DEBUG"}"#).await.status, 200);
    running.app.shutdown().await.unwrap();
}
