//! A shared event loop: the handlers of all its modules never overlap, so they need no locks between them.

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;

#[derive(Default)]
struct Meter {
    readings: u32,
}

#[module]
impl Meter {
    #[task]
    async fn read(&mut self, who: String) -> u32 {
        println!("  meter: begins for {who}");
        tokio::task::yield_now().await;
        self.readings += 1;
        println!("  meter: ends for {who}");
        self.readings
    }
}

#[derive(Default)]
struct Panel;

#[module]
impl Panel {
    /// A call to a neighbour on the same loop belongs to this turn: it runs at once, ahead of what waits.
    #[task]
    async fn show(&self, ctx: &Context) -> Result<u32> {
        println!("panel: begins");
        tokio::task::yield_now().await;
        let reading = ctx.stub::<MeterStub>("meter")?.read("the panel".to_owned()).await?;
        println!("panel: ends with reading {reading}");
        Ok(reading)
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .module_on("bus", "meter", Meter::default())
        .module_on("bus", "panel", Panel)
        .event_loop("bus", LoopOptions::new().tasks(100).events(100))
        .start()
        .await?;
    let handle = app.handle();
    let (meter, panel) = (handle.stub::<MeterStub>("meter")?, handle.stub::<PanelStub>("panel")?);

    // Both at once: the second waits until the whole turn of the first has ended.
    let (shown, read) = tokio::join!(panel.show(), meter.read("the visitor".to_owned()));
    println!("shown {}, read {}", shown?, read?);

    for event_loop in handle.statistics().loops {
        println!("loop {}: {}", event_loop.name, event_loop.modules.join(", "));
    }
    Ok(app.shutdown().await?)
}
