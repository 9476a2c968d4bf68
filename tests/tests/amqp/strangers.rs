//! Somebody at a port who is no broker, or hardly one.

use looselycoupled::prelude::*;
use looselycoupled::provider::{Amqp, ProviderState, Via};
use looselycoupled_tests::{Dice, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

async fn listener() -> (TcpListener, Amqp) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("amqp://{}", listener.local_addr().unwrap());
    (listener, Amqp::connect(&url))
}

async fn started(amqp: Amqp) -> App {
    let routed = Via::provider("bus").durable();
    App::builder().process("hall").provider("bus", amqp).route_event("order", routed).start().await.unwrap()
}

#[tokio::test]
async fn who_speaks_anything_else_is_left_and_that_is_told() {
    let (listener, amqp) = listener().await;
    let app = started(amqp).await;
    let mut dice = Dice::new(7);
    for round in 0..12 {
        let (mut stream, _) = within(listener.accept()).await.unwrap();
        let mut bytes: Vec<u8> = (0..200).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
        if round % 2 == 0 {
            // At first it seems to be one.
            bytes.splice(0..0, *b"AMQP\x03\x01\x00\x00");
        }
        // It may have gone.
        let _written = stream.write_all(&bytes).await;
        let _written = stream.shutdown().await;
        let mut rest = Vec::new();
        let _over = within(stream.read_to_end(&mut rest)).await;
    }
    let provider = app.handle().providers()[0].clone();
    assert_eq!(provider.state, ProviderState::Connecting);
    assert!(app.handle().trigger_event("order", args! { number: 1 }).await.is_err());
    within(app.shutdown()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_left_after_ten_seconds() {
    let (listener, amqp) = listener().await;
    let app = started(amqp).await;
    let (mut silent, _) = listener.accept().await.unwrap();
    let mut rest = Vec::new();
    // It comes to its end since the other side has gone.
    silent.read_to_end(&mut rest).await.unwrap();
    assert!(rest.starts_with(b"AMQP"));
    let error = app.handle().trigger_event("order", args! { number: 1 }).await.unwrap_err();
    assert!(error.to_string().contains("the broker has said nothing for 10 seconds"), "{error}");
    app.shutdown().await.unwrap();
}
