//! How an event travels: to each queue, shared by all, with all that is known of it.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, quiet, settle, within};

use super::{Degrees, Motion, Typed, listening, motion};

#[derive(Debug, Clone, Default)]
struct Slow(Gate, Journal);

#[module]
impl Slow {
    #[on_event(Motion)]
    async fn wait(&mut self, _: &Motion) {
        self.0.pass().await;
        self.1.note("slow");
    }
}

#[tokio::test]
async fn a_slow_receiver_delays_nobody() {
    let (slow, quick) = (Slow::default(), Typed::default());
    let app =
        App::builder().module("slow", slow.clone()).module("quick", quick.clone()).start().await.unwrap();
    for strength in 0..50 {
        assert_eq!(within(app.handle().trigger(motion("hall", strength))).await.unwrap(), 2);
    }
    slow.0.reached(1).await;
    while quick.0.lines().len() < 50 {
        within(tokio::task::yield_now()).await;
    }
    assert!(slow.1.lines().is_empty());
    slow.0.open();
    settle(&app).await;
    assert_eq!(slow.1.lines().len(), 50);
    balanced(&app.handle());
}

#[derive(Debug, Clone, Default)]
struct Places(Journal);

#[module]
impl Places {
    #[on_event(Motion)]
    fn place(&mut self, motion: &Motion) {
        self.0.note(format!("{:p}", std::ptr::from_ref(motion)));
    }
}

#[tokio::test]
async fn all_receivers_share_one_event() {
    let journal = Journal::new();
    let app = App::builder()
        .module("one", Places(journal.clone()))
        .module("two", Places(journal.clone()))
        .module("three", Places(journal.clone()))
        .start()
        .await
        .unwrap();
    app.handle().trigger(motion("hall", 1)).await.unwrap();
    settle(&app).await;
    let typed = journal.take();
    assert!(typed.len() == 3 && typed.iter().all(|place| *place == typed[0]), "{typed:?}");
    app.handle().trigger_event("motion", args! { room: "hall", strength: 2 }).await.unwrap();
    settle(&app).await;
    let decoded = journal.take();
    assert!(decoded.len() == 3 && decoded.iter().all(|place| *place == decoded[0]), "{decoded:?}");
}

#[derive(Debug, Clone, Default)]
struct Records(Journal);

#[module]
impl Records {
    #[on_event("**")]
    fn hear(&mut self, event: &EventRecord) -> Result<()> {
        let value = event.value().map_err(|error| Error::other(error.to_string()))?;
        self.0.note(format!("{} {} {}", event.name(), value, event.priority()));
        Ok(())
    }
}

#[tokio::test]
async fn a_record_tells_all_about_an_event() {
    let records = Records::default();
    let (app, handle) = listening(records.clone()).await;
    handle.trigger(motion("hall", 3)).priority(Priority::Low).await.unwrap();
    handle.trigger_event("door.opened", args! { door: 3 }).await.unwrap();
    settle(&app).await;
    let expected = [r#"door.opened {"door":3} normal"#, r#"motion {"room":"hall","strength":3} low"#];
    assert_eq!(records.0.lines(), expected);
}

#[derive(Debug, Clone, Default)]
struct Transactions(Journal);

#[module]
impl Transactions {
    #[on_event("**")]
    fn hear(&mut self, ctx: &Context, event: &EventRecord) {
        self.0.note(ctx.metadata().transaction);
        self.0.note(event.transaction());
    }
}

#[tokio::test]
async fn all_receivers_of_an_event_share_its_transaction() {
    let journal = Journal::new();
    let app = App::builder()
        .module("one", Transactions(journal.clone()))
        .module("two", Transactions(journal.clone()))
        .start()
        .await
        .unwrap();
    app.handle().trigger_event("door.opened", args! {}).await.unwrap();
    settle(&app).await;
    let transactions = journal.lines();
    assert_eq!(transactions.len(), 4);
    assert!(transactions.iter().all(|known| *known == transactions[0]), "{transactions:?}");
}

#[tokio::test]
async fn a_burst_reaches_every_receiver_completely() {
    quiet();
    let modules: Vec<Typed> = (0..5).map(|_| Typed::default()).collect();
    let mut builder = App::builder();
    for (number, module) in modules.iter().enumerate() {
        builder = builder.module(&format!("typed{number}"), module.clone());
    }
    let app = builder.start().await.unwrap();
    for degrees in 0..1_000 {
        assert_eq!(app.handle().trigger(Degrees(degrees)).await.unwrap(), 5);
    }
    settle(&app).await;
    let expected: Vec<String> = (0..1_000).map(|degrees| format!("{degrees} degrees")).collect();
    assert!(modules.iter().all(|module| module.0.lines() == expected));
    balanced(&app.handle());
}
