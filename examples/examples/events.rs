//! Events: sent to everybody but their source, heard as a Rust type, by name, or by a pattern of names.

use looselycoupled::TransactionId;
use looselycoupled::prelude::*;

/// Somebody moved.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Motion {
    room: String,
    strength: u8,
}

#[derive(Default)]
struct Detector;

// `emits` tells others what there is to hear; sending does not depend on it.
#[module(emits("sensor.battery"(percent: u8)))]
impl Detector {
    /// Sends one event as a Rust value and one by name; returns how many handlers hear them.
    #[task]
    async fn detect(&self, ctx: &Context) -> Result<(usize, usize)> {
        let motion = ctx.trigger(Motion { room: "hall".to_owned(), strength: 7 }).await?;
        let battery = ctx.trigger_event("sensor.battery", args! { percent: 80 }).await?;
        Ok((motion, battery))
    }

    #[on_event(Motion)]
    async fn never(&self, motion: &Motion) {
        println!("a source does not hear its own events: {motion:?}");
    }
}

/// Keeps what it hears, so that the output does not depend on who is faster.
#[derive(Default)]
struct Listener {
    heard: Vec<String>,
    transactions: Vec<TransactionId>,
}

#[module]
impl Listener {
    #[on_event(Motion)]
    async fn by_type(&mut self, ctx: &Context, motion: &Motion) {
        self.transactions.push(ctx.metadata().transaction);
        self.heard.push(format!("by type: {} in the {}", motion.strength, motion.room));
    }

    /// Takes the fields that it names, and leaves the others.
    #[on_event]
    async fn on_motion(&mut self, room: String, lux: Option<f64>) {
        self.heard.push(format!("by name: room {room:?}, lux {lux:?}"));
    }

    #[on_event("sensor.*")]
    async fn by_pattern(&mut self, ctx: &Context, event: &EventRecord) -> Result<()> {
        self.transactions.push(ctx.metadata().transaction);
        let (name, source) = (event.name(), event.source().unwrap_or("outside"));
        self.heard.push(format!("by pattern: {name} from {source}, {}", event.field::<u8>("percent")?));
        Ok(())
    }

    #[task]
    fn heard(&self) -> (Vec<String>, bool) {
        let one_transaction = self.transactions.windows(2).all(|pair| pair[0] == pair[1]);
        (self.heard.clone(), one_transaction)
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app =
        App::builder().module("detector", Detector).module("listener", Listener::default()).start().await?;
    let handle = app.handle();

    let (motion, battery) = handle.stub::<DetectorStub>("detector")?.detect().await?;
    println!("motion has {motion} listeners, sensor.battery has {battery}");
    let nobody = handle.trigger_event("nobody_cares", args! {}).await?;
    println!("nobody_cares has {nobody}, which is counted: {}", handle.statistics().unheard_events);

    app.quiesce().await;
    let (heard, one_transaction) = handle.stub::<ListenerStub>("listener")?.heard().await?;
    heard.iter().for_each(|line| println!("{line}"));
    println!("both stem from one call and share its transaction: {one_transaction}");
    Ok(app.shutdown().await?)
}
