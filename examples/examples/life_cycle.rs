//! The life of modules: inactive, passive, active, passive, inactive; what runs when, and how it is told to end.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Clock;

#[module(emits(tick, unheard = "it comes too early to be sent"))]
impl Clock {
    #[initialize]
    async fn prepare(&self, ctx: &Context) -> Result<()> {
        println!("{}: initialize, {:?}", ctx.name(), ctx.phase(ctx.name()));
        if let Err(refused) = ctx.trigger_event("tick", args! {}).await {
            println!("{}: {refused}", ctx.name());
        }
        Ok(())
    }

    /// Begins when all modules are active; a module that is done ends the application with the event `exit`.
    #[run]
    async fn tick(ctx: Context) -> Result<()> {
        println!("{}: run, {:?}", ctx.name(), ctx.phase(ctx.name()));
        for number in 1..=3 {
            ctx.exec_task("radio.tick", args! { number }).await?;
        }
        ctx.trigger_event("exit", args! {}).await?;
        Ok(())
    }

    #[finalize]
    async fn end(&self, ctx: &Context) {
        println!("{}: finalize, {:?}", ctx.name(), ctx.phase(ctx.name()));
    }
}

#[derive(Default)]
struct Radio {
    ticks: u32,
}

#[module]
impl Radio {
    #[initialize]
    async fn prepare(&self, ctx: &Context) {
        println!("{}: initialize, after those before it", ctx.name());
    }

    /// Goes on while the module is passive or active.
    #[run_passively]
    async fn listen(ctx: Context) {
        ctx.no_longer_passive().await;
        println!("{}: run_passively has been told to end", ctx.name());
    }

    /// Goes on while the module is active.
    #[run]
    async fn play(ctx: Context) -> Result<()> {
        ctx.no_longer_active().await;
        // The last chance to call and send. The event `exit` came first.
        let ticks = ctx.me::<Self>()?.ticks().await?;
        println!("{}: run has been told to end, after {ticks} ticks", ctx.name());
        Ok(())
    }

    #[task]
    fn tick(&mut self, number: u32) {
        self.ticks = number;
        println!("tick {number}");
    }

    #[task]
    fn ticks(&self) -> u32 {
        self.ticks
    }

    #[on_event]
    async fn on_exit(&self, ctx: &Context) {
        println!("{}: the application is about to end", ctx.name());
    }

    #[finalize]
    async fn end(&self, ctx: &Context) {
        println!("{}: finalize, before those that started earlier", ctx.name());
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), AppError> {
    App::builder().module("clock", Clock).module("radio", Radio::default()).run().await?;
    println!("ended in order");
    Ok(())
}
