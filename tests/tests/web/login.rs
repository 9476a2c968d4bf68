//! People who log in, and programs that have a token.

use futures_util::SinkExt;
use looselycoupled::modules::web::hash_password;
use looselycoupled::prelude::*;
use looselycoupled_tests::http::{Answer, ask};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::farewell::farewell;
use crate::socket::Client;
use crate::{JSON, Running, application, json as read, problem, request, start};

const ANNA: &str = r#"{"username": "anna", "password": "correct horse"}"#;

async fn with_anna(more: &str) -> Running {
    let hash = hash_password("correct horse").unwrap();
    start(application(&format!("users: {{ anna: {{ password_hash: \"{hash}\" }} }}{more}"))).await
}

/// What a browser sends back.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").unwrap();
    format!("cookie: {}\r\n", set.split(';').next().unwrap())
}

#[tokio::test]
async fn who_has_not_logged_in_sees_nothing() {
    let running = with_anna("").await;
    for path in [
        "/api/v1/state",
        "/api/v1/description",
        "/api/v1/events?pattern=**",
        "/api/v1/ws",
        "/metrics",
        "/nothing",
        "/api/v1/nothing",
    ] {
        let answer = running.get(path).await;
        assert_eq!((problem(&answer).0, &*problem(&answer).1), (401, "LC0803"), "{path}");
    }
    let session = read(&running.get("/api/v1/session").await);
    assert_eq!(session, json!({ "user": null, "csrf": null, "login_required": true, "has_users": true }));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_session_begins_with_the_right_password_and_ends_with_the_logout() {
    let running = with_anna("").await;
    for wrong in [
        r#"{"username": "anna", "password": "wrong"}"#,
        r#"{"username": "nobody", "password": "correct horse"}"#,
    ] {
        let answer = running.post("/api/v1/login", wrong).await;
        assert_eq!(problem(&answer), (401, "LC0813".to_owned(), "wrong name or password".to_owned()));
        assert_eq!(answer.header("set-cookie"), None);
    }
    let entered = running.post("/api/v1/login", ANNA).await;
    assert_eq!(entered.status, 200, "{entered:?}");
    let set = entered.header("set-cookie").unwrap();
    assert!(set.starts_with(&format!("session-{}=", running.address.port())), "{set}");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    let (cookie, csrf) = (cookie(&entered), read(&entered)["csrf"].as_str().unwrap().to_owned());
    assert_eq!(running.ask("GET", "/api/v1/state", &cookie, "").await.status, 200);

    let forged = running.ask("POST", "/api/v1/tasks/lamp.level", &format!("{JSON}{cookie}"), "").await;
    assert_eq!((problem(&forged).0, &*problem(&forged).1), (403, "LC0805"));
    let fields = format!("{JSON}{cookie}x-csrf-token: {csrf}\r\n");
    assert_eq!(running.ask("POST", "/api/v1/tasks/lamp.level", &fields, "").await.status, 200);

    let left = running.ask("POST", "/api/v1/logout", &fields, "").await;
    assert_eq!(left.status, 204);
    assert!(left.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(running.ask("GET", "/api/v1/state", &cookie, "").await.status, 401);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_program_shows_its_token() {
    let running = start(application("token: s3cret")).await;
    let with = async |token: &str| {
        let fields = format!("{JSON}authorization: {token}\r\n");
        running.ask("POST", "/api/v1/tasks/lamp.level", &fields, "").await.status
    };
    assert_eq!(with("Bearer s3cret").await, 200);
    for wrong in ["Bearer s3cre", "Bearer s3cret2", "Bearer ", "Basic czNjcmV0", "s3cret"] {
        assert_eq!(with(wrong).await, 401, "{wrong}");
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_guesses_passwords_is_stopped() {
    let running = with_anna("").await;
    let guess =
        async || running.post("/api/v1/login", r#"{"username": "anna", "password": "guess"}"#).await.status;
    for _ in 0..10 {
        assert_eq!(guess().await, 401);
    }
    // One more is answered every six seconds, and a slow machine takes its time for each.
    let mut further = 0;
    while guess().await == 401 {
        further += 1;
        assert!(further < 20, "nobody stops it");
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn people_log_in_by_a_form_and_go_on_where_they_were() {
    let running = with_anna("").await;
    let page = running.get("/login?next=%2Flamps%3Fa%3D1").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(r#"name="next" value="/lamps?a=1""#), "{}", page.body);
    let form = "content-type: application/x-www-form-urlencoded\r\norigin: http://localhost\r\n";
    let entered = running
        .ask("POST", "/login", form, "username=anna&password=correct+horse&next=%2Flamps%3Fa%3D1")
        .await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/lamps?a=1")));
    assert_eq!(running.ask("GET", "/api/v1/state", &cookie(&entered), "").await.status, 200);
    let elsewhere =
        running.ask("POST", "/login", form, "username=anna&password=correct+horse&next=//evil.example").await;
    assert_eq!(elsewhere.header("location"), Some("/"));

    let wrong =
        running.ask("POST", "/login", form, "username=%3Cb%3E&password=x&next=%22%3E%3Cscript%3E").await;
    assert_eq!(wrong.status, 401);
    assert!(
        wrong.body.contains("wrong name or password") && !wrong.body.contains("<script>"),
        "{}",
        wrong.body
    );
    let foreign = form.replace("http://localhost", "http://evil.example");
    assert_eq!(
        running.ask("POST", "/login", &foreign, "username=anna&password=correct+horse").await.status,
        403
    );
    let out = running.ask("POST", "/logout", &format!("{form}{}", cookie(&entered)), "").await;
    assert_eq!(out.status, 303);
    assert_eq!(running.ask("GET", "/api/v1/state", &cookie(&entered), "").await.status, 401);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_logs_in_again_has_one_session() {
    let running = with_anna("").await;
    let first = cookie(&running.post("/api/v1/login", ANNA).await);
    let again = running.ask("POST", "/api/v1/login", &format!("{JSON}{first}"), ANNA).await;
    let second = cookie(&again);
    assert_eq!(running.ask("GET", "/api/v1/state", &first, "").await.status, 401);
    assert_eq!(running.ask("GET", "/api/v1/state", &second, "").await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_session_that_was_slipped_in_beside_the_own_one_does_not_count() {
    let running = with_anna("").await;
    let [own, slipped] =
        [running.post("/api/v1/login", ANNA).await, running.post("/api/v1/login", ANNA).await];
    let both = format!("{}; {}", cookie(&own).trim_end(), cookie(&slipped).trim_start_matches("cookie: "));
    assert_eq!(running.ask("GET", "/api/v1/state", &both, "").await.status, 401);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let running = with_anna(", session: 1ns").await;
    let entered = running.post("/api/v1/login", ANNA).await;
    assert_eq!(running.ask("GET", "/api/v1/state", &cookie(&entered), "").await.status, 401);
    running.app.shutdown().await.unwrap();
}

#[test]
fn a_hash_is_another_one_each_time() {
    let [one, other] = [hash_password("a").unwrap(), hash_password("a").unwrap()];
    assert!(one.starts_with("$argon2id$") && one != other, "{one}");
}

#[tokio::test]
async fn what_goes_on_ends_with_the_session_by_which_it_was_asked_for() {
    let running = with_anna("").await;
    let entered = running.post("/api/v1/login", ANNA).await;
    let cookie = cookie(&entered);
    let stream = tokio::spawn({
        let request = request("GET", "/api/v1/events?pattern=**", &cookie, "");
        let address = running.address;
        async move { ask(address, &request).await }
    });
    let mut asked = "ws://localhost/api/v1/ws".into_client_request().unwrap();
    let value = cookie.trim_end().trim_start_matches("cookie: ").parse().unwrap();
    asked.headers_mut().insert("cookie", value);
    let tcp = TcpStream::connect(running.address).await.unwrap();
    let mut client = Client(client_async(asked, tcp).await.unwrap().0);
    assert_eq!(client.ask(&json!({ "type": "ping" })).await, json!({ "type": "pong" }));

    let token = read(&entered)["csrf"].as_str().unwrap().to_owned();
    let fields = format!("{cookie}x-csrf-token: {token}\r\n");
    assert_eq!(running.ask("POST", "/api/v1/logout", &fields, "").await.status, 204);
    let call = json!({ "type": "call", "task": "lamp.set_level", "arguments": { "level": 7 } });
    let _it_may_be_closed = client.0.send(Message::text(call.to_string())).await;
    assert_eq!(farewell(&mut client).await, Some((1008, "the session has ended".to_owned())));
    assert_eq!(stream.await.unwrap().status, 200);
    let level = running.app.handle().exec_task("lamp.level", args! {}).await.unwrap();
    assert_eq!(level.get::<u8>().unwrap(), 0);
    running.app.shutdown().await.unwrap();
}
