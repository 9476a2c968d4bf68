//! Failures: a task's own error, a panic, a deadline, what nobody waited for, and a failure that ends everything.

use looselycoupled::prelude::*;
use tokio::sync::Notify;

static SWITCH: Notify = Notify::const_new(); // what the lamp waits for

#[derive(Debug, thiserror::Error)]
#[error("level {0} is above 100")]
struct TooBright(u8);

#[derive(Default)]
struct Lamp {
    level: u8,
}

#[module]
impl Lamp {
    #[task]
    fn set_level(&mut self, level: u8) -> Result<u8, TooBright> {
        if level > 100 {
            return Err(TooBright(level));
        }
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    #[expect(clippy::panic, reason = "this is what the example is about")]
    fn short_circuit(&self) {
        panic!("the fuse blows at {} %", self.level);
    }

    #[task]
    async fn glow(&mut self) {
        SWITCH.notified().await;
        self.level = 0;
    }
}

struct Watchman;

#[module]
impl Watchman {
    /// What nobody waits for becomes the event `exception`.
    #[on_event]
    async fn on_exception(&self, module: String, task: String, message: String) {
        println!("watchman: {module}.{task}: {message}");
    }
}

struct Child;

#[module]
impl Child {
    #[run]
    async fn play(ctx: Context) -> Result<()> {
        ctx.stub::<LampStub>("lamp")?.short_circuit().enqueue().await?;
        Ok(())
    }
}

fn house() -> AppBuilder {
    App::builder().module("lamp", Lamp::default()).module("watchman", Watchman)
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = house().start().await?;
    let (handle, lamp) = (app.handle(), app.handle().stub::<LampStub>("lamp")?);

    // Through the stub the task's own error keeps its type; by name it can be had back.
    if let Err(CallError::Failed(TooBright(level))) = lamp.set_level(140).await {
        println!("by stub: {level} is too bright");
    }
    if let Err(CallError::Failed(failure)) = handle.exec_task("lamp.set_level", args! { level: 150 }).await {
        println!("by name: {failure}, is it TooBright? {}", failure.downcast_ref::<TooBright>().is_some());
    }

    // A panic ends the handler only; the module goes on with the state that it left.
    if let Err(error) = lamp.short_circuit().await {
        println!("{error}");
    }
    println!("the lamp goes on: {:?}", lamp.set_level(40).await);

    // A handler that has begun runs to its end, whether or not somebody still waits.
    if let Err(error) = lamp.glow().timeout(Duration::from_millis(50)).await {
        println!("{error}");
    }
    SWITCH.notify_one();
    lamp.set_level(200).enqueue().await?;
    app.quiesce().await;
    app.shutdown().await?;

    // With the policy `exit` a panic ends the application, in order, with an exit code.
    if let Err(error) = house().module("child", Child).policy("lamp", Policy::Exit).run().await {
        println!("{error} (exit code {})", error.code());
    }
    Ok(())
}
