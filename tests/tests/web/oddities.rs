//! What clients get wrong, and what they are told.

use futures_util::SinkExt;
use looselycoupled::modules::web::warp::{self, Filter};
use looselycoupled::modules::web::{Routes, WebStub};
use looselycoupled_tests::within;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::socket::Client;
use crate::{application, problem, refusal, start};

#[tokio::test]
async fn frames_that_are_not_text_count_as_well() {
    let running = start(application("requests_per_second: 5")).await;
    let mut client = Client::connect(&running).await;
    let mut is_limited = false;
    for _ in 0..20 {
        within(client.0.send(Message::binary(vec![1]))).await.unwrap();
        is_limited |= client.hear().await["problem"]["code"] == "LC0810";
    }
    assert!(is_limited);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_argument_that_stands_twice_is_refused_in_frames_as_in_bodies() {
    let running = start(application("")).await;
    let twice = r#"{"level": 1, "level": 2}"#;
    assert_eq!(running.post("/api/v1/tasks/lamp.set_level", twice).await.status, 400);
    let mut client = Client::connect(&running).await;
    for frame in [
        format!(r#"{{"id": null, "type": "call", "task": "lamp.set_level", "arguments": {twice}}}"#),
        r#"{"id": null, "type": "ping", "type": "ping"}"#.to_owned(),
    ] {
        within(client.0.send(Message::text(&*frame))).await.unwrap();
        let answer = client.hear().await;
        assert_eq!(
            (&answer["type"], &answer["problem"]["code"]),
            (&json!("error"), &json!("LC0808")),
            "{frame}"
        );
        assert!(answer.as_object().unwrap().contains_key("id"), "{answer}");
    }
    assert_eq!(running.post("/api/v1/tasks/lamp.level", "").await.body.get(..10), Some(r#"{"value":0"#));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn another_method_is_told_which_ones_there_are() {
    let running = start(application("")).await;
    for (path, allow) in
        [("/login", "GET, HEAD, POST"), ("/logout", "POST"), ("/login/style.css", "GET, HEAD")]
    {
        let answer = running.ask("DELETE", path, "", "").await;
        assert_eq!(problem(&answer).1, "LC0802", "{path}");
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn where_nothing_is_the_method_does_not_matter() {
    let running = start(application("")).await;
    for path in ["/api/v1/task", "/api/v1/tasks", "/api/v1/stat"] {
        for method in ["GET", "POST", "PUT"] {
            let answer = running.ask(method, path, "", "").await;
            assert_eq!((problem(&answer).0, &*problem(&answer).1), (404, "LC0801"), "{method} {path}");
        }
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_token_that_nobody_can_send_fails_the_start() {
    for token in ["schlüssel", "line\\n", " around "] {
        let said = refusal(application(&format!("token: \"{token}\""))).await;
        assert!(said.contains("`web.token` is no use: a field of a request carries no such sign"), "{said}");
    }
}

#[tokio::test]
async fn the_way_back_from_the_login_leads_to_the_same_page() {
    let running = start(application("users: { anna: { password: correct } }")).await;
    let web: WebStub = running.app.handle().stub("web").unwrap();
    let page = warp::path!("lamps").map(|| "lamps");
    web.mount(Routes::new("lamps", page)).await.unwrap();
    let led = running.get("/lamps?room=hall&level=40").await;
    assert_eq!(led.header("location"), Some("/login?next=%2Flamps%3Froom%3Dhall%26level%3D40"));
    let form = "content-type: application/x-www-form-urlencoded\r\norigin: http://localhost\r\n";
    let fields = "username=anna&password=correct&next=%2Flamps%3Froom%3Dhall%26level%3D40";
    let entered = running.ask("POST", "/login", form, fields).await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/lamps?room=hall&level=40")));
    running.app.shutdown().await.unwrap();
}
