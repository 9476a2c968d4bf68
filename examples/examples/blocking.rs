//! Blocking tasks: a body that keeps its thread runs on a pool of threads, while everybody else goes on.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Guest {
    visits: u32,
}

#[module]
impl Guest {
    /// Stands at the door until it opens. The body may block; it has the module to itself, as any task.
    #[task(blocking)]
    fn visit(&mut self, ctx: &Context) -> Result<u32> {
        let door = ctx.stub::<DoorStub>("door")?;
        println!("guest: knocks, and keeps the thread");
        door.knock().blocking()?;
        while !door.is_open().blocking()? {
            if !ctx.sleep_blocking(Duration::from_millis(1)) {
                return Err(Error::other("the house was closed"));
            }
        }
        self.visits += 1;
        println!("guest: comes in");
        Ok(self.visits)
    }
}

#[derive(Default)]
struct Door {
    open: bool,
}

#[module(emits(knocked()))]
impl Door {
    #[task]
    async fn knock(&self, ctx: &Context) -> Result<()> {
        println!("door: somebody knocks");
        ctx.trigger_event("knocked", args! {}).await?;
        Ok(())
    }

    #[task]
    fn is_open(&self) -> bool {
        self.open
    }

    #[task]
    fn open(&mut self) {
        println!("door: opens");
        self.open = true;
    }
}

#[derive(Default)]
struct Butler;

#[module]
impl Butler {
    #[on_event]
    async fn on_knocked(&self, ctx: &Context) -> Result<()> {
        println!("butler: hears it, while {} thread is kept", ctx.statistics().blocking);
        ctx.stub::<DoorStub>("door")?.open().await?;
        Ok(())
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .module("guest", Guest::default())
        .module("door", Door::default())
        .module("butler", Butler)
        .blocking_threads(4)
        .start()
        .await?;
    let guest = app.handle().stub::<GuestStub>("guest")?;

    println!("visit {}", guest.visit().await?);
    Ok(app.shutdown().await?)
}
