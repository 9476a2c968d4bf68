//! Events of this application at a broker of STOMP, where programs in any language send and hear them.
//!
//! `stomp_bridge tcp://guest:guest@127.0.0.1:61613 rabbitmq` (or `activemq`). Without an address it says so and ends.

use std::time::Duration;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Stomp, StompAddresses, Via};

/// Hears at the broker what was measured, and answers there.
#[derive(Default)]
struct Heating {
    is_on: bool,
}

#[module(emits(heating_changed(is_on: bool)))]
impl Heating {
    #[on_event]
    async fn on_measured(&mut self, ctx: &Context, degrees: f64) -> Result<(), Error> {
        let is_on = degrees < 20.0;
        println!("heard: {degrees} degrees");
        if is_on != self.is_on {
            self.is_on = is_on;
            ctx.trigger_event("heating_changed", args! { is_on }).await?;
        }
        Ok(())
    }
}

fn at(url: &str, addresses: StompAddresses, process: &str) -> AppBuilder {
    App::builder()
        .process(process)
        .provider("broker", Stomp::connect(url).addresses(addresses))
        .route_event("measured", Via::provider("broker").durable())
        .route_event("heating_changed", "broker")
}

async fn is_connected(app: &App) -> bool {
    let mut states = app.handle().subscribe("provider_state");
    let connected = async {
        while app.handle().providers()[0].state.to_string() != "connected" {
            states.next().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), connected).await.is_ok()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(url) = arguments.next() else {
        println!("no broker: state where one is, `stomp_bridge tcp://guest:guest@127.0.0.1:61613 rabbitmq`");
        return Ok(());
    };
    let addresses = match arguments.next().as_deref() {
        Some("activemq") => StompAddresses::ActiveMq,
        _ => StompAddresses::RabbitMq,
    };
    let house = at(&url, addresses, "house").module("heating", Heating::default()).start().await?;
    let sensor = at(&url, addresses, "sensor").start().await?;
    if is_connected(&house).await && is_connected(&sensor).await {
        let mut changed = sensor.handle().subscribe("heating_changed");
        for degrees in [18.5, 22.0] {
            // Ready when the broker keeps it.
            sensor.handle().trigger_event("measured", args! { degrees }).await?;
            if let Some(event) = changed.next().await {
                println!("the heating is {}", if event.field("is_on")? { "on" } else { "off" });
            }
        }
    } else {
        println!("no broker: {}", house.handle().providers()[0].reason);
    }
    sensor.shutdown().await?;
    house.shutdown().await?;
    Ok(())
}
