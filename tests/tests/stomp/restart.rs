//! Brokers that are killed and come again, under load.

use std::sync::Arc;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Stomp, StompAddresses, Via};
use looselycoupled_tests::{
    Broker, are_brokers_there, nothing_that_was_confirmed_is_lost, what_was_cut_off_comes_again_and_says_so,
};
use tokio::task::spawn_blocking;

async fn all_is_heard(broker: fn() -> Broker, addresses: StompAddresses) {
    if !are_brokers_there() {
        return;
    }
    let broker = Arc::new(spawn_blocking(broker).await.unwrap());
    let url = broker.stomp_url();
    let at = |name: &str| {
        let stomp = Stomp::connect(&url).addresses(addresses).user("guest").password("guest");
        let app = App::builder().process(name).provider("bus", stomp);
        app.route_event("order", Via::provider("bus").durable())
    };
    let (killed, again) = (Arc::clone(&broker), Arc::clone(&broker));
    let kill = async || {
        let broker = Arc::clone(&killed);
        spawn_blocking(move || broker.kill()).await.unwrap();
    };
    let start = async || {
        let broker = Arc::clone(&again);
        spawn_blocking(move || broker.start()).await.unwrap();
    };
    nothing_that_was_confirmed_is_lost(&format!("{addresses:?}"), at, kill, start).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_rabbitmq_nothing_that_was_confirmed_is_lost_when_it_is_killed() {
    all_is_heard(Broker::rabbitmq, StompAddresses::RabbitMq).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_activemq_nothing_that_was_confirmed_is_lost_when_it_is_killed() {
    all_is_heard(Broker::activemq, StompAddresses::ActiveMq).await;
}

async fn what_was_cut_off_comes_again(broker: &Broker, host: &str, addresses: StompAddresses) {
    what_was_cut_off_comes_again_and_says_so(|name| {
        let stomp = Stomp::connect(&broker.stomp_url()).addresses(addresses).user("guest").password("guest");
        let app = App::builder().process(name).provider("bus", stomp.virtual_host(host));
        app.route_event("order", Via::provider("bus").durable())
    })
    .await;
}

#[tokio::test]
async fn at_rabbitmq_what_was_cut_off_comes_again_and_says_so() {
    if are_brokers_there() {
        let (broker, host) = Broker::shared_rabbitmq();
        what_was_cut_off_comes_again(broker, &host, StompAddresses::RabbitMq).await;
    }
}

#[tokio::test]
async fn at_activemq_what_was_cut_off_comes_again_and_says_so() {
    if are_brokers_there() {
        what_was_cut_off_comes_again(&Broker::activemq(), "/", StompAddresses::ActiveMq).await;
    }
}
