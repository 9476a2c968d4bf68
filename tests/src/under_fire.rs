//! Brokers that are killed and come again, under load.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::ProviderState;

use crate::within;

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

pub(crate) async fn wait_for(app: &App, state: ProviderState) {
    let handle = app.handle();
    let mut changes = handle.subscribe("provider_state");
    while handle.providers()[0].state != state {
        within(changes.next()).await.unwrap();
    }
}

/// What has been confirmed, while the broker is killed again and again.
async fn confirmed_under_fire(
    kill: &mut impl AsyncFnMut(),
    start: &mut impl AsyncFnMut(),
    sender: &App,
) -> Vec<u64> {
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
        kill().await;
        wait_for(sender, ProviderState::Connecting).await;
        start().await;
        wait_for(sender, ProviderState::Connected).await;
    }
    is_over.store(true, Ordering::Relaxed);
    sending.await.unwrap()
}

/// Kills a broker and starts it again five times, while durable events `order` go by it from the process `sender` to the process `hearer`: what was
/// confirmed is heard, and once. `at` is an application of that name with one provider.
pub async fn nothing_that_was_confirmed_is_lost(
    what: &str,
    at: impl Fn(&str) -> AppBuilder,
    mut kill: impl AsyncFnMut(),
    mut start: impl AsyncFnMut(),
) {
    let hearer = at("hearer").module("ledger", Ledger::default()).start().await.unwrap();
    let sender = at("sender").start().await.unwrap();
    wait_for(&hearer, ProviderState::Connected).await;
    wait_for(&sender, ProviderState::Connected).await;
    let confirmed = confirmed_under_fire(&mut kill, &mut start, &sender).await;
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
    println!("{what}: {} confirmed, {} heard, {repeated} repeats recognised", confirmed.len(), heard.len());
    assert_eq!(heard.len(), distinct.len(), "repeats are recognised");
    assert!(confirmed.len() >= 50 * ROUNDS);
    sender.shutdown().await.unwrap();
    hearer.shutdown().await.unwrap();
}
