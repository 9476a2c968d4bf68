//! A provider of one's own: two applications that tell each other of events by a channel, as if they were two processes.

use looselycoupled::prelude::*;
use looselycoupled::provider::{
    Capabilities, Capability, Envelope, Link, Provider, ProviderError, ProviderState, Subscription,
};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

type Listening = (Option<Link>, HashMap<Subscription, JoinHandle<()>>);
/// Everybody who holds one hears the others.
struct Intercom {
    channel: broadcast::Sender<Envelope>,
    listening: Mutex<Listening>,
}

impl Intercom {
    fn listening(&self) -> MutexGuard<'_, Listening> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Provider for Intercom {
    fn kind(&self) -> &'static str {
        "intercom"
    }

    /// No calls, and no patterns: a route that asks for them fails the start.
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Headers)
    }

    async fn start(&self, link: Link) -> Result<(), ProviderError> {
        link.tell_state(ProviderState::Connected, None);
        self.listening().0 = Some(link);
        Ok(())
    }

    async fn publish(&self, event: Envelope) -> Result<(), ProviderError> {
        self.channel.send(event).map(drop).map_err(|error| ProviderError::Unreachable(error.to_string()))
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        let (mut heard, wanted, mut listening) =
            (self.channel.subscribe(), subscription.event.clone(), self.listening());
        let Some(link) = listening.0.clone() else { return Ok(()) };
        let task = tokio::spawn(async move {
            while let Ok(event) = heard.recv().await {
                if event.name == wanted {
                    // What this application has sent itself comes back, and is discarded.
                    link.event(event).await;
                }
            }
        });
        listening.1.insert(subscription.clone(), task);
        Ok(())
    }

    async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), ProviderError> {
        self.listening().1.remove(subscription).iter().for_each(JoinHandle::abort);
        Ok(())
    }

    async fn stop(&self) {}
}

struct Bell;

#[module]
impl Bell {
    #[on_event(external = "somebody at the gate sends it")]
    async fn on_pushed(&self, ctx: &Context, button: String) -> Result<()> {
        println!("in the house: the {button} button was pushed");
        ctx.trigger_event("rang", args! { times: 2 }).await?;
        Ok(())
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (channel, _keep) = broadcast::channel(16);
    let part = |name: &str| {
        let intercom = Intercom { channel: channel.clone(), listening: Mutex::default() };
        let app = App::builder().process(name).provider("intercom", intercom);
        app.route_event("pushed", "intercom").route_event("rang", "intercom")
    };
    let (house, gate) = (part("house").module("bell", Bell).start().await?, part("gate").start().await?);
    let rang = gate.handle().wait_for_event("rang");
    gate.handle().trigger_event("pushed", args! { button: "gate" }).await?;
    println!("at the gate: it rang {} times", rang.await?.field::<u8>("times")?);
    gate.shutdown().await?;
    house.shutdown().await?;
    if let Err(error) = part("shed").route_module("bell", "intercom").start().await {
        println!("{error}");
    }
    Ok(())
}
