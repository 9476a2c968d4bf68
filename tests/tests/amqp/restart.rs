//! Brokers that are killed and come again, under load.

use std::sync::Arc;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Amqp, AmqpAddresses, Via};
use looselycoupled_tests::{
    Broker, are_brokers_there, nothing_that_was_confirmed_is_lost, what_was_cut_off_comes_again_and_says_so,
};
use tokio::task::spawn_blocking;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_rabbitmq_nothing_that_was_confirmed_is_lost_when_it_is_killed() {
    if !are_brokers_there() {
        return;
    }
    let broker = Arc::new(spawn_blocking(Broker::rabbitmq).await.unwrap());
    let url = broker.amqp_url();
    let at = |name: &str| {
        let amqp = Amqp::connect(&url).addresses(AmqpAddresses::RabbitMq).user("guest").password("guest");
        let app = App::builder().process(name).provider("bus", amqp);
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
    nothing_that_was_confirmed_is_lost("RabbitMQ, by AMQP", at, kill, start).await;
}

#[tokio::test]
async fn at_rabbitmq_what_was_cut_off_comes_again_and_says_so() {
    if !are_brokers_there() {
        return;
    }
    let (broker, host) = Broker::shared_rabbitmq();
    what_was_cut_off_comes_again_and_says_so(|name| {
        let amqp = Amqp::connect(&broker.amqp_url()).addresses(AmqpAddresses::RabbitMq).virtual_host(&host);
        let app = App::builder().process(name).provider("bus", amqp);
        app.route_event("order", Via::provider("bus").durable())
    })
    .await;
}
