//! What the four Python systems got wrong, one test for each (see the reference on what they really do).
//!
//! Left out is what has no counterpart here yet: delayed events, waiting for an event, brokers, interceptors.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unused_self,
    reason = "handlers that fail fail their test"
)]

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Phase};
use looselycoupled_tests::{Gate, Journal, Relay, Witness, balanced, begin, quiet, settle, within};

/// Notes, waits and fails.
#[derive(Debug, Clone, Default)]
struct Part {
    journal: Journal,
    gate: Gate,
}

#[module]
impl Part {
    #[task]
    fn note(&mut self, ctx: &Context, word: String) {
        self.journal.note(format!("{} {word}", ctx.name()));
    }

    #[task]
    async fn hold(&mut self, ctx: &Context) {
        self.gate.pass().await;
        self.journal.note(format!("{} held", ctx.name()));
    }

    #[task]
    async fn fail(&mut self) -> Result<u8> {
        Err(Error::other("no answer"))
    }

    /// Tells how often it is sent under one transaction.
    #[task]
    async fn send_twice(&mut self, ctx: &Context, to: String) -> Result<()> {
        for word in ["one", "two"] {
            ctx.enqueue_task(&format!("{to}.note"), args! { word: word }).await?;
        }
        Ok(())
    }

    #[task]
    async fn block(&mut self, ctx: &Context) -> bool {
        ctx.exec_task_blocking("note", args! { word: "never" }).is_err()
    }

    /// Sends the event again while it is being handled.
    #[on_event]
    async fn on_ping(&mut self, ctx: &Context, left: u8) -> Result<()> {
        self.journal.note(format!("{} ping {left}", ctx.name()));
        if left > 0 {
            ctx.trigger_event("ping", args! { left: left - 1 }).await?;
        }
        Ok(())
    }

    #[finalize]
    fn end(&mut self, ctx: &Context) {
        self.journal.note(format!("{} finalize", ctx.name()));
    }
}

/// Three modules on one loop, the first of which is busy.
async fn bus() -> (App, Handle, Part) {
    let part = Part::default();
    let app = App::builder()
        .module_on("bus", "a", part.clone())
        .module_on("bus", "m", part.clone())
        .module_on("bus", "z", part.clone())
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    handle.enqueue_task("a.hold", args! {}).await.unwrap();
    part.gate.reached(1).await;
    (app, handle, part)
}

#[tokio::test]
async fn looselycoupled_two_different_priorities_in_the_queue_are_no_type_error() {
    let (app, handle, part) = bus().await;
    for (word, priority) in
        [("low", Priority::Low), ("highest", Priority::Highest), ("normal", Priority::Normal)]
    {
        handle.enqueue_task("a.note", args! { word: word }).priority(priority).await.unwrap();
    }
    part.gate.open();
    settle(&app).await;
    assert_eq!(part.journal.lines(), ["a held", "a highest", "a normal", "a low"]);
}

#[tokio::test]
async fn looselycoupled_equal_priority_is_in_the_order_of_arrival_not_of_names() {
    let (app, handle, part) = bus().await;
    for module in ["z", "m", "a"] {
        handle.enqueue_task(&format!("{module}.note"), args! { word: "put" }).await.unwrap();
    }
    part.gate.open();
    settle(&app).await;
    assert_eq!(part.journal.lines(), ["a held", "z put", "m put", "a put"]);
}

#[tokio::test]
async fn looselycoupled_the_same_target_twice_under_one_transaction_is_no_type_error() {
    let part = Part::default();
    let builder = App::builder().module("sender", part.clone()).module("target", part.clone());
    let app = builder.start().await.unwrap();
    within(app.handle().exec_task("sender.send_twice", args! { to: "target" })).await.unwrap();
    settle(&app).await;
    assert_eq!(part.journal.lines(), ["target one", "target two"]);
}

#[tokio::test]
async fn looselycoupled_an_unknown_module_or_method_is_an_error_to_the_caller() {
    let (_app, handle, _part) = bus().await;
    let word = || args! { word: "lost" };
    let module = within(handle.exec_task("n.note", word())).await.unwrap_err();
    assert!(matches!(module, CallError::UnknownModule { .. }), "{module}");
    let task = within(handle.exec_task("m.ntoe", word())).await.unwrap_err();
    assert_eq!(task.to_string(), "unknown task `m.ntoe`; did you mean `m.note`?");
    let queued = within(handle.enqueue_task("m.ntoe", word())).await.unwrap_err();
    assert_eq!(queued.to_string(), "unknown task `m.ntoe`; did you mean `m.note`?");
}

#[tokio::test]
async fn looselycoupled_a_blocking_call_on_the_thread_of_the_loop_is_no_deadlock() {
    let part = Part::default();
    let app = App::builder().module("part", part.clone()).start().await.unwrap();
    let handle = app.handle();
    let outside = handle.exec_task_blocking("part.note", args! { word: "never" }).unwrap_err();
    assert!(matches!(outside, CallError::WrongThread { .. }), "{outside}");
    let refused: bool = within(handle.exec_task("part.block", args! {})).await.unwrap().get().unwrap();
    assert!(refused);
    assert_eq!(part.journal.lines(), Vec::<String>::new());
}

/// Begins what never ends.
#[derive(Debug, Clone, Default)]
struct Endless {
    gate: Gate,
}

#[module]
impl Endless {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        ctx.me::<Self>()?.stay().enqueue().await?;
        Ok(())
    }

    #[task]
    async fn stay(&mut self) {
        self.gate.pass().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn looselycoupled_a_task_that_never_ends_keeps_neither_exit_nor_sigterm() {
    let endless = Endless::default();
    let deadline = Duration::from_millis(50);
    let builder = || App::builder().module("endless", endless.clone()).shutdown_deadline(deadline);
    let late = |ended: Result<(), AppError>| match ended {
        Err(AppError::Late(late)) => late[0].handler.clone(),
        other => panic!("{other:?}"),
    };

    let app = builder().start().await.unwrap();
    endless.gate.reached(1).await;
    app.handle().trigger_event("exit", args! {}).await.unwrap();
    assert_eq!(late(within(app.shutdown()).await), "endless.stay");

    let program = tokio::spawn(builder().run());
    // On one thread, the program listens to signals before its run hooks get their turn.
    endless.gate.reached(2).await;
    let me = std::process::id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &me]).status().unwrap().success());
    assert_eq!(late(within(program).await.unwrap()), "endless.stay");
}

#[tokio::test]
async fn looselycoupled_a_flooded_module_has_a_bounded_queue_and_stalls_no_other() {
    let part = Part::default();
    let app = App::builder()
        .module("flooded", part.clone())
        .module("other", part.clone())
        .event_loop("flooded", LoopOptions::new().tasks(10))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let flood = {
        let handle = handle.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                handle.enqueue_task("flooded.hold", args! {}).await.unwrap();
            }
        })
    };
    part.gate.reached(1).await;
    for _ in 0..100 {
        within(handle.exec_task("other.note", args! { word: "works" })).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(part.journal.count("other works"), 100);
    let queued = handle.statistics().module("flooded").unwrap().queued;
    assert!(queued <= 10, "{queued}");
    assert!(!flood.is_finished());
    part.gate.open();
    within(flood).await.unwrap();
    settle(&app).await;
    assert_eq!(part.journal.count("flooded held"), 100);
    balanced(&handle);
}

/// Sends before it is active.
#[derive(Debug, Clone, Default)]
struct Hasty {
    journal: Journal,
}

#[module]
impl Hasty {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) {
        let sent = ctx.trigger_event("ping", args! { left: 0 }).await;
        self.journal.note(sent.map_or("refused", |_| "sent"));
    }
}

#[tokio::test]
async fn looselycoupled_a_module_that_is_not_active_is_kept_from_sending_not_only_warned() {
    let (hasty, part) = (Hasty::default(), Part::default());
    let builder = App::builder().module("part", part.clone()).module("hasty", hasty.clone());
    let app = builder.start().await.unwrap();
    settle(&app).await;
    assert_eq!(hasty.journal.lines(), ["refused"]);
    assert_eq!(part.journal.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn looselycoupled_the_end_waits_for_what_still_runs() {
    let part = Part::default();
    let app = App::builder().module("part", part.clone()).start().await.unwrap();
    let handle = app.handle();
    handle.enqueue_task("part.hold", args! {}).await.unwrap();
    part.gate.reached(1).await;
    let mut ending = Box::pin(app.shutdown());
    for _ in 0..20 {
        assert!(begin(&mut ending).await.is_pending());
        tokio::task::yield_now().await;
    }
    assert_ne!(handle.phase("part"), Some(Phase::Inactive));
    part.gate.open();
    within(ending).await.unwrap();
    assert_eq!(part.journal.lines(), ["part held", "part finalize"]);
}

#[tokio::test]
async fn mreventloop_a_listener_that_sends_the_event_again_makes_no_other_miss_it() {
    let part = Part::default();
    let mut builder = App::builder();
    for name in ["first", "second", "third"] {
        builder = builder.module(name, part.clone());
    }
    let app = builder.start().await.unwrap();
    app.handle().trigger_event("ping", args! { left: 1 }).await.unwrap();
    settle(&app).await;
    for name in ["first", "second", "third"] {
        assert_eq!(part.journal.count(&format!("{name} ping 1")), 1);
        // Two others send it again.
        assert_eq!(part.journal.count(&format!("{name} ping 0")), 2);
    }
}

#[tokio::test]
async fn mreventloop_a_failure_is_an_error_to_its_caller_and_ends_nothing() {
    quiet();
    let (part, witness) = (Part::default(), Witness::default());
    let builder = App::builder().module("part", part.clone()).module("witness", witness.clone());
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    let error = handle.exec_task("part.fail", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "no answer");
    handle.enqueue_task("part.fail", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(witness.0.lines(), ["part.fail: no answer"]);
    handle.exec_task("part.note", args! { word: "goes on" }).await.unwrap();
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn mreventloop_a_call_that_comes_back_to_its_caller_is_an_error_at_once() {
    let relay = Relay::default();
    let builder = App::builder().module("a", relay.clone()).module("b", relay.clone());
    let app = builder.start().await.unwrap();
    let call = app.handle().exec_task("a.pass", args! { route: ["b.pass", "a.pass"] });
    let error = within(call).await.unwrap_err();
    assert!(error.to_string().contains("a.pass → b.pass → a.pass"), "{error}");
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn aioevt_an_event_sent_where_no_loop_runs_reaches_its_listeners_and_loses_none_of_them() {
    let part = Part::default();
    let app = App::builder().module("part", part.clone()).start().await.unwrap();
    for round in 1..=2 {
        let handle = app.handle();
        let (told, heard) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            assert!(tokio::runtime::Handle::try_current().is_err());
            told.send(handle.trigger_event_blocking("ping", args! { left: 0 }))
        });
        assert_eq!(within(heard).await.unwrap().unwrap(), 1);
        settle(&app).await;
        assert_eq!(part.journal.count("part ping 0"), round);
    }
}
