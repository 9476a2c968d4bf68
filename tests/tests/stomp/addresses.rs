//! Brokers that have other addresses than stated.

use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, Stomp, StompAddresses};
use looselycoupled_tests::{Broker, are_brokers_there, within};

async fn refused(broker: &Broker, host: &str, stated: StompAddresses, way_out: &str) {
    let stomp = Stomp::connect(&broker.stomp_url()).addresses(stated).user("guest").password("guest");
    let app =
        App::builder().process("hall").provider("bus", stomp.virtual_host(host)).route_event("order", "bus");
    let app = app.start().await.unwrap();
    let mut states = app.handle().subscribe("provider_state");
    while !app.handle().providers()[0].reason.contains(way_out) {
        within(states.next()).await.unwrap();
    }
    assert_eq!(app.handle().providers()[0].state, ProviderState::Connecting);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn at_rabbitmq_addresses_of_another_broker_are_told_with_the_way_out() {
    if are_brokers_there() {
        let (broker, host) = Broker::shared_rabbitmq();
        refused(broker, &host, StompAddresses::ActiveMq, "write `addresses: rabbitmq`").await;
    }
}

#[tokio::test]
async fn at_activemq_addresses_of_another_broker_are_told_with_the_way_out() {
    if are_brokers_there() {
        refused(&Broker::activemq(), "/", StompAddresses::RabbitMq, "write `addresses: activemq`").await;
    }
}
