//! Two applications in this process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::{Provider, ProviderState};
use tokio::sync::Notify;

use super::{Failure, Pair};

struct Counter {
    heard: Arc<(AtomicU32, Notify)>,
}

#[module]
impl Counter {
    #[on_event]
    fn on_ticked(&mut self, number: u32) {
        self.heard.0.store(number + 1, Ordering::Release);
        self.heard.1.notify_one();
    }
}

pub struct Ours {
    sender: App,
    _hearer: App,
    heard: Arc<(AtomicU32, Notify)>,
}

/// Both come to the same broker.
pub async fn at<P: Provider>(provider: impl Fn() -> P) -> Result<Ours, Failure> {
    let heard = Arc::<(AtomicU32, Notify)>::default();

    let hearer = App::builder().process("hearer").provider("bus", provider()).route_event("ticked", "bus");
    let hearer = hearer.module("counter", Counter { heard: Arc::clone(&heard) }).start().await?;
    let sender = App::builder().process("sender").provider("bus", provider()).route_event("ticked", "bus");
    let sender = sender.start().await?;
    for app in [&hearer, &sender] {
        let mut states = app.handle().subscribe("provider_state");
        while app.handle().providers()[0].state != ProviderState::Connected {
            states.next().await;
        }
    }
    Ok(Ours { sender, _hearer: hearer, heard })
}

impl Pair for Ours {
    async fn send(&mut self, number: u32) -> Result<(), Failure> {
        self.sender.handle().trigger_event("ticked", args! { number }).await?;
        Ok(())
    }

    async fn heard(&mut self, count: u32) -> Result<(), Failure> {
        while self.heard.0.load(Ordering::Acquire) < count {
            self.heard.1.notified().await;
        }
        Ok(())
    }
}
