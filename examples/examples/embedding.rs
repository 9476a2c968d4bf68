//! Embedding: an existing tokio program starts an application beside its own work and ends it itself.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Cart {
    items: Vec<String>,
}

#[module(emits(item_added(item: String)))]
impl Cart {
    #[task]
    async fn add(&mut self, ctx: &Context, item: String) -> Result<usize> {
        ctx.trigger_event("item_added", args! { item }).await?;
        self.items.push(item);
        Ok(self.items.len())
    }

    #[task]
    fn items(&self) -> Vec<String> {
        let mut items = self.items.clone();
        items.sort();
        items
    }
}

/// Handlers of a concurrent module overlap; they share it.
#[derive(Default)]
struct Stock {
    reserved: std::sync::atomic::AtomicU32,
}

#[module(concurrent)]
impl Stock {
    #[on_event]
    async fn on_item_added(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.reserved.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    #[task]
    fn reserved(&self) -> u32 {
        self.reserved.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// The program has its own main function, its own runtime, its own tasks.
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app =
        App::builder().module("cart", Cart::default()).module("stock", Stock::default()).start().await?;

    let mut requests = tokio::task::JoinSet::new();
    for item in ["tea", "milk", "sugar"] {
        let cart = app.handle().stub::<CartStub>("cart")?;
        requests.spawn(async move { cart.add(item.to_owned()).await });
    }
    while let Some(answer) = requests.join_next().await {
        answer??;
    }

    // Everything handled, provably; the limit names what still moves.
    app.quiesce_within(Duration::from_secs(5)).await?;
    let handle = app.handle();
    println!("in the cart: {}", handle.stub::<CartStub>("cart")?.items().await?.join(", "));
    println!("reserved: {}", handle.exec_task("stock.reserved", args! {}).await?.get::<u32>()?);
    for module in handle.statistics().modules {
        println!("{}: {} accepted, {} accounted for", module.module, module.accepted, module.accounted());
    }

    app.shutdown().await?;
    match handle.exec_task("cart.items", args! {}).await {
        Ok(_) => println!("still there"),
        Err(error) => println!("afterwards: {error}"),
    }
    Ok(())
}
