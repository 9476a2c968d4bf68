//! What stems from idleness earns no further notice, what joins it does.

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, begin};

use super::{Helper, calm};

/// Answers idleness with work, at most a hundred times.
#[derive(Debug, Clone, Default)]
struct Eager {
    journal: Journal,
}

impl Eager {
    fn note(&self, word: &str) {
        self.journal.note(word);
        assert!(self.journal.lines().len() < 200, "idleness earns idleness");
    }
}

#[module]
impl Eager {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        self.note("idle");
        ctx.exec_task("helper.hop", args! { hops: 2 }).await?;
        ctx.enqueue_task("helper.hop", args! { hops: 2 }).await?;
        ctx.enqueue_task("work", args! {}).await?;
        ctx.trigger_event("chore", args! {}).await?;
        Ok(())
    }

    #[task]
    async fn work(&mut self) {
        tokio::task::yield_now().await;
        self.note("work");
    }
}

#[tokio::test]
async fn work_that_stems_from_becoming_idle_earns_no_further_one() {
    let eager = Eager::default();
    let app = App::builder().module("eager", eager.clone()).module("helper", Helper).start().await.unwrap();
    calm(&app).await;
    eager.journal.take();
    app.handle().enqueue_task("helper.hop", args! { hops: 1 }).await.unwrap();
    calm(&app).await;
    assert_eq!((eager.journal.count("idle"), eager.journal.count("work")), (1, 1));
}

/// Calls one co-tenant twice at once.
#[derive(Debug, Clone, Default)]
struct Joiner;

#[module]
impl Joiner {
    #[task]
    async fn join(&mut self, ctx: &Context) -> Result<()> {
        let hop = || ctx.exec_task("mate.hop", args! { hops: 0 });
        let (one, two) = tokio::join!(hop(), hop());
        one?;
        two?;
        Ok(())
    }
}

/// Has others join when there is nothing to do, at most so often.
#[derive(Debug, Clone, Default)]
struct Starter(Journal);

#[module]
impl Starter {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        self.0.note("idle");
        if self.0.lines().len() < 50 {
            ctx.exec_task("joiner.join", args! {}).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn joined_calls_on_a_shared_loop_keep_that_they_stem_from_becoming_idle() {
    let starter = Starter::default();
    let app = App::builder()
        .module("starter", starter.clone())
        .module_on("bus", "joiner", Joiner)
        .module_on("bus", "mate", Helper)
        .start()
        .await
        .unwrap();
    app.handle().exec_task("joiner.join", args! {}).await.unwrap();
    calm(&app).await;
    starter.0.take();
    app.handle().enqueue_task("mate.hop", args! { hops: 0 }).await.unwrap();
    calm(&app).await;
    assert_eq!(starter.0.lines().len(), 1);
}

/// Lets others hold and work when there is nothing to do for the first time.
#[derive(Debug, Clone, Default)]
struct Lender(Journal);

#[module]
impl Lender {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        self.0.note("idle");
        if self.0.lines().len() == 1 {
            ctx.enqueue_task("held.hold", args! {}).await?;
            ctx.enqueue_task("held.work", args! {}).await?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default)]
struct Held(Gate);

#[module]
impl Held {
    #[task]
    async fn hold(&mut self) {
        self.0.pass().await;
    }

    #[task]
    fn work(&mut self) {}

    #[on_event]
    fn on_work(&mut self) {}
}

/// A module that is busy with what stems from idleness, and has room for so many waiting tasks.
async fn busy_with_idleness(room: usize) -> (App, Lender, Gate) {
    let (lender, held) = (Lender::default(), Held::default());
    let app = App::builder()
        .module("lender", lender.clone())
        .module("held", held.clone())
        .event_loop("held", LoopOptions::new().tasks(room))
        .start()
        .await
        .unwrap();
    app.handle().enqueue_task("held.work", args! {}).await.unwrap();
    held.0.reached(1).await;
    (app, lender, held.0)
}

#[tokio::test]
async fn work_that_joins_what_stems_from_becoming_idle_earns_one() {
    for (how, room, idles) in
        [("nothing", 9, 1), ("task", 9, 2), ("call", 9, 2), ("event", 9, 2), ("task without room", 1, 2)]
    {
        let (app, lender, gate) = busy_with_idleness(room).await;
        let handle = app.handle();
        let mut call = handle.exec_task("held.work", args! {});
        let mut task = handle.enqueue_task("held.work", args! {});
        match how {
            "task" => assert!(begin(&mut task).await.is_ready()),
            "task without room" => assert!(begin(&mut task).await.is_pending()),
            "call" => assert!(begin(&mut call).await.is_pending()),
            "event" => assert_eq!(handle.trigger_event("work", args! {}).await.unwrap(), 1),
            _ => {}
        }
        gate.open();
        calm(&app).await;
        assert_eq!(lender.0.count("idle"), idles, "{how}");
    }
}
