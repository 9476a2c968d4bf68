//! At a model of ActiveMQ Artemis.

use fe2o3_amqp::types::messaging::{AmqpValue, Body, Header, Message};
use fe2o3_amqp::types::primitives::Value;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use looselycoupled::prelude::*;
use looselycoupled::provider::{Amqp, ProviderState, Via};
use looselycoupled_tests::artemis::{Artemis, Mail};
use looselycoupled_tests::{Log, nothing_that_was_confirmed_is_lost, within};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::block_in_place;

use crate::start;

fn at(broker: &Artemis, process: &str) -> AppBuilder {
    App::builder().process(process).provider("bus", Amqp::connect(&broker.url()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_artemis_nothing_that_was_confirmed_is_lost_when_it_is_killed() {
    let broker = std::cell::RefCell::new(Artemis::start());
    let url = broker.borrow().url();
    let at = |name: &str| {
        let app = App::builder().process(name).provider("bus", Amqp::connect(&url));
        app.route_event("order", Via::provider("bus").durable())
    };
    let kill = async || block_in_place(|| broker.borrow_mut().kill());
    let start = async || block_in_place(|| broker.borrow_mut().start_again());
    nothing_that_was_confirmed_is_lost("a model of Artemis", at, kill, start).await;
}

#[tokio::test]
async fn subscriptions_have_the_addresses_that_the_documentation_says() {
    let broker = Artemis::start();
    let app = at(&broker, "hall")
        .route_event("seen", "bus")
        .route_event("shared", Via::provider("bus").in_group("a-b"))
        .route_event("order.paid", Via::provider("bus").durable())
        .route_event("order.sent", Via::provider("bus").durable().in_group("billing"));
    let app = start(app).await;
    let names = broker.store().names();
    let named: Vec<_> = names.iter().filter(|name| !name.starts_with("seen.private-")).collect();
    assert_eq!(
        named,
        ["lc.group.order.sent.billing", "lc.passing.group.shared.a-b", "lc.process.order.paid.hall"]
    );
    assert_eq!(names.len(), 4);
    app.shutdown().await.unwrap();
    assert_eq!(broker.store().names(), ["lc.group.order.sent.billing", "lc.process.order.paid.hall"]);
}

/// Waits at its first event until it is told to go on.
struct Clerk {
    gate: looselycoupled_tests::Gate,
    redelivered: looselycoupled_tests::Journal,
}

#[module]
impl Clerk {
    #[on_event]
    async fn on_order(&self, ctx: &Context, number: u32) {
        self.redelivered.note(format!("{number} {}", ctx.metadata().redelivered));
        self.gate.pass().await;
    }
}

#[tokio::test]
async fn an_event_is_accepted_when_it_has_been_handled_and_comes_again_if_it_was_not() {
    let broker = Artemis::start();
    let durably = |app: AppBuilder| app.route_event("order", Via::provider("bus").durable());
    let journal = looselycoupled_tests::Journal::new();
    let gate = looselycoupled_tests::Gate::new();
    let clerk = Clerk { gate: gate.clone(), redelivered: journal.clone() };
    let hall =
        durably(at(&broker, "hall")).shutdown_deadline(Duration::from_millis(1)).module("clerk", clerk);
    let hall = start(hall).await;
    let shed = start(durably(at(&broker, "shed"))).await;
    shed.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    let queue = "lc.process.order.hall";
    within(gate.reached(1)).await;
    assert_eq!(broker.store().messages(queue), Some(1), "it is still being handled");
    // Its handler is cut off.
    let _late = hall.shutdown().await;
    assert_eq!(broker.store().messages(queue), Some(1), "it has not been handled");
    gate.open();
    let clerk = Clerk { gate, redelivered: journal.clone() };
    let hall = start(durably(at(&broker, "hall")).module("clerk", clerk)).await;
    within(async {
        while broker.store().messages(queue) != Some(0) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(journal.lines(), ["1 false", "1 true"]);
    hall.shutdown().await.unwrap();
    shed.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_a_broker_rejects_is_told_with_its_reason_and_the_rest_goes() {
    let log = Log::default();
    let _listening = log.listen();
    let broker = Artemis::start();
    let app = at(&broker, "hall").route_event("taken", Via::provider("bus").durable());
    let app = app.route_event("refused", Via::provider("bus").durable()).route_event("refused_too", "bus");
    let app = start(app).await;
    let error = app.handle().trigger_event("refused", args! {}).await.unwrap_err().to_string();
    assert!(error.contains("the broker says: nothing is taken here"), "{error}");
    app.handle().trigger_event("taken", args! {}).await.unwrap();
    for _ in 0..2 {
        app.handle().trigger_event("refused_too", args! {}).await.unwrap();
    }
    within(async {
        while app.handle().providers()[0].lost < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let provider = &app.handle().providers()[0];
    assert_eq!((provider.lost, provider.state), (2, ProviderState::Connected));
    app.shutdown().await.unwrap();
    // Nobody waits for this one.
    assert_eq!(
        log.count("an event to `refused_too` was not taken: the broker says: nothing is taken here"),
        1,
        "{}",
        log.text()
    );
    assert_eq!(log.count("whether 2 events have come to the broker is not known"), 1, "{}", log.text());
}

/// A message of somebody else.
fn mail(value: Value) -> Mail {
    let header = Header { durable: true, ..Header::default() };
    Message::builder().header(header).body(Body::Value(AmqpValue(value))).build()
}

#[tokio::test]
async fn what_nobody_can_read_is_told_and_the_rest_comes() {
    let log = Log::default();
    let _listening = log.listen();
    let broker = Artemis::start();
    let journal = looselycoupled_tests::Journal::new();
    let gate = looselycoupled_tests::Gate::new();
    gate.open();
    let clerk = Clerk { gate: gate.clone(), redelivered: journal.clone() };
    let app = at(&broker, "hall").route_event("order", Via::provider("bus").durable()).module("clerk", clerk);
    let app = start(app).await;
    let nested = (0..60).fold(Value::Null, |value, _| Value::List(vec![value]));
    let long = Value::String(format!("\"{}\"", "x".repeat(20 * 1024 * 1024)));
    for value in [nested, long, Value::Uint(5), Value::String("{\"number\": 5}".to_owned())] {
        broker.store().keep("order", &mail(value));
    }
    within(gate.reached(1)).await;
    let queue = "lc.process.order.hall";
    within(async {
        while broker.store().messages(queue) != Some(0) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(journal.lines(), ["5 false"]);
    for words in ["more than 32 deep", "it takes more than 12 MiB", "its body is neither a text nor bytes"] {
        assert_eq!(log.count(words), 1, "{}", log.text());
    }
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn where_nobody_may_listen_is_told() {
    let broker = Artemis::start();
    let app = at(&broker, "hall").route_event("unheard", "bus").start().await.unwrap();
    let mut states = app.handle().subscribe("provider_state");
    while !app.handle().providers()[0].reason.contains("the broker says: nobody may listen here") {
        within(states.next()).await.unwrap();
    }
    assert_eq!(app.handle().providers()[0].state, ProviderState::Connecting);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_broker_that_says_nothing_any_more_is_gone() {
    let broker = Artemis::start();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("amqp://{}", listener.local_addr().unwrap());
    let app = App::builder().process("hall").provider("bus", Amqp::connect(&url)).route_event("order", "bus");
    let app = app.start().await.unwrap();
    let mut states = app.handle().subscribe("provider_state");
    // Its connections stay open, and what is sent by them passes while this is polled.
    let mut passing = FuturesUnordered::new();
    while app.handle().providers()[0].state != ProviderState::Connected {
        tokio::select! {
            accepted = listener.accept() => {
                let (mut near, _) = accepted.unwrap();
                let mut far = TcpStream::connect(("127.0.0.1", broker.port())).await.unwrap();
                passing.push(async move { copy_bidirectional(&mut near, &mut far).await });
            }
            Some(_ended) = passing.next() => panic!("it has ended"),
            _changed = within(states.next()) => {}
        }
    }
    // From now on nothing goes through, and nothing ends.
    while app.handle().providers()[0].state != ProviderState::Connecting {
        within(states.next()).await.unwrap();
    }
    drop(passing);
    app.shutdown().await.unwrap();
}
