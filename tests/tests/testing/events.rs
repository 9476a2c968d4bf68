//! What was sent is remembered.

use looselycoupled::prelude::*;
use looselycoupled_tests::quiet;

/// The soil was watered.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Watered {
    litres: u8,
}

/// Sends whatever it is told to.
#[derive(Debug, Default)]
struct Sender;

#[module]
impl Sender {
    #[task]
    async fn water(&mut self, ctx: &Context, litres: u8) -> Result<()> {
        ctx.trigger(Watered { litres }).await.map(drop)
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }

    #[finalize]
    async fn finalize(&mut self, ctx: &Context) -> Result<()> {
        let refused = ctx.trigger_event("gone", args! {}).await;
        assert!(refused.is_err());
        Ok(())
    }

    #[on_event]
    async fn on_exit(&mut self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("leaving", args! {}).await.map(drop)
    }
}

#[looselycoupled::test]
async fn events_are_remembered_in_the_order_in_which_they_were_sent() {
    let app = TestApp::new().module("sender", Sender).start().await;
    app.trigger(Watered { litres: 1 }).priority(Priority::Lowest).await.unwrap();
    app.trigger_event("watered", args! { litres: 2 }).priority(Priority::Highest).await.unwrap();
    app.exec_task("sender.water", args! { litres: 3 }).await.unwrap();
    app.trigger_event("other", args! {}).await.unwrap();
    let sent = app.emitted::<Watered>();
    let litres: Vec<u8> = sent.iter().map(|event| event.typed::<Watered>().unwrap().litres).collect();
    assert_eq!(litres, [1, 2, 3]);
    let sources: Vec<_> = sent.iter().map(EventRecord::source).collect();
    assert_eq!(sources, [None, None, Some("sender")]);
    assert_eq!(app.emitted_event("watered").len(), 3);
    assert_eq!(app.emitted_event("other").len(), 1);
}

#[looselycoupled::test]
async fn who_remembers_is_no_listener() {
    let app = TestApp::new().module("sender", Sender).start().await;
    assert_eq!(app.trigger(Watered { litres: 1 }).await.unwrap(), 0);
    assert_eq!(app.statistics().unheard_events, 1);
    assert_eq!(app.modules(), ["sender"]);
}

#[looselycoupled::test]
async fn failures_are_remembered_as_the_events_that_they_are() {
    quiet();
    let app = TestApp::new().module("sender", Sender).start().await;
    app.enqueue_task("sender.burst", args! {}).await.unwrap();
    app.quiesce().await;
    let exceptions = app.emitted_event("exception");
    assert_eq!(exceptions.len(), 1);
    assert_eq!(exceptions[0].field::<String>("message").unwrap(), "burst on purpose");
}

#[looselycoupled::test]
async fn what_happens_at_the_end_can_be_asked_for_afterwards() {
    let mut app = TestApp::new().module("sender", Sender).start().await;
    app.shutdown().await.unwrap();
    assert_eq!(app.emitted_event("leaving")[0].source(), Some("sender"));
    assert!(app.emitted_event("gone").is_empty(), "what was refused was not sent");
    app.shutdown().await.unwrap();
}
