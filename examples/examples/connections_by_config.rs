//! Connections from outside: modules that know nothing of each other are wired by the configuration, checked before the start,
//! and wired anew while the application runs.

use looselycoupled::config::Config;
use looselycoupled::prelude::*;

/// A program would say `.config_file("config.yaml")`.
const GOOD: &str = "
looselycoupled:
  modules: { order_desk: Desk, bakery: Bakery, shop: Shop }
  connections:
    - { from: order_desk, to: bakery }                                              # all whose names match
    - { from: bakery/baked, to: shop.put_on_shelf, arguments: positional }          # fields in their order
    - { from: bakery/baked, to: shop/arrived }                                      # sent again as an event of the shop
";

const BAD: &str = "
looselycoupled:
  modules: { order_desk: Desk, bakery: Bakery, shop: Shop }
  connections:
    - { from: order_desk/ordred, to: bakery.on_ordered }
    - { from: bakery/baked, to: shop.put_on_shelf }
";

#[derive(Default)]
struct Desk;

#[module(emits(ordered(what: String, number: u8)))]
impl Desk {
    #[task]
    async fn order(&self, ctx: &Context, what: String, number: u8) -> Result<usize> {
        ctx.trigger_event("ordered", args! { what, number }).await
    }
}

#[derive(Default)]
struct Bakery;

#[module(emits(baked(what: String, number: u8)))]
impl Bakery {
    #[task]
    async fn on_ordered(&self, ctx: &Context, what: String, #[default(1)] number: u8) -> Result<usize> {
        println!("the bakery bakes {number} {what}");
        ctx.trigger_event("baked", args! { what, number }).await
    }
}

#[derive(Default)]
struct Shop;

#[module]
impl Shop {
    #[task]
    fn put_on_shelf(&self, name: String, pieces: u8) {
        println!("the shop has {pieces} {name}");
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().config(Config::parse(GOOD, "config.yaml")?).start().await?;
    let handle = app.handle();
    for wire in handle.connections() {
        println!("{wire}");
    }
    let desk: DeskStub = handle.stub("order_desk")?;
    let arrived = handle.wait_for_event("arrived");
    desk.order("rolls".to_owned(), 12).await?;
    app.quiesce().await;
    println!("arrived, says the {}", arrived.await?.source().unwrap_or("?"));

    // From code the same, at any time.
    handle.disconnect("bakery/*", "shop.*")?;
    let listeners = desk.order("loaves".to_owned(), 3).await?;
    app.quiesce().await;
    println!("{listeners} heard the order; nothing gets to the shelf any more");
    if let Err(error) = handle.connect("bakery/baked", "shop.put_on_shlef") {
        println!("{error}");
    }
    app.shutdown().await?;

    if let Err(error) = App::builder().config(Config::parse(BAD, "config.yaml")?).start().await {
        println!("{error}");
    }
    Ok(())
}
