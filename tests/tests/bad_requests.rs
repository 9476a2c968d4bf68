//! What nobody should send, by the thousand.

//! A program of its own, since it measures its memory.

#![allow(clippy::unwrap_used, reason = "what fails here fails its test")]

use looselycoupled::config::Config;
use looselycoupled::modules::web::{Web, WebStub};
use looselycoupled::prelude::*;
use looselycoupled_tests::http::with_body as request;
use looselycoupled_tests::{Dice, http, is_long, resident};

const JSON: &str = "content-type: application/json\r\n";

#[derive(Default)]
struct Lamp;

#[module]
impl Lamp {
    #[task]
    fn set_level(&self, level: u8) -> u8 {
        level
    }
}

/// A request, and the status that it deserves.
fn bad(dice: &mut Dice) -> (String, u16) {
    let level = "/api/v1/tasks/lamp.set_level";
    let body = r#"{"level": 1}"#;
    let with = |fields: &str| format!("{JSON}authorization: Bearer right\r\n{fields}");
    let noise: String = (0..dice.roll(40)).map(|_| char::from(32 + dice.roll(94) as u8)).collect();
    let noise = noise.replace(['"', '\\', '#'], "x");
    match dice.roll(16) {
        0 => (request("POST", level, &with(""), &"x".repeat(70_000)), 413),
        1 => (request("POST", level, &with(""), &format!("{{\"level\": {noise}?")), 400),
        2 => (request("POST", level, &with(""), r#"{"level": "bright"}"#), 422),
        3 => (request("POST", level, &with(""), r#"{"level": 1, "level": 2}"#), 400),
        4 => (request("POST", level, &with(""), &format!("{{\"level\": {}", "[".repeat(10_000))), 400),
        5 => (request("POST", "/api/v1/tasks/lamp.unknown", &with(""), body), 404),
        6 => (request("POST", "/api/v1/tasks/nobody.level", &with(""), body), 404),
        7 => (request("POST", level, JSON, body), 401),
        8 => (request("POST", level, &format!("{JSON}authorization: Bearer wrong\r\n"), body), 401),
        9 => (request("POST", level, &with("origin: https://evil.example\r\n"), body), 403),
        10 => (request("POST", level, &with(""), body).replace("Host: localhost", "Host: evil.example"), 421),
        11 => (request("DELETE", level, &with(""), body), 405),
        12 => {
            (request("POST", level, "content-type: text/xml\r\nauthorization: Bearer right\r\n", body), 415)
        }
        13 => (request("POST", "/api/v1/events/..", &with(""), "{}"), 422),
        14 => (request("GET", "/api/v1/state?what=ever", &with(""), ""), 400),
        _ => (request("POST", "/api/v1/tasks/lamp.%ff", &with(""), body), 400),
    }
}

#[tokio::test]
async fn bad_requests_are_told_what_is_wrong_and_leave_nothing_behind() {
    let section = "web: { port: 0, token: right, requests_per_second: 1000000 }";
    let config = Config::parse(section, "config.yaml").unwrap();
    let builder = App::builder().config(config).module("lamp", Lamp).module("web", Web::default());
    let app = builder.start().await.unwrap();
    let web: WebStub = app.handle().stub("web").unwrap();
    let address = web.address().await.unwrap().parse().unwrap();
    let number = if is_long() { 100_000 } else { 10_000 };
    let mut dice = Dice::new(7);
    let mut before = 0;
    for index in 0..number {
        let (request, status) = bad(&mut dice);
        let answer = http::ask(address, &request).await;
        assert_eq!(answer.status, status, "{request:.300}\n{answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{request:.300}\n{answer:?}"
        );
        if index == number / 5 {
            before = resident();
        }
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 16 << 10, "{grown} KiB more");
    let fine = request(
        "POST",
        "/api/v1/tasks/lamp.set_level",
        &format!("{JSON}authorization: Bearer right\r\n"),
        r#"{"level": 1}"#,
    );
    assert_eq!(http::ask(address, &fine).await.status, 200);
    app.shutdown().await.unwrap();
}
