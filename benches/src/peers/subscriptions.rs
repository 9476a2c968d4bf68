//! looselycoupled, with listeners that come while the application runs.

use std::sync::Arc;

use looselycoupled::prelude::*;

use super::looselycoupled::Tick;
use super::{Contestant, FansOut};
use crate::harness::{Flavour, Kind, Label, Tally};

/// An application without modules.
pub struct Hub {
    handle: Handle,
    _app: Arc<App>,
}

impl Hub {
    async fn open() -> Self {
        let app = App::builder().partial().start().await.expect("the app starts");
        Self { handle: app.handle(), _app: Arc::new(app) }
    }

    async fn publish(&self, value: u64) {
        self.handle.trigger(Tick { value }).await.expect("the event is sent");
    }
}

/// Functions that are called: `on`.
pub struct LooselycoupledCallbacks;

impl Contestant for LooselycoupledCallbacks {
    fn label() -> Label {
        Label::new("looselycoupled-callbacks", Kind::Ours)
    }
}

impl FansOut for LooselycoupledCallbacks {
    type Hub = Hub;

    async fn build(_: Flavour, subscribers: Vec<Tally>) -> Hub {
        let hub = Hub::open().await;
        for mut tally in subscribers {
            let listen = move |event: EventRecord| {
                tally.tell(event.typed::<Tick>().expect("it is one").value);
                std::future::ready(())
            };
            hub.handle.on("tick", listen).forever();
        }
        hub
    }

    async fn publish(hub: &mut Hub, value: u64) {
        Hub::publish(hub, value).await;
    }
}

/// Streams, each read by a task: `subscribe`.
pub struct LooselycoupledStreams;

impl Contestant for LooselycoupledStreams {
    fn label() -> Label {
        Label::new("looselycoupled-streams", Kind::Ours)
    }
}

impl FansOut for LooselycoupledStreams {
    type Hub = Hub;

    async fn build(_: Flavour, subscribers: Vec<Tally>) -> Hub {
        let hub = Hub::open().await;
        for mut tally in subscribers {
            let mut stream = hub.handle.subscribe("tick");
            tokio::spawn(async move {
                while let Some(event) = stream.next().await {
                    tally.tell(event.typed::<Tick>().expect("it is one").value);
                }
            });
        }
        hub
    }

    async fn publish(hub: &mut Hub, value: u64) {
        Hub::publish(hub, value).await;
    }
}
