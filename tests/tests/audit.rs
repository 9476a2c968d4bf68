//! Whatever somebody does by the web can be read in the log, with who it was. A program of its own, since it counts lines of the log.

#![allow(clippy::unwrap_used, reason = "what fails here fails its test")]

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use looselycoupled::config::Config;
use looselycoupled::modules::web::{Web, WebStub};
use looselycoupled::prelude::*;
use looselycoupled_tests::{Log, http, within};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

#[derive(Default)]
struct Lamp;

#[module]
impl Lamp {
    #[task]
    fn level(&self) -> u8 {
        40
    }
}

/// The answer to a frame that does something.
async fn by_socket(address: SocketAddr, frame: &str) -> String {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut socket, _) = within(client_async("ws://localhost/api/v1/ws", stream)).await.unwrap();
    within(socket.send(Message::text(frame))).await.unwrap();
    within(socket.next()).await.unwrap().unwrap().to_text().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_done_by_the_web_stands_in_the_log() {
    let log = Log::default();
    let _listening = log.listen();
    let config = Config::parse("web: { port: 0 }", "config.yaml").unwrap();
    let app = App::builder()
        .config(config)
        .module("lamp", Lamp)
        .module("web", Web::default())
        .start()
        .await
        .unwrap();
    let address = app.handle().stub::<WebStub>("web").unwrap().address().await.unwrap().parse().unwrap();

    let json = "content-type: application/json\r\n";
    let call = http::with_body("POST", "/api/v1/tasks/lamp.level", json, "");
    assert_eq!(http::ask(address, &call).await.status, 200);
    let emit = http::with_body("POST", "/api/v1/events/sunset", json, "");
    assert_eq!(http::ask(address, &emit).await.status, 202);
    let called = by_socket(address, r#"{"type":"call","task":"lamp.level"}"#).await;
    assert!(called.contains("\"value\":40"), "{called}");
    by_socket(address, r#"{"type":"enqueue","task":"lamp.level"}"#).await;

    // Of another line that somebody makes up nothing stands there but its name.
    let forged = http::with_body("POST", "/api/v1/events/x%0AERROR%20made%20up", json, "");
    assert_eq!(http::ask(address, &forged).await.status, 422);
    assert_eq!(log.count(r"emit `x\nERROR made up`"), 1, "{}", log.text());

    for (line, times) in [("call `lamp.level`", 2), ("emit `sunset`", 1), ("enqueue `lamp.level`", 1)] {
        assert_eq!(log.count(line), times, "{line}: {}", log.text());
    }
    assert_eq!(log.count("module=web user=- address=127.0.0.1"), 5, "{}", log.text());
    app.shutdown().await.unwrap();
}
