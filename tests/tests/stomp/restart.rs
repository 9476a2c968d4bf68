//! Brokers that are killed and come again, under load.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, Stomp, StompAddresses, Via};
use looselycoupled_tests::{Broker, are_brokers_there, within};

use crate::{start, wait_for};

const ROUNDS: usize = 5;

/// Each number, as often as it was heard.
#[derive(Default)]
struct Ledger {
    numbers: Vec<u64>,
}

#[module]
impl Ledger {
    #[on_event]
    fn on_order(&mut self, number: u64) {
        self.numbers.push(number);
    }

    #[task]
    fn numbers(&self) -> Vec<u64> {
        self.numbers.clone()
    }
}

fn at(broker: &Broker, addresses: StompAddresses, name: &str) -> AppBuilder {
    let stomp = Stomp::connect(&broker.stomp_url()).addresses(addresses).user("guest").password("guest");
    App::builder().process(name).provider("bus", stomp).route_event("order", Via::provider("bus").durable())
}

/// What has been confirmed, while the broker is killed again and again.
async fn confirmed_under_fire(broker: &Arc<Broker>, sender: &App) -> Vec<u64> {
    let is_over = Arc::new(AtomicBool::new(false));
    let (handle, over) = (sender.handle(), Arc::clone(&is_over));
    let sending = tokio::spawn(async move {
        let mut confirmed = Vec::new();
        for number in 0.. {
            if over.load(Ordering::Relaxed) {
                break;
            }
            if handle.trigger_event("order", args! { number }).await.is_ok() {
                confirmed.push(number);
            } else {
                let mut states = handle.subscribe("provider_state");
                while handle.providers()[0].state != ProviderState::Connected && !over.load(Ordering::Relaxed)
                {
                    let _changed = states.next().await;
                }
            }
        }
        confirmed
    });
    for _ in 0..ROUNDS {
        let before = sender.handle().providers()[0].published;
        while sender.handle().providers()[0].published < before + 50 {
            tokio::task::yield_now().await;
        }
        let killed = Arc::clone(broker);
        tokio::task::spawn_blocking(move || killed.kill()).await.unwrap();
        wait_for(sender, ProviderState::Connecting).await;
        let again = Arc::clone(broker);
        tokio::task::spawn_blocking(move || again.start()).await.unwrap();
        wait_for(sender, ProviderState::Connected).await;
    }
    is_over.store(true, Ordering::Relaxed);
    sending.await.unwrap()
}

async fn nothing_that_was_confirmed_is_lost(broker: Broker, addresses: StompAddresses) {
    let broker = Arc::new(broker);
    let hearer = start(at(&broker, addresses, "hearer").module("ledger", Ledger::default())).await;
    let sender = start(at(&broker, addresses, "sender")).await;
    let confirmed = confirmed_under_fire(&broker, &sender).await;
    wait_for(&hearer, ProviderState::Connected).await;
    let heard = within(async {
        loop {
            let reply = hearer.handle().exec_task("ledger.numbers", args! {}).await.unwrap();
            let heard: Vec<u64> = reply.get().unwrap();
            let all: BTreeSet<u64> = heard.iter().copied().collect();
            if confirmed.iter().all(|number| all.contains(number)) {
                break heard;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    let distinct: BTreeSet<u64> = heard.iter().copied().collect();
    let repeated = hearer.handle().providers()[0].repeated;
    println!(
        "{addresses:?}: {} confirmed, {} heard, {repeated} repeats recognised",
        confirmed.len(),
        heard.len()
    );
    assert_eq!(heard.len(), distinct.len(), "repeats are recognised");
    assert!(confirmed.len() >= 50 * ROUNDS);
    sender.shutdown().await.unwrap();
    hearer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_rabbitmq_nothing_that_was_confirmed_is_lost_when_it_is_killed() {
    if are_brokers_there() {
        let broker = tokio::task::spawn_blocking(Broker::rabbitmq).await.unwrap();
        nothing_that_was_confirmed_is_lost(broker, StompAddresses::RabbitMq).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_activemq_nothing_that_was_confirmed_is_lost_when_it_is_killed() {
    if are_brokers_there() {
        let broker = tokio::task::spawn_blocking(Broker::activemq).await.unwrap();
        nothing_that_was_confirmed_is_lost(broker, StompAddresses::ActiveMq).await;
    }
}
