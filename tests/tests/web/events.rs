//! Events as a response that goes on.

use looselycoupled::prelude::*;
use looselycoupled_tests::within;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

use crate::{Running, application, problem, request, start};

struct Stream(Lines<BufReader<TcpStream>>);

impl Stream {
    /// Open as soon as the head has come.
    async fn open(running: &Running, query: &str) -> Self {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let request = request("GET", &format!("/api/v1/events?{query}"), "", "");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(stream).lines();
        loop {
            let line = within(lines.next_line()).await.unwrap().unwrap();
            if line.starts_with("content-type") {
                assert_eq!(line, "content-type: text/event-stream");
            }
            if line.is_empty() {
                return Self(lines);
            }
        }
    }

    /// The next event's name and content.
    async fn next(&mut self) -> (String, serde_json::Value) {
        let mut name = String::new();
        loop {
            let line = within(self.0.next_line()).await.unwrap().unwrap();
            if let Some(given) = line.strip_prefix("event:") {
                name = given.to_owned();
            }
            if let Some(data) = line.strip_prefix("data:") {
                return (name, serde_json::from_str(data).unwrap());
            }
        }
    }
}

#[tokio::test]
async fn events_of_several_patterns_come_as_they_are_sent() {
    let running = start(application("")).await;
    let mut stream = Stream::open(&running, "pattern=sensor.**&pattern=exception").await;
    let handle = running.app.handle();
    handle.trigger_event("sensor.hall.level", args! { percent: 80 }).await.unwrap();
    let (name, event) = stream.next().await;
    assert_eq!(
        (&*name, &event["event_name"], &event["data"]["percent"]),
        ("event", &"sensor.hall.level".into(), &80.into())
    );
    handle.enqueue_task("lamp.burst", args! {}).await.unwrap();
    let (_, event) = stream.next().await;
    assert_eq!(event["event_name"], "exception");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_stream_of_nothing_is_refused() {
    let running = start(application("")).await;
    for query in ["", "?pattern=", "?pattern=a..b", "?patern=a"] {
        let answer = running.get(&format!("/api/v1/events{query}")).await;
        assert_eq!(problem(&answer).0, 400, "{query}");
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_client_that_goes_ends_its_subscription() {
    let running = start(application("")).await;
    let stream = Stream::open(&running, "pattern=**").await;
    assert_eq!(running.app.handle().subscriptions().len(), 1);
    drop(stream);
    while !running.app.handle().subscriptions().is_empty() {
        tokio::task::yield_now().await;
    }
    running.app.shutdown().await.unwrap();
}
