//! Many connections.

use futures_util::StreamExt;
use looselycoupled::modules::web::{Routes, WebStub, warp};
use looselycoupled_tests::http::answer;
use looselycoupled_tests::within;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async};
use warp::Filter;

use crate::socket::Client;
use crate::{Running, application, start};

#[tokio::test]
async fn where_there_is_no_room_the_newcomer_is_told() {
    let running = start(application("connections: 2")).await;
    let (mut one, other) = (Client::connect(&running).await, Client::connect(&running).await);
    let refused = answer(TcpStream::connect(running.address).await.unwrap()).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    assert_eq!(one.ask(&json!({ "type": "ping" })).await, json!({ "type": "pong" }));
    drop(other);
    // Its place is free as soon as the server has seen it go.
    while running.get("/health/live").await.status != 200 {
        tokio::task::yield_now().await;
    }
    running.app.shutdown().await.unwrap();
}

/// A WebSocket of a page of one's own, which listens until the other end goes.
async fn mount_chat(running: &Running) {
    let listen = warp::path!("chat").and(warp::ws()).map(|upgrade: warp::ws::Ws| {
        upgrade.on_upgrade(|mut socket| async move { while let Some(Ok(_)) = socket.next().await {} })
    });
    let web: WebStub = running.app.handle().stub("web").unwrap();
    web.mount(Routes::new("chat", listen)).await.unwrap();
}

async fn chat(running: &Running) -> WebSocketStream<TcpStream> {
    let tcp = TcpStream::connect(running.address).await.unwrap();
    within(client_async("ws://localhost/chat", tcp)).await.unwrap().0
}

#[tokio::test]
async fn web_sockets_of_pages_count_as_connections_and_are_cut_at_the_end() {
    let running = start(application("connections: 2")).await;
    mount_chat(&running).await;
    let (one, mut other) = (chat(&running).await, chat(&running).await);
    let refused = answer(TcpStream::connect(running.address).await.unwrap()).await;
    assert_eq!(refused.status, 503);
    drop(one);
    while running.get("/health/live").await.status != 200 {
        tokio::task::yield_now().await;
    }
    running.app.shutdown().await.unwrap();
    assert!(!matches!(within(other.next()).await, Some(Ok(_))), "it is cut");
}

#[tokio::test]
async fn a_thousand_idle_connections_are_held() {
    let running = start(application("requests_per_second: 100000")).await;
    let mut clients = Vec::new();
    for _ in 0..1_000 {
        clients.push(Client::connect(&running).await);
    }
    assert_eq!(running.get("/health/ready").await.status, 200);
    for client in &mut clients {
        assert_eq!(client.ask(&json!({ "type": "ping" })).await, json!({ "type": "pong" }));
    }
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_heard_has_a_bound_for_all_clients_together() {
    let running = start(application("requests_per_second: 100000, buffer: 1")).await;
    let mut clients = Vec::new();
    for client in 0..4 {
        clients.push(Client::connect(&running).await);
        for pattern in 0..250 {
            clients[client].subscribe(&format!("event_{client}_{pattern}")).await;
        }
    }
    let mut late = Client::connect(&running).await;
    let refused = late.ask(&json!({ "type": "subscribe", "event_name": "one_more" })).await;
    assert_eq!(refused["success"], false);
    assert!(refused["message"].as_str().unwrap().contains("1000 different patterns"), "{refused}");
    late.subscribe("event_0_0").await;
    drop(clients.pop());
    while late.ask(&json!({ "type": "subscribe", "event_name": "one_more" })).await["success"] == false {
        tokio::task::yield_now().await;
    }
    running.app.shutdown().await.unwrap();
}
