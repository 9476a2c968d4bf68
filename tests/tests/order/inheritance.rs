//! What a message inherits from the handler that sends it.

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::{MessageId, TransactionId};
use looselycoupled_tests::{Gate, balanced, settle, within};

/// What a handler knows about its message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Told {
    transaction: TransactionId,
    parent: Option<MessageId>,
    source: Option<String>,
    priority: Priority,
    depth: u16,
}

fn told(ctx: &Context) -> Told {
    let metadata = ctx.metadata();
    Told {
        transaction: metadata.transaction,
        parent: metadata.parent,
        source: metadata.source.as_deref().map(str::to_owned),
        priority: metadata.priority,
        depth: metadata.depth,
    }
}

#[derive(Debug, Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<(String, Told)>>>,
}

impl Ear {
    fn hear(&self, how: &str, ctx: &Context) {
        self.heard.lock().unwrap().push((how.to_owned(), told(ctx)));
    }

    fn heard(&self, how: &str) -> Told {
        let heard = self.heard.lock().unwrap();
        let found: Vec<_> = heard.iter().filter(|(known, _)| known == how).collect();
        assert_eq!(found.len(), 1, "{how}");
        found[0].1.clone()
    }
}

#[module]
impl Ear {
    #[task]
    async fn listen(&mut self, ctx: &Context, how: String) -> Told {
        self.hear(&how, ctx);
        told(ctx)
    }

    #[on_event]
    fn on_said(&mut self, ctx: &Context, how: String) {
        self.hear(&how, ctx);
    }

    #[task]
    async fn linger(&mut self) {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

#[derive(Debug, Default)]
struct Mouth {
    ear: Option<EarStub>,
}

#[module]
impl Mouth {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        self.ear = Some(ctx.stub("ear")?);
        Ok(())
    }

    /// Speaks in every way there is, and tells about itself.
    #[task]
    async fn speak(&mut self, ctx: &Context) -> Result<Told> {
        ctx.exec_task("ear.listen", args! { how: "call by name" }).await?;
        ctx.enqueue_task("ear.listen", args! { how: "task by name" }).await?;
        ctx.trigger_event("said", args! { how: "event" }).await?;
        if let Some(ear) = &self.ear {
            ear.listen("call by stub".to_owned()).await?;
            ear.listen("task by stub".to_owned()).enqueue().await?;
        }
        Ok(told(ctx))
    }

    /// Asks for less urgency than it has itself.
    #[task]
    async fn whisper(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("ear.listen", args! { how: "call" }).priority(Priority::Lowest).await?;
        ctx.enqueue_task("ear.listen", args! { how: "task" }).priority(Priority::Lowest).await?;
        ctx.trigger_event("said", args! { how: "event" }).priority(Priority::Lowest).await?;
        if let Some(ear) = &self.ear {
            ear.listen("stub".to_owned()).priority(Priority::Low).await?;
        }
        Ok(())
    }

    /// Lets a task await what it says through a stub.
    #[task]
    async fn delegate_by_stub(&mut self, ctx: &Context) -> Result<Told> {
        if let Some(ear) = &self.ear {
            let call = tokio::spawn(ear.listen("spawned stub".to_owned()));
            let task = tokio::spawn(ear.listen("spawned stub task".to_owned()).enqueue());
            call.await.map_err(Error::other)??;
            task.await.map_err(Error::other)??;
        }
        Ok(told(ctx))
    }

    /// Lets others speak for it.
    #[task]
    async fn delegate(&mut self, ctx: &Context) -> Result<Told> {
        let in_its_name = ctx.clone();
        let cloned = tokio::spawn(async move {
            in_its_name.exec_task("ear.listen", args! { how: "cloned context" }).await.map(drop)
        });
        let handle = ctx.handle();
        let thread = std::thread::spawn(move || {
            handle.enqueue_task_blocking("ear.listen", args! { how: "thread" }).map(drop)
        });
        let call = tokio::spawn(ctx.exec_task("ear.listen", args! { how: "spawned call" }));
        let task = tokio::spawn(ctx.enqueue_task("ear.listen", args! { how: "spawned task" }));
        let event = tokio::spawn(ctx.trigger_event("said", args! { how: "spawned event" }));
        cloned.await.map_err(Error::other)??;
        call.await.map_err(Error::other)??;
        task.await.map_err(Error::other)??;
        event.await.map_err(Error::other)??;
        thread.join().unwrap()?;
        Ok(told(ctx))
    }

    #[task]
    async fn ask_slowly(&mut self, ctx: &Context) -> Result<()> {
        ctx.exec_task("ear.linger", args! {}).await?;
        Ok(())
    }

    /// Makes a call and lets a task await it.
    #[task]
    async fn ask_from_a_task(&mut self, ctx: &Context) -> Result<()> {
        tokio::spawn(ctx.exec_task("ear.linger", args! {})).await.map_err(Error::other)??;
        Ok(())
    }

    #[task]
    async fn order_slowly(&mut self, ctx: &Context) -> Result<()> {
        ctx.enqueue_task("ear.linger", args! {}).await?;
        Ok(())
    }
}

async fn talk() -> (App, MouthStub, Ear) {
    let ear = Ear::default();
    let app =
        App::builder().module("mouth", Mouth::default()).module("ear", ear.clone()).start().await.unwrap();
    let mouth = app.handle().stub("mouth").unwrap();
    (app, mouth, ear)
}

#[tokio::test]
async fn everything_that_stems_from_one_message_shares_its_transaction() {
    let (app, mouth, ear) = talk().await;
    let speaker = mouth.speak().priority(Priority::High).await.unwrap();
    settle(&app).await;
    assert_eq!((speaker.source.clone(), speaker.parent, speaker.depth), (None, None, 0));
    let parent = ear.heard("event").parent;
    assert!(parent.is_some());
    for how in ["call by name", "task by name", "event", "call by stub", "task by stub"] {
        let heard = ear.heard(how);
        assert_eq!(heard.transaction, speaker.transaction, "{how}");
        assert_eq!(heard.priority, Priority::High, "{how}");
        assert_eq!(heard.source.as_deref(), Some("mouth"), "{how}");
        assert_eq!((heard.parent, heard.depth), (parent, 1), "{how}");
    }
}

#[tokio::test]
async fn every_origin_begins_a_transaction_of_its_own() {
    let (_app, mouth, _) = talk().await;
    let first = mouth.speak().await.unwrap();
    let second = mouth.speak().await.unwrap();
    assert!(first.transaction < second.transaction);
    let text = first.transaction.to_string();
    let parts: Vec<&str> = text.split('-').collect();
    assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 6, 6], "{text}");
    assert_eq!(text.parse(), Ok(first.transaction));
}

/// Waits, and says then to which transaction it belongs.
#[derive(Debug, Clone, Default)]
struct Dawdler(Gate);

#[module(concurrent)]
impl Dawdler {
    #[task]
    async fn dawdle(&self, ctx: &Context, first: String) -> Result<TransactionId> {
        match first.as_str() {
            "ask" => drop(ctx.metadata()),
            "call" => drop(ctx.exec_task("ear.listen", args! { how: "call" }).await?),
            "send" => drop(ctx.enqueue_task("ear.listen", args! { how: "task" }).await?),
            "notify" => drop(ctx.trigger_event("said", args! { how: "event" }).await?),
            _ => {}
        }
        self.0.pass().await;
        Ok(ctx.metadata().transaction)
    }
}

#[tokio::test]
async fn a_transaction_is_named_when_somebody_asks_for_it_or_passes_it_on() {
    let dawdler = Dawdler::default();
    let app = App::builder().module("dawdler", dawdler.clone()).module("ear", Ear::default());
    let app = app.start().await.unwrap();
    let stub: DawdlerStub = app.handle().stub("dawdler").unwrap();
    let ways = ["nothing", "ask", "call", "send", "notify"];
    let calls = ways.map(|first| tokio::spawn(stub.dawdle(first.to_owned())));
    dawdler.0.reached(ways.len()).await;
    // Ids grow: what is named by now is smaller, what is named later is greater.
    let meanwhile = TransactionId::new();
    dawdler.0.open();
    for (way, call) in ways.iter().zip(calls) {
        let named = within(call).await.unwrap().unwrap();
        assert_eq!(named > meanwhile, *way == "nothing", "{way}: {named}, {meanwhile}");
    }
    settle(&app).await;
    balanced(&app.handle());
}

#[tokio::test]
async fn a_call_never_runs_below_its_caller() {
    let (app, mouth, ear) = talk().await;
    mouth.whisper().priority(Priority::High).await.unwrap();
    settle(&app).await;
    assert_eq!(ear.heard("call").priority, Priority::High);
    assert_eq!(ear.heard("stub").priority, Priority::High);
    assert_eq!(ear.heard("task").priority, Priority::Lowest, "nobody waits for a queued task");
    assert_eq!(ear.heard("event").priority, Priority::Lowest);
}

#[tokio::test]
async fn what_a_handler_hands_to_others_keeps_its_transaction() {
    let (app, mouth, ear) = talk().await;
    let speaker = within(mouth.delegate().priority(Priority::High)).await.unwrap();
    settle(&app).await;
    for how in ["cloned context", "thread"] {
        assert_is_of(&ear, how, &speaker);
    }
}

#[tokio::test]
async fn what_a_handler_makes_and_spawns_keeps_its_transaction() {
    let (app, mouth, ear) = talk().await;
    let speaker = within(mouth.delegate().priority(Priority::High)).await.unwrap();
    settle(&app).await;
    for how in ["spawned event", "spawned call", "spawned task"] {
        assert_is_of(&ear, how, &speaker);
    }
}

#[tokio::test]
async fn what_is_said_through_a_stub_belongs_to_whoever_awaits_it() {
    let (app, mouth, ear) = talk().await;
    let speaker = within(mouth.delegate_by_stub().priority(Priority::High)).await.unwrap();
    settle(&app).await;
    for how in ["spawned stub", "spawned stub task"] {
        let heard = ear.heard(how);
        assert_ne!(heard.transaction, speaker.transaction, "{how}");
        assert_eq!((heard.parent, heard.depth, heard.priority), (None, 0, Priority::Normal), "{how}");
        assert_eq!(heard.source, None, "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_not_inherited_by_a_call_that_a_task_awaits() {
    let (app, mouth, _) = talk().await;
    let begun = tokio::time::Instant::now();
    let error = mouth.ask_from_a_task().timeout(Duration::from_secs(2)).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: true, .. }), "{error:?}");
    app.quiesce().await;
    assert_eq!(begun.elapsed().as_secs(), 60);
    let mouth = app.handle().statistics().module("mouth").unwrap().clone();
    assert_eq!((mouth.handled, mouth.failed), (1, 0), "the call in the task was answered");
}

fn assert_is_of(ear: &Ear, how: &str, speaker: &Told) {
    let heard = ear.heard(how);
    assert_eq!(heard.transaction, speaker.transaction, "{how}");
    assert_eq!(heard.priority, Priority::High, "{how}");
    assert_eq!(heard.source.as_deref(), Some("mouth"), "{how}");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_inherited_by_calls() {
    let (app, mouth, _) = talk().await;
    let begun = tokio::time::Instant::now();
    let ask = app.handle().exec_task("mouth.ask_slowly", args! {}).timeout(Duration::from_secs(2));
    let error = ask.await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: true, .. }), "{error:?}");
    assert_eq!(begun.elapsed().as_secs(), 2);
    mouth.order_slowly().await.unwrap();
    assert!(begun.elapsed().as_secs() < 60, "the inner call gave up as well, so its caller is free");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_not_inherited_by_queued_tasks() {
    let (app, mouth, _) = talk().await;
    let begun = tokio::time::Instant::now();
    mouth.order_slowly().timeout(Duration::from_secs(2)).await.unwrap();
    app.quiesce().await;
    assert_eq!(begun.elapsed().as_secs(), 60);
    let ear = app.handle().statistics().module("ear").unwrap().clone();
    assert_eq!((ear.handled, ear.expired), (1, 0));
}

#[tokio::test]
async fn a_call_from_outside_may_have_any_priority() {
    let (app, _, ear) = talk().await;
    for priority in Priority::ALL {
        let how = priority.to_string();
        app.handle().exec_task("ear.listen", args! { how: how }).priority(priority).await.unwrap();
        assert_eq!(ear.heard(&how).priority, priority);
    }
}

/// Its run hook asks for little urgency, in every way there is, and then ends the application.
#[derive(Debug, Default)]
struct Muser;

#[module]
impl Muser {
    #[run]
    async fn run(ctx: Context) -> Result<()> {
        let ear: EarStub = ctx.stub("ear")?;
        ear.listen("call by stub".to_owned()).priority(Priority::Lowest).await?;
        ctx.exec_task("ear.listen", args! { how: "call by name" }).priority(Priority::Lowest).await?;
        let elsewhere = ctx.clone();
        let spawned = tokio::spawn(async move {
            let call = elsewhere.exec_task("ear.listen", args! { how: "call of a task" });
            call.priority(Priority::Lowest).await.map(drop)
        });
        spawned.await.map_err(Error::other)??;
        ear.listen("without a wish".to_owned()).await?;
        ctx.trigger_event("exit", args! {}).await.map(drop)
    }
}

#[tokio::test]
async fn a_run_hook_handles_no_message_and_may_call_at_any_priority() {
    let ear = Ear::default();
    let app = App::builder().module("muser", Muser).module("ear", ear.clone()).start().await.unwrap();
    within(app.ended()).await.unwrap();
    for how in ["call by stub", "call by name", "call of a task"] {
        assert_eq!(ear.heard(how).priority, Priority::Lowest, "{how}");
    }
    assert_eq!(ear.heard("without a wish").priority, Priority::Normal);
}

/// Leaves something behind that speaks when the gate opens.
#[derive(Debug, Default)]
struct Founder(Gate);

#[module]
impl Founder {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        let (ctx, gate) = (ctx.clone(), self.0.clone());
        tokio::spawn(async move {
            gate.pass().await;
            ctx.enqueue_task("ear.listen", args! { how: "left behind" }).await
        });
        Ok(())
    }
}

#[tokio::test]
async fn what_a_hook_leaves_behind_has_the_usual_priority() {
    let (gate, ear) = (Gate::new(), Ear::default());
    let builder = App::builder().module("ear", ear.clone()).module("founder", Founder(gate.clone()));
    let app = builder.start().await.unwrap();
    gate.reached(1).await;
    gate.open();
    within(async {
        while ear.heard.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(ear.heard("left behind").priority, Priority::Normal);
    app.shutdown().await.unwrap();
}
