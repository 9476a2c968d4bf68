//! Beside a process of Python with stomp.py.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use looselycoupled::prelude::*;
use looselycoupled::provider::{Stomp, StompAddresses};
use looselycoupled_tests::{Broker, are_brokers_there, within};

use crate::start;

/// Gone when dropped.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended.
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

async fn they_hear_us_and_we_hear_them(broker: &Broker, host: &str, addresses: StompAddresses, before: &str) {
    let Some(python) = std::env::var_os("STOMP_PYTHON") else {
        return println!("SKIPPED: `bash .ci/brokers` says where there is a Python with stomp.py");
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/stomp_peer.py");
    let port = broker.stomp_port().to_string();
    let mut child = Command::new(python)
        .arg(script)
        .args([&*port, host, &format!("{before}order.placed"), &format!("{before}order.paid")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    let _peer = Peer(child);
    let mut told = move || told.next().unwrap().unwrap();
    assert_eq!(told(), "ready");

    let stomp = Stomp::connect(&broker.stomp_url()).addresses(addresses).user("guest").password("guest");
    let app = App::builder().process("kitchen").provider("bus", stomp.virtual_host(host));
    let app = start(app.route_event("order.placed", "bus").route_event("order.paid", "bus")).await;
    let mut paid = app.handle().subscribe("order.paid");
    for number in 1..=20_u32 {
        app.handle().trigger_event("order.placed", args! { number }).await.unwrap();
        let event = within(paid.next()).await.unwrap();
        assert_eq!(event.field::<u32>("number").unwrap(), number * 2);
        assert_eq!(event.field::<String>("text").unwrap(), "größer: \\");
        assert_eq!(event.process(), Some("?"));
        assert_eq!(told(), format!("heard order.placed {number} kitchen"));
    }
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn at_rabbitmq_stomp_py_hears_us_and_we_hear_it() {
    if are_brokers_there() {
        let (broker, host) = Broker::shared_rabbitmq();
        they_hear_us_and_we_hear_them(broker, &host, StompAddresses::RabbitMq, "/topic/").await;
    }
}

#[tokio::test]
async fn at_activemq_stomp_py_hears_us_and_we_hear_it() {
    if are_brokers_there() {
        let broker = Broker::activemq();
        they_hear_us_and_we_hear_them(&broker, "/", StompAddresses::ActiveMq, "/topic/VirtualTopic.").await;
    }
}

#[tokio::test]
async fn at_a_plain_queue_stomp_py_hears_us_and_we_hear_it() {
    if are_brokers_there() {
        let broker = Broker::activemq();
        let Some(python) = std::env::var_os("STOMP_PYTHON") else {
            return println!("SKIPPED: `bash .ci/brokers` says where there is a Python with stomp.py");
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/stomp_peer.py");
        let port = broker.stomp_port().to_string();
        let mut child = Command::new(python)
            .arg(script)
            .args([&*port, "/", "/queue/placed", "/queue/paid"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
        let _peer = Peer(child);
        assert_eq!(told.next().unwrap().unwrap(), "ready");
        let at = || Stomp::connect(&broker.stomp_url()).addresses(StompAddresses::Queue);
        let app = App::builder().provider("out", at().only_sends()).provider("in", at());
        let app = app.route_event("placed", "out").route_event("paid", "in").start().await.unwrap();
        let mut states = app.handle().subscribe("provider_state");
        while app.handle().providers().iter().any(|provider| provider.state.to_string() != "connected") {
            within(states.next()).await.unwrap();
        }
        let mut paid = app.handle().subscribe("paid");
        app.handle().trigger_event("placed", args! { number: 4 }).await.unwrap();
        assert_eq!(within(paid.next()).await.unwrap().field::<u32>("number").unwrap(), 8);
        app.shutdown().await.unwrap();
    }
}
