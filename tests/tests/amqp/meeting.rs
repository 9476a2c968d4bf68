//! Processes that come to one broker by different protocols.

use looselycoupled::prelude::*;
use looselycoupled::provider::{Amqp, AmqpAddresses, Stomp, Via};
use looselycoupled_tests::{Broker, are_brokers_there, within};

use crate::start;

/// The other way RabbitMQ does not have: its frames of STOMP cannot carry the headers of AMQP 1.0.
#[tokio::test]
async fn at_rabbitmq_who_comes_by_amqp_hears_who_comes_by_stomp() {
    if !are_brokers_there() {
        return;
    }
    let (broker, host) = Broker::shared_rabbitmq();
    let amqp = Amqp::connect(&broker.amqp_url()).addresses(AmqpAddresses::RabbitMq);
    let amqp = amqp.user("guest").password("guest").virtual_host(&host);
    let stomp = Stomp::connect(&broker.stomp_url()).user("guest").password("guest").virtual_host(&host);
    let hall = App::builder().process("hall").provider("bus", amqp).route_event("placed", "bus");
    let hall = start(hall.route_event("kept", Via::provider("bus").durable())).await;
    let shed = App::builder().process("shed").provider("bus", stomp.only_sends());
    let shed =
        start(shed.route_event("placed", "bus").route_event("kept", Via::provider("bus").durable())).await;
    for name in ["placed", "kept"] {
        let mut heard = hall.handle().subscribe(name);
        let sent = args! { number: 7, text: "größer" };
        shed.handle().trigger_event(name, sent).await.unwrap();
        let event = within(heard.next()).await.unwrap();
        assert_eq!(event.field::<u32>("number").unwrap(), 7);
        assert_eq!(event.field::<String>("text").unwrap(), "größer");
        // RabbitMQ leaves headers of STOMP behind.
        assert_eq!(event.process(), Some("?"));
    }
    hall.shutdown().await.unwrap();
    shed.shutdown().await.unwrap();
}
