//! Somebody at a port who speaks like a broker, more or less.

use std::net::SocketAddr;

use bytes::BytesMut;
use looselycoupled::__private::stomp::{Frame, Frames, Received};
use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, Stomp, StompAddresses, Via};
use looselycoupled_tests::{Log, lost, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::Decoder;

use crate::wait_for;

/// One connection, as the broker sees it.
struct Guest {
    stream: TcpStream,
    frames: Frames,
    bytes: BytesMut,
}

impl Guest {
    async fn of(listener: &TcpListener) -> Self {
        let (stream, _) = within(listener.accept()).await.unwrap();
        Self { stream, frames: Frames::default(), bytes: BytesMut::new() }
    }

    async fn let_in(listener: &TcpListener, heart_beat: &str) -> Self {
        let mut guest = Self::of(listener).await;
        assert_eq!(guest.next().await.command, "CONNECT");
        guest.say(&Frame::new("CONNECTED").with("version", "1.2").with("heart-beat", heart_beat)).await;
        guest
    }

    async fn next(&mut self) -> Frame {
        loop {
            if let Some(Received::Frame(frame)) = self.frames.decode(&mut self.bytes).unwrap() {
                return frame;
            }
            assert_ne!(within(self.stream.read_buf(&mut self.bytes)).await.unwrap(), 0, "it has gone");
        }
    }

    async fn say(&mut self, frame: &Frame) {
        self.stream.write_all(&frame.written()).await.unwrap();
    }

    /// Answers what asks for that, and gives back what was asked.
    async fn confirm(&mut self) -> Frame {
        let frame = self.next().await;
        if let Some(receipt) = frame.get("receipt") {
            self.say(&Frame::new("RECEIPT").with("receipt-id", receipt)).await;
        }
        frame
    }
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn app(url: &str) -> AppBuilder {
    App::builder().process("kitchen").provider("bus", Stomp::connect(url))
}

#[tokio::test]
async fn what_others_send_is_heard_and_what_cannot_be_read_is_counted_and_acknowledged() {
    let (listener, url) = listener().await;
    let app = app(&url).route_event("order", Via::provider("bus").durable()).start().await.unwrap();
    let mut heard = app.handle().subscribe("order");
    let mut broker = Guest::let_in(&listener, "0,0").await;
    let asked = broker.confirm().await;
    assert_eq!((asked.command.as_str(), asked.get("ack")), ("SUBSCRIBE", Some("client-individual")));
    wait_for(&app, ProviderState::Connected).await;
    let id = asked.get("id").unwrap();
    let message = |ack: &str, body: &str| {
        Frame::new("MESSAGE").with("subscription", id).with("ack", ack).with_body(body.to_owned())
    };
    broker.say(&message("1", "hello")).await;
    broker.say(&message("2", r#"{"number": 5}"#)).await;
    let event = within(heard.next()).await.unwrap();
    assert_eq!((event.field::<u32>("number").unwrap(), event.process()), (5, Some("?")));
    for ack in ["1", "2"] {
        let told = broker.next().await;
        assert_eq!((told.command.as_str(), told.get("id")), ("ACK", Some(ack)));
    }
    assert_eq!(app.handle().providers()[0].refused, 1);
    let ending = tokio::spawn(app.shutdown());
    while broker.confirm().await.command != "DISCONNECT" {}
    within(ending).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_broker_that_says_nothing_any_more_is_gone() {
    tokio::time::pause();
    let (listener, url) = listener().await;
    let app = app(&url).route_event("order", "bus").start().await.unwrap();
    let mut broker = Guest::let_in(&listener, "5000,5000").await;
    broker.confirm().await;
    wait_for(&app, ProviderState::Connected).await;
    wait_for(&app, ProviderState::Connecting).await;
    let reason = app.handle().providers()[0].reason.clone();
    assert_eq!(reason, "the broker has said nothing for 10 seconds");
    drop(listener);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_is_no_broker_is_told_of() {
    let (listener, url) = listener().await;
    let app = app(&url).start().await.unwrap();
    for (said, reason) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "it does not begin with a command"),
        (b"ERROR\nmessage:Bad CONNECT\n\nAccess refused\0", "the broker says: Bad CONNECT: Access refused"),
        (b"CONNECTED\nversion:1.1\n\n\0", "the broker does not speak STOMP 1.2"),
        (b"CONNECTED\n\n\0", "the broker does not speak STOMP 1.2"),
        (b"RECEIPT\n\n\0", "the broker does not greet"),
        (b"CONNECTED\nversion:1.2\nserver:ActiveMQ/5.17.2\n\n\0", "write `addresses: activemq`"),
    ] {
        let mut states = app.handle().subscribe("provider_state");
        let mut broker = Guest::of(&listener).await;
        broker.next().await;
        broker.stream.write_all(said).await.unwrap();
        while !app.handle().providers()[0].reason.contains(reason) {
            within(states.next()).await.unwrap();
        }
    }
    drop(listener);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn another_machine_is_reached_only_where_that_is_said_and_no_password_is_shown() {
    let far = Stomp::connect("tcp://ada:secret@192.0.2.1:61613").addresses(StompAddresses::ActiveMq);
    assert!(!format!("{far:?}").contains("secret"));
    let error = App::builder().provider("bus", far).start().await.unwrap_err();
    let error = format!("{error} {error:?}");
    assert!(error.contains("plain: true") && !error.contains("secret"), "{error}");
}

#[tokio::test]
async fn what_had_not_left_when_the_broker_went_is_told_in_number() {
    const EVENTS: u64 = 150;
    let log = Log::default();
    let _listening = log.listen();
    let (listener, url) = listener().await;
    let app = app(&url).route_event("order", "bus").start().await.unwrap();
    let mut broker = Guest::let_in(&listener, "0,0").await;
    broker.confirm().await;
    wait_for(&app, ProviderState::Connected).await;
    // More than fits into a connection.
    let text = "x".repeat(100_000);
    for _ in 0..EVENTS {
        app.handle().trigger_event("order", args! { text: &text }).await.unwrap();
    }
    within(async {
        while app.handle().providers()[0].published < EVENTS {
            tokio::task::yield_now().await;
        }
    })
    .await;
    broker.stream.shutdown().await.unwrap();
    let mut heard = 0;
    loop {
        while let Some(received) = broker.frames.decode(&mut broker.bytes).unwrap() {
            heard += u64::from(matches!(received, Received::Frame(frame) if frame.command == "SEND"));
        }
        if within(broker.stream.read_buf(&mut broker.bytes)).await.unwrap_or(0) == 0 {
            break;
        }
    }
    let lost = lost(&app).await;
    assert_eq!(heard + lost, EVENTS);
    assert!(log.text().contains(&format!("lost={lost}")), "{}", log.text());
    drop(listener);
    app.shutdown().await.unwrap();
}
