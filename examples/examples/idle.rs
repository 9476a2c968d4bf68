//! Idle: modules are told when nothing is left to do anywhere, once, until there is work again.

use looselycoupled::prelude::*;
use tokio::sync::Notify;

/// Something outside of the application.
static BELL: Notify = Notify::const_new();

#[derive(Default)]
struct Office {
    letters: u32,
    idle: u32,
}

#[module]
impl Office {
    #[run]
    async fn open(ctx: Context) -> Result<()> {
        ctx.me::<Self>()?.mail(3).enqueue().await?;
        Ok(())
    }

    /// Work that brings further work: the office is not idle in between.
    #[task]
    async fn mail(&mut self, ctx: &Context, left: u32) -> Result<()> {
        self.letters += 1;
        println!("letter {}", self.letters);
        if left > 1 {
            ctx.me::<Self>()?.mail(left - 1).enqueue().await?;
        }
        Ok(())
    }

    /// Told as an event, which any module can hear …
    #[on_event]
    fn on_becoming_idle(&mut self) {
        self.idle += 1;
        println!("idle for the {}. time, after {} letters", self.idle, self.letters);
    }

    /// … and as a hook, which comes after it.
    #[on_idle]
    async fn rest(&self, ctx: &Context) -> Result<()> {
        if self.idle == 1 {
            // Work that stems from idleness earns no further notice: the office does not wake itself for ever, …
            ctx.enqueue_task("tidy", args! {}).await?;
        } else {
            ctx.trigger_event("exit", args! {}).await?;
        }
        Ok(())
    }

    #[task]
    fn tidy(&self) {
        println!("{} letters are filed", self.letters);
        BELL.notify_one();
    }
}

/// … but somebody who acts on his own does.
#[derive(Default)]
struct Postman {
    rounds: u32,
}

#[module]
impl Postman {
    #[run]
    async fn wait(ctx: Context) -> Result<()> {
        tokio::select! {
            () = ctx.no_longer_active() => {}
            () = BELL.notified() => {
                ctx.me::<Self>()?.deliver().enqueue().await?;
            }
        }
        Ok(())
    }

    #[task]
    async fn deliver(&mut self, ctx: &Context) -> Result<()> {
        self.rounds += 1;
        println!("the postman comes, round {}", self.rounds);
        ctx.stub::<OfficeStub>("office")?.mail(1).enqueue().await?;
        Ok(())
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), AppError> {
    App::builder().module("office", Office::default()).module("postman", Postman::default()).run().await
}
