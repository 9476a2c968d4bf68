//! A provider of one's own: two applications that tell each other of events by a channel, as if they were two processes.

use std::sync::{Mutex, PoisonError};

use looselycoupled::prelude::*;
use looselycoupled::provider::{
    Capabilities, Capability, Envelope, Link, Provider, ProviderError, ProviderState,
};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

/// Everybody who holds one hears the others.
struct Intercom {
    channel: broadcast::Sender<Envelope>,
    subscribed: std::sync::Arc<Mutex<Vec<String>>>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl Intercom {
    fn new(channel: &broadcast::Sender<Envelope>) -> Self {
        Self { channel: channel.clone(), subscribed: std::sync::Arc::default(), listening: Mutex::default() }
    }

    fn subscriptions(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.subscribed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Provider for Intercom {
    fn kind(&self) -> &'static str {
        "intercom"
    }

    /// No calls, and no patterns: a route that asks for them fails the start.
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Headers).with(Capability::Order)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        let (mut heard, subscribed) = (self.channel.subscribe(), std::sync::Arc::clone(&self.subscribed));
        link.tell_state(ProviderState::Connected, None);
        let listening = tokio::spawn(async move {
            while let Ok(event) = heard.recv().await {
                let is_wanted = {
                    let names = subscribed.lock().unwrap_or_else(PoisonError::into_inner);
                    names.iter().any(|name| **name == *event.name)
                };
                if is_wanted {
                    // What this application has sent itself comes back, and is discarded.
                    link.event(event).await;
                }
            }
        });
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Some(listening);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        let sent = self.channel.send(event);
        sent.map(drop).map_err(|_| ProviderError::Unreachable("nobody is there".to_owned()))
    }

    async fn subscribe(&self, event: &str) -> Result<(), ProviderError> {
        self.subscriptions().push(event.to_owned());
        Ok(())
    }

    async fn unsubscribe(&self, event: &str) -> Result<(), ProviderError> {
        self.subscriptions().retain(|known| known != event);
        Ok(())
    }

    async fn stop(&self) {
        let listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(listening) = listening {
            listening.abort();
        }
    }
}

/// Something was pushed.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pushed {
    button: String,
}

struct Bell;

#[module]
impl Bell {
    #[on_event(Pushed)]
    async fn ring(&self, ctx: &Context, pushed: &Pushed) -> Result<()> {
        println!("in the house: the {} button was pushed", pushed.button);
        ctx.trigger_event("rang", args! { times: 2 }).await?;
        Ok(())
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (channel, _keep) = broadcast::channel(16);
    let part = |name: &str| {
        let app = App::builder().process(name).provider("intercom", Intercom::new(&channel));
        app.route_event("pushed", "intercom").route_event("rang", "intercom")
    };
    let house = part("house").module("bell", Bell).start().await?;
    let gate = part("gate").start().await?;

    let mut rang = gate.handle().subscribe("rang");
    gate.handle().trigger(Pushed { button: "gate".to_owned() }).await?;
    if let Some(event) = rang.next().await {
        println!(
            "at the gate: it rang {} times in the {}",
            event.field::<u8>("times")?,
            event.process().unwrap_or("gate")
        );
    }
    gate.shutdown().await?;
    house.shutdown().await?;

    if let Err(error) = part("shed").route_module("bell", "intercom").start().await {
        println!("{error}");
    }
    Ok(())
}
