//! Sending later, and again and again: timers, and what cancels them.

use looselycoupled::Timer;
use looselycoupled::prelude::*;

/// It is getting dark.
#[event]
#[derive(Debug, Serialize, Deserialize)]
struct Dusk {
    lux: u32,
}

#[derive(Default)]
struct Sprinkler {
    beat: Option<Timer>,
    beats: u32,
}

#[module(emits(ended, unheard = "`main` listens to it"))]
impl Sprinkler {
    #[task]
    fn water(&mut self, litres: u32) {
        println!("{litres} litres of water");
    }

    /// Beats from now on.
    #[task]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        self.beat = Some(ctx.enqueue_task("beat", args! {}).every(Duration::from_millis(20)).await?);
        Ok(())
    }

    /// Whoever keeps the timer ends it; to drop it changes nothing.
    #[task]
    async fn beat(&mut self, ctx: &Context) -> Result<()> {
        self.beats += 1;
        println!("beat {}", self.beats);
        if self.beats == 3 {
            let timer = self.beat.take().ok_or_else(|| Error::other("it never began"))?;
            println!("ended: {}, after {} beats", timer.cancel(), timer.sent());
            ctx.trigger_event("ended", args! {}).await?;
        }
        Ok(())
    }

    #[on_event(Dusk, external = "`main` sends it")]
    fn darken(&mut self, dusk: &Dusk) {
        println!("dusk at {} lux", dusk.lux);
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module("sprinkler", Sprinkler::default()).start().await?;
    let handle = app.handle();
    let sprinkler: SprinklerStub = handle.stub("sprinkler")?;

    // The time counts from the acceptance; what is wrong is told then, not when it is due.
    let dusk = handle.wait_for::<Dusk>();
    handle.trigger(Dusk { lux: 10 }).after(Duration::from_millis(200)).await?;
    sprinkler.water(5).after(Duration::from_millis(20)).enqueue().await?;
    let tomorrow = sprinkler.water(50).after(Duration::from_secs(24 * 3600)).enqueue().await?;
    if let Err(error) = handle.enqueue_task("sprinkler.wader", args! { litres: 5 }).after(Duration::MAX).await
    {
        println!("{error}");
    }
    for timer in handle.timers() {
        println!("later: {}", timer.address);
    }
    dusk.await?;
    app.quiesce().await;

    let ended = handle.wait_for_event("ended");
    sprinkler.begin().await?;
    ended.await?;

    println!("cancelled: {}", tomorrow.cancel());
    println!("cancelled again: {}", tomorrow.cancel());
    println!("{} timers are left", handle.timers().len());
    Ok(app.shutdown().await?)
}
