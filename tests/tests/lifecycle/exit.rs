//! The event `exit`.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, within};

use super::{Friend, TEN_SECONDS, friends};

/// Ends the application from inside.
#[derive(Debug, Clone, Default)]
struct Quitter(Journal);

#[module]
impl Quitter {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.trigger_event("exit", args! {}).await?;
        ctx.no_longer_active().await;
        Ok(())
    }

    #[on_event]
    fn on_exit(&mut self, ctx: &Context) {
        self.0.note(format!("exit at {}", ctx.metadata().priority));
    }
}

#[tokio::test]
async fn the_event_exit_ends_a_running_application_and_reaches_the_modules() {
    let (quitter, friend) = (Journal::new(), Friend::default());
    let running = App::builder()
        .module("quitter", Quitter::default())
        .module("hears", Hears(quitter.clone()))
        .module("friend", friend.clone())
        .run();
    within(running).await.unwrap();
    assert_eq!(quitter.lines(), ["exit at highest"]);
    assert_eq!(friend.journal.lines(), ["finalised"]);
}

#[derive(Debug, Clone, Default)]
struct Hears(Journal);

#[module]
impl Hears {
    #[on_event]
    fn on_exit(&mut self, ctx: &Context) {
        self.0.note(format!("exit at {}", ctx.metadata().priority));
    }

    #[task]
    fn work(&mut self) {
        self.0.note("work");
    }
}

#[tokio::test]
async fn exit_overtakes_what_waits() {
    let journal = Journal::new();
    let app = App::builder().module("hears", Hears(journal.clone())).start().await.unwrap();
    for _ in 0..10 {
        app.handle().enqueue_task("hears.work", args! {}).await.unwrap();
    }
    app.handle().trigger_event("exit", args! {}).await.unwrap();
    within(app.shutdown()).await.unwrap();
    assert_eq!(journal.count("work"), 10);
    assert_eq!(journal.position("exit at highest"), Some(0));
    assert_eq!(journal.lines().len(), 11, "once");
}

#[tokio::test]
async fn the_event_exit_ends_an_embedded_application_too() {
    let bench = friends(TEN_SECONDS).await;
    bench.handle.trigger_event("exit", args! {}).await.unwrap();
    within(async {
        while bench.handle.is_ready("friend") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    within(bench.app.shutdown()).await.unwrap();
}
