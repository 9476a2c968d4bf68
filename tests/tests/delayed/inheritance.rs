//! What is sent later belongs to where it was made; every tick is an origin.

use std::sync::{Arc, Mutex};

use super::*;
use looselycoupled::{Metadata, TransactionId};

/// What a message was, as its handler sees it.
#[derive(Debug, Clone)]
struct Seen {
    word: String,
    of: Metadata,
}

#[derive(Debug, Clone, Default)]
struct Listener(Arc<Mutex<Vec<Seen>>>);

#[module]
impl Listener {
    #[task]
    fn hear(&mut self, ctx: &Context, word: String) {
        self.0.lock().unwrap().push(Seen { word, of: ctx.metadata() });
    }

    #[on_event]
    fn on_word(&mut self, ctx: &Context, word: String) {
        self.hear(ctx, word);
    }
}

#[derive(Default)]
struct Speaker;

#[module]
impl Speaker {
    /// Speaks later, in every way, and tells its transaction.
    #[task]
    async fn speak(&mut self, ctx: &Context) -> Result<TransactionId> {
        let listener: ListenerStub = ctx.stub("listener")?;
        listener.hear("stub".to_owned()).after(SECOND).enqueue().await?;
        ctx.enqueue_task("listener.hear", args! { word: "name" }).after(SECOND).await?;
        ctx.trigger_event("word", args! { word: "event" }).after(SECOND).await?;
        Ok(ctx.metadata().transaction)
    }

    #[task]
    async fn repeat(&mut self, ctx: &Context) -> Result<TransactionId> {
        let listener: ListenerStub = ctx.stub("listener")?;
        listener.hear("stub".to_owned()).every(SECOND).enqueue().await?;
        ctx.enqueue_task("listener.hear", args! { word: "name" }).every(SECOND).await?;
        ctx.trigger_event("word", args! { word: "event" }).every(SECOND).await?;
        Ok(ctx.metadata().transaction)
    }

    /// Has a deadline that is over long before.
    #[task]
    async fn hurry(&mut self, ctx: &Context) -> Result<()> {
        ctx.enqueue_task("listener.hear", args! { word: "late" }).after(10 * SECOND).await.map(drop)
    }
}

async fn start() -> (App, Listener, SpeakerStub) {
    let listener = Listener::default();
    let app = App::builder().module("listener", listener.clone()).module("speaker", Speaker).start();
    let app = app.await.unwrap();
    let speaker = app.handle().stub("speaker").unwrap();
    (app, listener, speaker)
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_later_keeps_transaction_parent_and_priority() {
    let (app, listener, speaker) = start().await;
    let transaction = speaker.speak().priority(Priority::High).await.unwrap();
    pass(&app, SECOND).await;
    let seen = listener.0.lock().unwrap().clone();
    assert_eq!(seen.iter().map(|seen| &*seen.word).collect::<Vec<_>>(), ["stub", "name", "event"]);
    for Seen { word, of } in &seen {
        assert_eq!((of.transaction, of.priority, of.depth), (transaction, Priority::High, 1), "{word}");
        assert_eq!((of.source.as_deref(), of.parent), (Some("speaker"), seen[0].of.parent), "{word}");
        assert!(of.parent.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn every_tick_begins_a_transaction_of_its_own_and_keeps_the_priority() {
    let (app, listener, speaker) = start().await;
    let transaction = speaker.repeat().priority(Priority::Low).await.unwrap();
    pass(&app, 2 * SECOND).await;
    let mut known = vec![transaction];
    for Seen { word, of } in listener.0.lock().unwrap().iter() {
        assert!(!known.contains(&of.transaction), "{word}");
        known.push(of.transaction);
        assert_eq!((of.priority, of.depth, of.parent), (Priority::Low, 0, None), "{word}");
        assert_eq!(of.source.as_deref(), Some("speaker"), "{word}");
    }
    assert_eq!(known.len(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_never_passed_on_to_what_is_sent_later() {
    let (app, listener, speaker) = start().await;
    speaker.hurry().timeout(Duration::from_millis(5)).await.unwrap();
    pass(&app, 10 * SECOND).await;
    assert_eq!(listener.0.lock().unwrap()[0].word, "late");
}

#[tokio::test(start_paused = true)]
async fn a_priority_may_be_stated_before_or_after_the_delay() {
    let (app, listener, _) = start().await;
    let handle = app.handle();
    let stub: ListenerStub = handle.stub("listener").unwrap();
    let high = Priority::High;
    stub.hear("1".to_owned()).priority(high).after(SECOND).enqueue().await.unwrap();
    stub.hear("2".to_owned()).after(SECOND).priority(high).enqueue().await.unwrap();
    stub.hear("3".to_owned()).after(SECOND).enqueue().priority(high).await.unwrap();
    let by_name = |word: &str| handle.enqueue_task("listener.hear", args! { word });
    by_name("4").priority(high).after(SECOND).await.unwrap();
    by_name("5").after(SECOND).priority(high).await.unwrap();
    let event = |word: &str| handle.trigger_event("word", args! { word });
    event("6").priority(high).after(SECOND).await.unwrap();
    event("7").after(SECOND).priority(high).await.unwrap();
    pass(&app, SECOND).await;
    let seen = listener.0.lock().unwrap().clone();
    assert_eq!(seen.len(), 7);
    assert!(seen.iter().all(|seen| seen.of.priority == high), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn the_urgent_one_goes_first_among_what_falls_due_while_the_target_is_busy() {
    let bell = Bell::new();
    let (app, stub) = bell.start().await;
    stub.hold().enqueue().await.unwrap();
    bell.gate.reached(1).await;
    for (word, priority) in [("low", Priority::Low), ("normal", Priority::Normal), ("high", Priority::High)] {
        stub.ring(word.to_owned()).priority(priority).after(SECOND).enqueue().await.unwrap();
    }
    tokio::time::sleep(2 * SECOND).await;
    bell.gate.open();
    app.quiesce().await;
    assert_eq!(bell.journal.lines(), ["high 2000", "normal 2000", "low 2000"]);
}
