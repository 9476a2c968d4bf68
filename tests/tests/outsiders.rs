//! A module can step outside of itself: `Handle::as_outsider`.

#![allow(clippy::unwrap_used, reason = "what fails fails its test")]

use std::sync::{Arc, Mutex};

use looselycoupled::TransactionId;
use looselycoupled::prelude::*;
use looselycoupled_tests::{begin, quiet, settle, within};

type Handles = Arc<Mutex<Option<(Handle, Handle)>>>;

/// Gives away its own handle, and that of an outsider.
#[derive(Default, Clone)]
struct Web {
    handles: Handles,
}

#[module]
impl Web {
    #[initialize]
    async fn initialize(&mut self, ctx: &Context) {
        self.handles.lock().unwrap().get_or_insert_with(|| (ctx.handle(), ctx.as_outsider()));
    }

    #[task]
    async fn say(&self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("said", args! {}).await.map(drop)
    }

    /// The transaction of this call, and those of what is sent by both handles from a task of its own.
    #[task(local)]
    async fn send_from_elsewhere(&self, ctx: &Context) -> (TransactionId, [EventRecord; 2]) {
        let (own, outside) = (ctx.handle(), ctx.as_outsider());
        let sent = tokio::spawn(async move {
            let mut heard = outside.subscribe("sent");
            own.trigger_event("sent", args! {}).await.unwrap();
            outside.trigger_event("sent", args! {}).await.unwrap();
            [heard.next().await.unwrap(), heard.next().await.unwrap()]
        });
        (ctx.metadata().transaction, sent.await.unwrap())
    }

    /// Who is told to have sent what an outsider's handle sends from inside of a handler.
    #[task]
    async fn send_from_here(&self, ctx: &Context) -> Result<Option<String>> {
        let outside = ctx.as_outsider();
        let mut heard = outside.subscribe("sent");
        outside.trigger_event("sent", args! {}).await?;
        let record = heard.next().await.unwrap();
        Ok(record.source().map(str::to_owned))
    }

    #[task]
    fn burst(&self) {
        panic!("on purpose");
    }
}

async fn web() -> (App, WebStub, Handle, Handle) {
    let handles = Handles::default();
    let making = Arc::clone(&handles);
    let app = App::builder()
        .module_with("web", move || Web { handles: Arc::clone(&making) })
        .policy("web", Policy::Restart(Restart::default()))
        .start()
        .await
        .unwrap();
    let (own, outside) = handles.lock().unwrap().take().unwrap();
    let stub = app.handle().stub("web").unwrap();
    (app, stub, own, outside)
}

#[tokio::test]
async fn an_outsider_hears_what_the_module_itself_sends() {
    let (app, web, own, outside) = web().await;
    let (mut heard_inside, mut heard_outside) = (own.subscribe("said"), outside.subscribe("said"));
    web.say().await.unwrap();
    assert_eq!(within(heard_outside.next()).await.unwrap().name(), "said");
    assert!(begin(&mut Box::pin(heard_inside.next())).await.is_pending(), "it does not hear itself");
    assert_eq!(outside.subscriptions()[1].owner, None);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_an_outsider_sends_outside_of_handlers_has_no_source_and_a_transaction_of_its_own() {
    let (app, web, ..) = web().await;
    let (transaction, [own, outside]) = web.send_from_elsewhere().await.unwrap();
    let source = |record: &EventRecord| record.source().map(str::to_owned);
    assert_eq!((source(&own).as_deref(), own.transaction()), (Some("web"), transaction));
    assert_eq!(source(&outside), None);
    assert_ne!(outside.transaction(), transaction);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn inside_of_a_handler_it_is_part_of_that_handler_like_every_handle() {
    let (app, web, ..) = web().await;
    assert_eq!(web.send_from_here().await.unwrap().as_deref(), Some("web"));
    app.shutdown().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_an_outsider_subscribed_to_goes_on_when_the_module_is_made_again() {
    quiet();
    let (app, web, own, outside) = web().await;
    let (mut heard_inside, mut heard_outside) = (own.subscribe("said"), outside.subscribe("said"));
    web.burst().await.unwrap_err();
    settle(&app).await;
    assert!(within(heard_inside.next()).await.is_none());
    web.say().await.unwrap();
    assert_eq!(within(heard_outside.next()).await.unwrap().name(), "said");
    app.shutdown().await.unwrap();
    assert!(within(heard_outside.next()).await.is_none(), "it ends with the application");
}
