//! Producers and consumers of both kinds.

use looselycoupled::prelude::*;

use crate::{Consumer, House, PRODUCTS, Process, Producer, greet, python, start};

/// Who hosts the broker.
enum Host {
    Here(App),
    There(Box<Process>),
}

impl Host {
    async fn end(self) {
        match self {
            Self::Here(app) => app.shutdown().await.unwrap(),
            Self::There(process) => process.end().await,
        }
    }
}

async fn content(app: &App) -> Vec<String> {
    loop {
        let content: Vec<String> =
            app.handle().exec_task("consumer.content", args! {}).await.unwrap().get().unwrap();
        if content.len() >= PRODUCTS.len() {
            return content;
        }
        tokio::task::yield_now().await;
    }
}

async fn they_produce(house: House, python: &std::path::Path, host: Host) {
    let producer = house.python(python, "producer").await;
    let app = start(house.peer("consumer").module("consumer", Consumer::default())).await;
    greet(&app, "producer").await;
    app.handle().exec_task("consumer.request", args! {}).await.unwrap();
    assert_eq!(content(&app).await, PRODUCTS);
    app.shutdown().await.unwrap();
    producer.end().await;
    host.end().await;
}

async fn they_consume(house: House, python: &std::path::Path, host: Host) {
    let mut consumer = house.python(python, "consumer").await;
    let app = start(house.peer("producer").module("producer", Producer::default())).await;
    greet(&app, "consumer").await;
    app.handle().trigger_event("begin", args! {}).await.unwrap();
    for number in 1..=PRODUCTS.len() {
        let expected = serde_json::to_string(&PRODUCTS[..number]).unwrap();
        assert_eq!(consumer.line().await.replace(' ', ""), expected);
    }
    app.shutdown().await.unwrap();
    consumer.end().await;
    host.end().await;
}

#[tokio::test]
async fn they_produce_and_host() {
    let Some(python) = python() else { return };
    let house = House::new();
    let host = Host::There(Box::new(house.python(&python, "broker").await));
    they_produce(house, &python, host).await;
}

#[tokio::test]
async fn they_produce_and_we_host() {
    let Some(python) = python() else { return };
    let house = House::new();
    let host = Host::Here(start(house.host("host")).await);
    they_produce(house, &python, host).await;
}

#[tokio::test]
async fn they_consume_and_host() {
    let Some(python) = python() else { return };
    let house = House::new();
    let host = Host::There(Box::new(house.python(&python, "broker").await));
    they_consume(house, &python, host).await;
}

#[tokio::test]
async fn they_consume_and_we_host() {
    let Some(python) = python() else { return };
    let house = House::new();
    let host = Host::Here(start(house.host("host")).await);
    they_consume(house, &python, host).await;
}

#[tokio::test]
async fn three_of_both_kinds_hear_one_another() {
    let Some(python) = python() else { return };
    let house = House::new();
    let host = house.python(&python, "broker").await;
    // Theirs produces, and consumers of both kinds hear all of it.
    let producer = house.python(&python, "producer").await;
    let mut consumer = house.python(&python, "consumer").await;
    let app = start(house.peer("consumer").module("consumer", Consumer::default())).await;
    for role in ["producer", "consumer"] {
        greet(&app, role).await;
    }
    app.handle().exec_task("consumer.request", args! {}).await.unwrap();
    assert_eq!(content(&app).await, PRODUCTS);
    for _ in 1..PRODUCTS.len() {
        consumer.line().await;
    }
    assert_eq!(consumer.line().await.replace(' ', ""), serde_json::to_string(&PRODUCTS).unwrap());
    app.shutdown().await.unwrap();
    for process in [producer, consumer, host] {
        process.end().await;
    }
}

#[tokio::test]
async fn we_come_back_when_their_broker_does() {
    let Some(python) = python() else { return };
    let house = House::new();
    let first = house.python(&python, "broker").await;
    let app = start(house.peer("consumer").module("consumer", Consumer::default())).await;
    let mut states = app.handle().subscribe("provider_state");
    let mut wait_for = async |wanted: &str| {
        while looselycoupled_tests::within(states.next()).await.unwrap().field::<String>("state").unwrap()
            != wanted
        {}
    };
    first.end().await;
    wait_for("connecting").await;
    let second = house.python(&python, "broker").await;
    wait_for("connected").await;
    let producer = house.python(&python, "producer").await;
    greet(&app, "producer").await;
    app.handle().exec_task("consumer.request", args! {}).await.unwrap();
    assert_eq!(content(&app).await, PRODUCTS);
    app.shutdown().await.unwrap();
    for process in [producer, second] {
        process.end().await;
    }
}
