//! How connections end.

use std::thread;

use futures_util::{SinkExt, StreamExt};
use looselycoupled_tests::within;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::socket::Client;
use crate::{Running, application, start};

/// Code and reason of the close frame; `None` if the connection ended without one.
pub(crate) async fn farewell(client: &mut Client) -> Option<(u16, String)> {
    loop {
        match within(client.0.next()).await {
            Some(Ok(Message::Close(frame))) => {
                return frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return None,
        }
    }
}

#[tokio::test]
async fn a_program_that_ends_after_its_application_has_told_every_client() {
    let (address, told_address) = oneshot::channel();
    let (end, ends) = oneshot::channel();
    let program = thread::spawn(move || {
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(async {
            let Running { app, address: here } = start(application("requests_per_second: 100000")).await;
            address.send(here).unwrap();
            ends.await.unwrap();
            app.shutdown().await.unwrap();
        });
    });
    let address = told_address.await.unwrap();
    let mut clients = Vec::new();
    for _ in 0..1_000 {
        clients.push(Client::connect_to(address).await);
    }
    end.send(()).unwrap();
    program.join().unwrap();
    for client in &mut clients {
        assert_eq!(farewell(client).await, Some((1001, "the server ends".to_owned())));
    }
}

#[tokio::test]
async fn who_breaks_the_protocol_is_told_so() {
    let running = start(application("body_limit: 100")).await;
    let mut client = Client::connect(&running).await;
    // A frame of the reserved kind 3, masked, without content.
    within(client.0.get_mut().write_all(&[0x83, 0x80, 0, 0, 0, 0])).await.unwrap();
    let (code, reason) = farewell(&mut client).await.unwrap();
    assert_eq!(code, 1002, "{reason}");
    assert!(reason.contains("invalid opcode"), "{reason}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn frames_that_are_too_large_or_no_text_are_called_so() {
    let running = start(application("body_limit: 100")).await;
    let mut client = Client::connect(&running).await;
    within(client.0.send(Message::text("a".repeat(200)))).await.unwrap();
    let (code, reason) = farewell(&mut client).await.unwrap();
    assert_eq!(code, 1009, "{reason}");

    let mut client = Client::connect(&running).await;
    // A text of one byte that begins a sign and does not end it.
    within(client.0.get_mut().write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xc3])).await.unwrap();
    let (code, reason) = farewell(&mut client).await.unwrap();
    assert_eq!(code, 1007, "{reason}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_only_pings_keeps_to_the_rate_as_well() {
    let running = start(application("requests_per_second: 5")).await;
    let mut client = Client::connect(&running).await;
    for _ in 0..20 {
        // The connection may have been closed by now.
        let _sent = client.0.send(Message::Ping(Vec::new().into())).await;
    }
    let (code, reason) = farewell(&mut client).await.unwrap();
    assert_eq!(code, 1008, "{reason}");
    assert!(reason.contains("`requests_per_second` is the limit"), "{reason}");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn whoever_says_goodbye_is_answered() {
    let running = start(application("")).await;
    let mut client = Client::connect(&running).await;
    let frame = CloseFrame { code: CloseCode::Normal, reason: "that is all".into() };
    within(client.0.send(Message::Close(Some(frame)))).await.unwrap();
    assert_eq!(farewell(&mut client).await, Some((1000, "that is all".to_owned())));
    running.app.shutdown().await.unwrap();
}
