//! Threads: a hook on a thread of its own, and plain threads, both with verbs that block.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Counter {
    sum: u32,
    measured: u32,
}

#[module]
impl Counter {
    #[task]
    fn add(&mut self, number: u32) -> u32 {
        self.sum += number;
        self.sum
    }

    #[on_event]
    fn on_measured(&mut self, level: u32) {
        self.measured += 1;
        println!("measurement {}: {level}", self.measured);
    }
}

/// Reads a device whose library only knows blocking calls.
#[derive(Default)]
struct Probe;

#[module(emits(measured(level: u32)))]
impl Probe {
    #[run(thread)]
    #[allow(clippy::needless_pass_by_value, reason = "the hook owns its context")]
    fn watch(ctx: Context) -> Result<()> {
        let mut level = 0;
        // Blocks this thread only, and returns false as soon as the application ends.
        while ctx.sleep_blocking(Duration::from_millis(1)) {
            level += 10;
            if level > 30 {
                println!("the probe has seen enough");
                ctx.trigger_event_blocking("exit", args! {})?;
                break;
            }
            ctx.trigger_event_blocking("measured", args! { level })?;
            ctx.exec_task_blocking("counter.add", args! { number: level })?;
        }
        Ok(())
    }
}

/// A handle goes to any thread; a stub is as good.
fn add_up(counter: &CounterStub) -> Result<u32> {
    for number in 1..=10 {
        counter.add(number).blocking()?;
    }
    Ok(counter.add(0).blocking()?)
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A part of the application below: nobody measures here.
    let app = App::builder().partial().module("counter", Counter::default()).start().await?;
    let counter = app.handle().stub::<CounterStub>("counter")?;

    let (told, sum) = tokio::sync::oneshot::channel();
    let on_thread = counter.clone();
    std::thread::spawn(move || told.send(add_up(&on_thread)));
    println!("the thread has counted to {}", sum.await??);

    // Where a runtime is at work a blocking verb is an error, never a deadlock.
    if let Err(error) = counter.add(1).blocking() {
        println!("here: {error}");
    }
    app.shutdown().await?;

    App::builder().module("counter", Counter::default()).module("probe", Probe).run().await?;
    println!("ended in order");
    Ok(())
}
