//! aioevt: named events across threads (`test_event.py`, `test_manager.py`).

use std::thread;

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, settle, within};

async fn app() -> (App, Handle) {
    let app = App::builder().start().await.unwrap();
    let handle = app.handle();
    (app, handle)
}

/// Content by names and by places in one event.
#[tokio::test]
async fn an_event_carries_its_values() {
    let (_app, handle) = app().await;
    let mut events = handle.subscribe("told");
    handle.trigger_event("told", args! { items: [1, 2], a: 1 }).await.unwrap();
    let event = within(events.next()).await.unwrap();
    assert_eq!((event.field::<Vec<u8>>("items").unwrap(), event.field::<u8>("a").unwrap()), (vec![1, 2], 1));
}

#[tokio::test]
async fn a_registered_callback_is_known_with_its_name() {
    let (_app, handle) = app().await;
    let id = handle.once("register", |_event| async {});
    let known = handle.subscriptions();
    assert_eq!((known.len(), known[0].id, &*known[0].pattern), (1, id, "register"));
}

#[tokio::test]
async fn a_callback_is_unregistered_by_name_or_itself() {
    let (_app, handle) = app().await;
    handle.once("unregister", |_event| async {});
    assert_eq!(handle.unsubscribe_named("unregister"), 1);
    let id = handle.once("unregister", |_event| async {});
    assert!(handle.unsubscribe(id));
    assert!(handle.subscriptions().is_empty());
}

#[tokio::test]
async fn a_function_that_is_not_async_is_called() {
    let (app, handle) = app().await;
    let journal = Journal::default();
    let noted = journal.clone();
    handle.once("tick", move |_event| {
        noted.note("called");
        std::future::ready(())
    });
    handle.trigger_event("tick", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(journal.lines(), ["called"]);
}

#[tokio::test]
async fn an_async_function_is_called() {
    let (app, handle) = app().await;
    let journal = Journal::default();
    let noted = journal.clone();
    handle.once("tick", move |_event| async move {
        tokio::task::yield_now().await;
        noted.note("called");
    });
    handle.trigger_event("tick", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(journal.lines(), ["called"]);
}

/// Emitted here, called on the loop of another thread, answered by an event that is awaited here.
#[tokio::test]
async fn a_function_is_called_on_the_loop_of_another_thread() {
    let (_app, handle) = app().await;
    let other = handle.open_loop("other", LoopOptions::new().thread(true)).unwrap();
    let answering = handle.clone();
    other.once("question", move |_event| {
        let thread = thread::current().name().unwrap_or_default().to_owned();
        let answered = answering.trigger_event("answer", args! { thread: thread });
        async move { answered.await.map(drop) }
    });
    let answer = handle.wait_for_event("answer");
    handle.trigger_event("question", args! {}).await.unwrap();
    assert_eq!(within(answer).await.unwrap().field::<String>("thread").unwrap(), "other");
}

#[tokio::test]
async fn an_async_function_runs_on_the_loop_of_another_thread() {
    let (_app, handle) = app().await;
    let other = handle.open_loop("other", LoopOptions::new().thread(true)).unwrap();
    let answering = handle.clone();
    other.once("question", move |_event| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let thread = thread::current().name().unwrap_or_default().to_owned();
        answering.trigger_event("answer", args! { thread: thread }).await.map(drop)
    });
    let answer = handle.wait_for_event("answer");
    handle.trigger_event("question", args! {}).await.unwrap();
    assert_eq!(within(answer).await.unwrap().field::<String>("thread").unwrap(), "other");
}

#[derive(Default)]
struct Listener;

#[module]
impl Listener {
    #[on_event]
    async fn on_asked(
        &mut self,
        ctx: &Context,
        first: u8,
        second: u8,
        #[default] third: Option<String>,
    ) -> Result<()> {
        ctx.trigger_event("answered", args! { sum: first + second, third }).await.map(drop)
    }
}

#[tokio::test]
async fn values_reach_the_parameters_of_their_names() {
    let app = App::builder().module("listener", Listener).start().await.unwrap();
    let handle = app.handle();
    let answer = handle.wait_for_event("answered");
    handle.trigger_event("asked", args! { first: 1, second: 2, third: "a" }).await.unwrap();
    let answer = within(answer).await.unwrap();
    assert_eq!(
        (answer.field::<u8>("sum").unwrap(), answer.field::<String>("third").unwrap()),
        (3, "a".to_owned())
    );
}

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    first: u8,
    second: u8,
    third: String,
}

/// There, a prepared pair of values; here, a value of the event's type.
#[tokio::test]
async fn values_that_were_put_together_before_arrive_as_well() {
    let app = App::builder().module("listener", Listener).start().await.unwrap();
    let handle = app.handle();
    let answer = handle.wait_for_event("answered");
    let prepared = Asked { first: 3, second: 4, third: "b".into() };
    handle.trigger(prepared).await.unwrap();
    assert_eq!(within(answer).await.unwrap().field::<u8>("sum").unwrap(), 7);
}

#[tokio::test]
async fn the_next_event_is_awaited_with_its_values() {
    let (_app, handle) = app().await;
    let next = handle.wait_for_event("told");
    tokio::spawn(handle.trigger_event("told", args! { items: [7], a: 3 }));
    let event = within(next).await.unwrap();
    assert_eq!((event.field::<Vec<u8>>("items").unwrap(), event.field::<u8>("a").unwrap()), (vec![7], 3));
}

#[tokio::test]
async fn plain_threads_emit_and_wait() {
    let (_app, handle) = app().await;
    let emitting = handle.clone();
    let next = handle.wait_for_event("told");
    let waiting = thread::spawn(move || next.blocking().unwrap().field::<u8>("a").unwrap());
    let emitter = thread::spawn(move || emitting.trigger_event_blocking("told", args! { a: 7 }).unwrap());
    let both = tokio::task::spawn_blocking(move || (waiting.join().unwrap(), emitter.join().unwrap()));
    assert_eq!(within(both).await.unwrap(), (7, 1));
}

/// A loop whose thread is not at it yet holds what comes, in order, up to its bound.
#[tokio::test]
async fn what_comes_before_its_loop_is_at_it_is_kept() {
    let (app, handle) = app().await;
    let (late, journal) =
        (handle.open_loop("late", LoopOptions::new().thread(true)).unwrap(), Journal::default());
    let (ready, busy) = std::sync::mpsc::channel::<()>();
    let thread_is_busy = late.host(busy).call(|busy| busy.recv().is_err()).enqueue();
    thread_is_busy.await.unwrap();
    let noted = journal.clone();
    let _subscription = late.on("tick", move |event| {
        noted.note(event.field::<u8>("number").unwrap());
        async {}
    });
    for number in 0..3 {
        handle.trigger_event("tick", args! { number: number }).await.unwrap();
    }
    assert!(journal.lines().is_empty());
    drop(ready);
    settle(&app).await;
    assert_eq!(journal.lines(), ["0", "1", "2"]);
}
