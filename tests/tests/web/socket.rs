//! WebSockets.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use looselycoupled::prelude::*;
use looselycoupled_tests::within;
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::{Running, application, problem, start};

pub(crate) struct Client(pub(crate) WebSocketStream<TcpStream>);

impl Client {
    pub(crate) async fn connect(running: &Running) -> Self {
        Self::connect_to(running.address).await
    }

    pub(crate) async fn connect_to(address: SocketAddr) -> Self {
        let stream = within(TcpStream::connect(address)).await.unwrap();
        let (socket, _) = within(client_async("ws://localhost/api/v1/ws", stream)).await.unwrap();
        Self(socket)
    }

    pub(crate) async fn say(&mut self, frame: &Json) {
        within(self.0.send(Message::text(frame.to_string()))).await.unwrap();
    }

    /// The next frame that is text.
    pub(crate) async fn hear(&mut self) -> Json {
        loop {
            match within(self.0.next()).await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(frame) => panic!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    pub(crate) async fn ask(&mut self, frame: &Json) -> Json {
        self.say(frame).await;
        self.hear().await
    }

    pub(crate) async fn subscribe(&mut self, name: &str) {
        let answer = self.ask(&json!({ "type": "subscribe", "event_name": name })).await;
        assert_eq!(answer, json!({ "type": "subscribe_response", "event_name": name, "success": true }));
    }
}

fn patterns(running: &Running) -> Vec<String> {
    running.app.handle().subscriptions().into_iter().map(|known| known.pattern.to_string()).collect()
}

#[tokio::test]
async fn events_come_to_those_who_have_subscribed_until_they_unsubscribe() {
    let running = start(application("")).await;
    let mut client = Client::connect(&running).await;
    assert_eq!(client.ask(&json!({ "type": "ping" })).await, json!({ "type": "pong" }));
    client.subscribe("level_changed").await;
    running.post("/api/v1/tasks/lamp.set_level", r#"{"level": 40}"#).await;
    let event = client.hear().await;
    let part = |name: &str| event[name].clone();
    assert_eq!(
        (part("type"), part("event_name"), part("data")),
        (json!("event"), json!("level_changed"), json!({ "level": 40 }))
    );
    assert_eq!(
        (part("source"), part("subscription"), part("priority")),
        (json!("lamp"), json!("level_changed"), json!("normal"))
    );
    assert!(part("timestamp").as_str().unwrap().ends_with('Z') && part("transaction").is_string(), "{event}");

    let gone = client.ask(&json!({ "type": "unsubscribe", "event_name": "level_changed" })).await;
    assert_eq!(
        gone,
        json!({ "type": "unsubscribe_response", "event_name": "level_changed", "success": true })
    );
    let again = client.ask(&json!({ "type": "unsubscribe", "event_name": "level_changed" })).await;
    assert_eq!(again["success"], false);
    running.post("/api/v1/tasks/lamp.set_level", r#"{"level": 41}"#).await;
    assert_eq!(client.ask(&json!({ "type": "ping" })).await, json!({ "type": "pong" }));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn clients_share_one_subscription_which_ends_with_the_last_of_them() {
    let running = start(application("")).await;
    let (mut one, mut other) = (Client::connect(&running).await, Client::connect(&running).await);
    one.subscribe("door.*").await;
    other.subscribe("door.*").await;
    assert_eq!(patterns(&running), ["door.*"]);
    running.post("/api/v1/events/door.opened", r#"{"door": 3}"#).await;
    for client in [&mut one, &mut other] {
        let event = client.hear().await;
        assert_eq!((&event["event_name"], &event["source"]), (&json!("door.opened"), &json!("web")));
    }
    drop(one);
    other.0.close(None).await.unwrap();
    while !patterns(&running).is_empty() {
        tokio::task::yield_now().await;
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn calls_and_events_go_the_other_way_as_well() {
    let running = start(application("timeout: 300ms")).await;
    let mut client = Client::connect(&running).await;
    let called = client
        .ask(&json!({ "id": 1, "type": "call", "task": "lamp.set_level", "arguments": { "level": 40 } }))
        .await;
    assert_eq!((&called["id"], &called["type"], &called["value"]), (&json!(1), &json!("result"), &json!(0)));
    let queued = client.ask(&json!({ "id": "b", "type": "enqueue", "task": "lamp.set_level", "arguments": { "level": 9 }, "priority": "low" })).await;
    assert_eq!(queued, json!({ "id": "b", "type": "result", "value": null }));
    let sent =
        client.ask(&json!({ "id": 3, "type": "emit", "event_name": "sunset", "data": { "level": 5 } })).await;
    assert_eq!(sent, json!({ "id": 3, "type": "result", "value": { "receivers": 1 } }));

    let failed = client.ask(&json!({ "id": 4, "type": "call", "task": "lamp.levle" })).await;
    assert_eq!((&failed["type"], &failed["problem"]["code"]), (&json!("error"), &json!("LC0706")));
    assert_eq!(failed["message"], "unknown task `lamp.levle`; did you mean `lamp.level`?");
    // Others are answered while one waits.
    client.say(&json!({ "id": 5, "type": "call", "task": "lamp.wait_for_ever" })).await;
    assert_eq!(client.ask(&json!({ "id": 6, "type": "ping" })).await, json!({ "id": 6, "type": "pong" }));
    let late = client.hear().await;
    assert_eq!((&late["id"], &late["problem"]["status"]), (&json!(5), &json!(504)));
}

#[tokio::test]
async fn what_cannot_be_meant_is_told_and_the_connection_goes_on() {
    let running = start(application("")).await;
    let mut client = Client::connect(&running).await;
    for (frame, wanted) in [
        (
            json!({ "type": "subscrib", "event_name": "a" }),
            "unknown type of frame `subscrib`; did you mean `subscribe`?",
        ),
        (json!({ "type": "subscribe" }), "`subscribe` needs `event_name`"),
        (json!({ "type": "call" }), "`call` needs `task`, as `module.task`"),
        (json!({ "type": "ping", "data": {} }), "`ping` has no `data`"),
        (
            json!({ "type": "emit", "event_name": "a", "timeout": "5s" }),
            "only a call has a `timeout`: nobody waits for the others",
        ),
        (json!([]), "the frame cannot be read"),
        (json!({ "type": "ping", "extra": 1 }), "the frame cannot be read: unknown field `extra`"),
    ] {
        let answer = client.ask(&frame).await;
        assert_eq!(answer["type"], "error", "{frame}");
        assert!(answer["message"].as_str().unwrap().starts_with(wanted), "{frame}: {answer}");
    }
    let bad = client.ask(&json!({ "type": "subscribe", "event_name": "a..b" })).await;
    assert_eq!(
        (&bad["success"], bad["message"].as_str().unwrap().starts_with("`a..b` is no event")),
        (&json!(false), true),
        "{bad}"
    );
    within(client.0.send(Message::binary(vec![1, 2]))).await.unwrap();
    assert_eq!(client.hear().await["message"], "frames are text");
    within(client.0.send(Message::text("{nonsense"))).await.unwrap();
    assert_eq!(client.hear().await["type"], "error");
    assert_eq!(client.ask(&json!({ "type": "ping" })).await, json!({ "type": "pong" }));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_socket() {
    let running = start(application("")).await;
    let connect = async |origin: &'static str| {
        let mut request = "ws://localhost/api/v1/ws".into_client_request().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        let stream = TcpStream::connect(running.address).await.unwrap();
        client_async(request, stream).await.map(drop)
    };
    let Err(SocketError::Http(answer)) = connect("http://evil.example").await else { panic!("it got in") };
    assert_eq!(answer.status().as_u16(), 403);
    connect("http://localhost").await.unwrap();
    let plain = running.get("/api/v1/ws").await;
    assert_eq!((problem(&plain).0, &*problem(&plain).1), (426, "LC0814"));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_end_of_the_application_is_said_to_clients() {
    let running = start(application("")).await;
    let mut client = Client::connect(&running).await;
    client.subscribe("**").await;
    running.app.shutdown().await.unwrap();
    loop {
        match within(client.0.next()).await {
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!((u16::from(frame.code), &*frame.reason), (1001, "the server ends"));
                break;
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_frame_beyond_the_limit_ends_its_connection_only() {
    let running = start(application("body_limit: 1000")).await;
    let (mut large, mut other) = (Client::connect(&running).await, Client::connect(&running).await);
    large.say(&json!({ "type": "ping", "id": "a".repeat(2_000) })).await;
    loop {
        match within(large.0.next()).await {
            None | Some(Err(_) | Ok(Message::Close(_))) => break,
            Some(Ok(Message::Text(text))) => panic!("{text}"),
            Some(Ok(_)) => {}
        }
    }
    assert_eq!(other.ask(&json!({ "type": "ping" })).await, json!({ "type": "pong" }));
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_gap_that_was_missed_itself_is_told_with_all_that_it_stood_for() {
    const EVENTS: u64 = 80_000;
    let running = start(application("buffer: 4")).await;
    let mut client = Client::connect(&running).await;
    client.subscribe("tick").await;
    let handle = running.app.handle();
    // Nothing else runs meanwhile, and 65,536 wait for the server at most: it misses some, and its client others.
    let sending = async {
        for number in 0..EVENTS {
            handle.trigger_event("tick", args! { number }).await.unwrap();
        }
    };
    tokio::task::unconstrained(sending).await;
    let mut told = 0;
    while told < EVENTS {
        let frame = client.hear().await;
        if frame["type"] == "event" {
            assert_eq!(frame["data"]["number"], told, "what is missing has been told");
            told += 1;
        } else {
            told += frame["missed"].as_u64().unwrap();
        }
    }
    assert_eq!(told, EVENTS);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_client_that_is_too_slow_is_told_what_it_missed_and_others_miss_nothing() {
    const EVENTS: u64 = 20_000;
    let running = start(application("buffer: 100")).await;
    let (mut slow, mut quick) = (Client::connect(&running).await, Client::connect(&running).await);
    slow.subscribe("tick").await;
    quick.subscribe("tick").await;
    let handle = running.app.handle();
    let text = "x".repeat(1_000);
    for number in 0..EVENTS {
        handle.trigger_event("tick", args! { number, text: &text }).await.unwrap();
        if number % 50 == 49 {
            for heard in number - 49..=number {
                assert_eq!(quick.hear().await["data"]["number"], heard);
            }
        }
    }
    let (mut heard, mut missed) = (0, 0);
    while heard + missed < EVENTS {
        let frame = slow.hear().await;
        match frame["type"].as_str().unwrap() {
            "event" => {
                assert_eq!(frame["data"]["number"], heard + missed, "what is missing has been told");
                heard += 1;
            }
            "gap" => {
                assert_eq!(frame["subscription"], "tick");
                missed += frame["missed"].as_u64().unwrap();
            }
            other => panic!("{other}"),
        }
    }
    assert!(missed > 0 && heard > 0, "{heard} heard, {missed} missed");
    running.app.shutdown().await.unwrap();
}
