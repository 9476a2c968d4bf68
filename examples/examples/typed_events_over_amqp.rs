//! Events as Rust types at a broker of AMQP 1.0: what is typed in both processes is JSON between them, so that others can take part.
//!
//! `typed_events_over_amqp amqp://guest:guest@127.0.0.1:5672 rabbitmq` (or `artemis`). Without an address it says so and ends.

use std::time::Duration;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Amqp, AmqpAddresses};

/// Somebody has bought something. It is kept at the broker until it has been handled.
#[event(durable)]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OrderPlaced {
    number: u32,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    name: String,
    cents: u64,
}

/// What it costs.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct InvoiceWritten {
    number: u32,
    cents: u64,
}

#[derive(Default)]
struct Billing;

#[module]
impl Billing {
    /// Of all processes with this group one hears each order.
    #[on_event(OrderPlaced, group = "billing")]
    async fn bill(&mut self, ctx: &Context, order: &OrderPlaced) -> Result<(), Error> {
        let cents = order.items.iter().map(|item| item.cents).sum();
        ctx.trigger(InvoiceWritten { number: order.number, cents }).await?;
        Ok(())
    }
}

fn at(url: &str, addresses: AmqpAddresses, process: &str) -> AppBuilder {
    App::builder()
        .process(process)
        .provider("broker", Amqp::connect(url).addresses(addresses))
        .route_event("order_placed", "broker")
        .route_event("invoice_written", "broker")
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
        println!(
            "no broker: state where one is, `typed_events_over_amqp amqp://guest:guest@127.0.0.1:5672 rabbitmq`"
        );
        return Ok(());
    };
    let addresses = match arguments.next().as_deref() {
        Some("artemis") => AmqpAddresses::Artemis,
        _ => AmqpAddresses::RabbitMq,
    };
    let office = at(&url, addresses, "office").module("billing", Billing).start().await?;
    let shop = at(&url, addresses, "shop").start().await?;
    if is_connected(&office).await && is_connected(&shop).await {
        let mut invoices = shop.handle().subscribe("invoice_written");
        for number in [1, 2] {
            let items = [("lamp", 4_900), ("socket", 1_250)];
            let items =
                items.map(|(name, cents)| Item { name: name.to_owned(), cents: cents * u64::from(number) });
            // Ready when the broker keeps it.
            shop.handle().trigger(OrderPlaced { number, items: items.into() }).await?;
            if let Some(event) = invoices.next().await {
                let InvoiceWritten { number, cents } = event.typed()?;
                println!("order {number} costs {}.{:02}", cents / 100, cents % 100);
            }
        }
    } else {
        println!("no broker: {}", office.handle().providers()[0].reason);
    }
    shop.shutdown().await?;
    office.shutdown().await?;
    Ok(())
}
