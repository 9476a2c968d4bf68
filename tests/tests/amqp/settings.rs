//! What is stated wrongly, and what a broker does not let in.

use amqprs::channel::QueueDeclareArguments;
use amqprs::connection::{Connection, OpenConnectionArguments};
use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::provider::{Amqp, AmqpAddresses, ProviderState, Via};
use looselycoupled_tests::artemis::Artemis;
use looselycoupled_tests::{Broker, are_brokers_there, free_port, within};

use crate::start;

/// What the start says of an application whose configuration is this.
async fn refused(provider: &str) -> String {
    let text = format!(
        "looselycoupled:\n  providers:\n    bus: {provider}\n  routes: [{{ event: order, via: bus }}]\n"
    );
    let config = Config::parse(&text, "config.yaml").unwrap();
    format!("{}", App::builder().config(config).start().await.unwrap_err())
}

#[tokio::test]
async fn wrong_keys_are_told_with_the_way_out() {
    for (provider, expected) in [
        ("{ kind: amqp }", "of kind `amqp` needs a `url`: `amqp://127.0.0.1:5672`"),
        ("{ kind: amqp, url: \"amqp://127.0.0.1:5672\" }", "needs `addresses`: artemis, or rabbitmq"),
        (
            "{ kind: amqp, url: \"amqp://127.0.0.1:5672\", addresses: rabitmq }",
            "there are no addresses `rabitmq`; did you mean `rabbitmq`?",
        ),
        (
            "{ kind: amqp, url: \"amqp://127.0.0.1:5672\", addresses: artemis, password: a, password_file: b }",
            "in `password`, or in `password_file`, not in both",
        ),
        (
            "{ kind: amqp, url: \"amqp://127.0.0.1:5672\", addresses: artemis, nsqd: [x] }",
            "a provider of kind `amqp` has no `nsqd`",
        ),
        (
            "{ kind: amqp, url: \"amqp://127.0.0.1:5672\", addresses: artemis, only_sends: true }",
            "a provider of kind `amqp` has no `only_sends`",
        ),
        (
            "{ kind: amqp, url: \"tcp://127.0.0.1:5672\", addresses: artemis }",
            "is no address of a broker; write `amqp://127.0.0.1:5672`",
        ),
        ("{ kind: amqp, url: \"amqp://broker.example:5672\", addresses: artemis }", "`plain: true`"),
        (
            "{ kind: amqp, url: \"amqp://127.0.0.1:5672\", addresses: artemis, password_file: /nowhere/it/is }",
            "the password file /nowhere/it/is cannot be read",
        ),
    ] {
        let told = refused(provider).await;
        assert!(told.contains(expected), "{provider}: {told}");
    }
}

#[tokio::test]
async fn a_name_that_is_too_long_there_is_told() {
    let amqp = Amqp::connect(&format!("amqp://127.0.0.1:{}", free_port()));
    let app = App::builder().provider("bus", amqp).start().await.unwrap();
    let name = "a".repeat(300);
    app.shutdown().await.unwrap();
    let amqp = Amqp::connect(&format!("amqp://127.0.0.1:{}", free_port()));
    let error = App::builder().provider("bus", amqp).route_event(&name, "bus").start().await.unwrap_err();
    assert!(error.to_string().contains("at most 255 are allowed"), "{error}");
}

/// Why there is no connection, in the words of who is told that an event does not go.
async fn reason(amqp: Amqp, expected: &str) {
    let routed = Via::provider("bus").durable();
    let app = App::builder().process("hall").provider("bus", amqp).route_event("order", routed);
    let app = app.start().await.unwrap();
    let handle = app.handle();
    within(async {
        let mut states = handle.subscribe("provider_state");
        loop {
            let error = handle.trigger_event("order", args! { number: 1 }).await.unwrap_err();
            let told = format!("{error}");
            if told.contains(expected) {
                break;
            }
            assert!(told.contains("no broker has answered"), "{told}");
            states.next().await;
        }
    })
    .await;
    assert_eq!(handle.providers()[0].state, ProviderState::Connecting);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn why_a_broker_lets_nobody_in_is_told() {
    if !are_brokers_there() {
        return;
    }
    let (broker, host) = Broker::shared_rabbitmq();
    let at = || Amqp::connect(&broker.amqp_url()).addresses(AmqpAddresses::RabbitMq).user("guest");
    reason(at().password("wrong").virtual_host(&host), "does not let this user in with this password").await;
    reason(at().password("guest").virtual_host("none"), "Access for user").await;
}

#[tokio::test]
async fn a_broker_that_has_other_addresses_is_told_with_the_way_out() {
    let artemis = Artemis::start();
    let wrong = Amqp::connect(&artemis.url()).addresses(AmqpAddresses::RabbitMq);
    reason(
        wrong,
        "the broker is ActiveMQ Artemis, which has other addresses than these; write `addresses: artemis`",
    )
    .await;
    if !are_brokers_there() {
        return;
    }
    let (broker, host) = Broker::shared_rabbitmq();
    let wrong = Amqp::connect(&broker.amqp_url())
        .user("guest")
        .password("guest")
        .virtual_host(&format!("vhost:{host}"));
    reason(wrong, "write `addresses: rabbitmq`, or `.addresses(AmqpAddresses::RabbitMq)`").await;
}

#[tokio::test]
async fn a_queue_that_is_otherwise_is_told() {
    if !are_brokers_there() {
        return;
    }
    let (broker, host) = Broker::shared_rabbitmq();
    let url = broker.amqp_url();
    let port = url.rsplit_once(':').unwrap().1.parse().unwrap();
    let arguments =
        OpenConnectionArguments::new("127.0.0.1", port, "guest", "guest").virtual_host(&host).finish();
    let operator = Connection::open(&arguments).await.unwrap();
    let channel = operator.open_channel(None).await.unwrap();
    channel
        .queue_declare(QueueDeclareArguments::transient_autodelete("lc.process.order.hall"))
        .await
        .unwrap();
    let amqp = Amqp::connect(&url).addresses(AmqpAddresses::RabbitMq).virtual_host(&host);
    reason(amqp, "inequivalent arg 'durable' for queue 'lc.process.order.hall'").await;
    operator.close().await.unwrap();
}

#[tokio::test]
async fn queues_of_who_has_gone_are_gone_at_rabbitmq() {
    if !are_brokers_there() {
        return;
    }
    let (broker, host) = Broker::shared_rabbitmq();
    let at = || {
        let amqp = Amqp::connect(&broker.amqp_url()).addresses(AmqpAddresses::RabbitMq);
        amqp.user("guest").password("guest").virtual_host(&host)
    };
    let app = start(
        App::builder()
            .process("hall")
            .provider("bus", at())
            .route_event("order", "bus")
            .route_event("paid", Via::provider("bus").in_group("clerks"))
            .route_event("kept", Via::provider("bus").durable()),
    )
    .await;
    let queues = || broker.queues(&host);
    assert_eq!(queues().len(), 3, "{:?}", queues());
    app.shutdown().await.unwrap();
    assert_eq!(queues(), ["lc.process.kept.hall"]);
}
