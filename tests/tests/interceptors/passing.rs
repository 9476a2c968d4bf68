//! What passes, in which order, and with which headers.

use looselycoupled::interceptor::{Interceptor, Message, Rejection};
use looselycoupled::prelude::*;
use looselycoupled_tests::within;
use tokio::sync::Semaphore;

use crate::{Journal, LampStub, Moved, RemoteStub, Witness, application, heard};

#[tokio::test]
async fn every_message_passes_all_of_them_on_both_sides_in_order() {
    let journal = Journal::default();
    let witness = |name| Witness { name, journal: journal.clone() };
    let app = application().interceptor(witness("one")).interceptor(witness("two")).start().await.unwrap();
    let handle = app.handle();
    let lamp: LampStub = handle.stub("lamp").unwrap();
    let passed = |kind: &str, name: &str| {
        let line = |who, verb| format!("{who} {verb} {kind} {name}");
        assert_eq!(
            journal.take(),
            [line("one", "sends"), line("two", "sends"), line("one", "receives"), line("two", "receives")]
        );
    };
    lamp.set_level(1).await.unwrap();
    passed("call", "lamp.set_level");
    handle.exec_task("lamp.set_level", args! { level: 2 }).await.unwrap();
    passed("call", "lamp.set_level");
    lamp.set_level(3).enqueue().await.unwrap();
    passed("task", "lamp.set_level");
    handle.enqueue_task("lamp.set_level", args! { level: 4 }).await.unwrap();
    passed("task", "lamp.set_level");
    handle.trigger(Moved { room: "hall".into() }).await.unwrap();
    passed("event", "moved");
    handle.trigger_event("sunset", args! {}).await.unwrap();
    passed("event", "sunset");
    app.quiesce().await;
    assert_eq!(lamp.set_level(5).await.unwrap(), 4);
    app.shutdown().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_later_passes_when_it_is_accepted() {
    let journal = Journal::default();
    let app = application().interceptor(Witness { name: "one", journal: journal.clone() });
    let app = app.interceptor(Stamp).start().await.unwrap();
    let (handle, second) = (app.handle(), Duration::from_secs(1));
    let lamp: LampStub = handle.stub("lamp").unwrap();
    let sent = |line: &str| assert_eq!(journal.take()[0], line);
    lamp.set_level(1).after(second).enqueue().await.unwrap();
    sent("one sends task lamp.set_level");
    handle.enqueue_task("lamp.set_level", args! { level: 2 }).after(second).await.unwrap();
    sent("one sends task lamp.set_level");
    handle.trigger_event("sunset", args! {}).every(second).await.unwrap();
    sent("one sends event sunset");
    let timer = handle.trigger(Moved { room: "hall".into() }).after(second).await.unwrap();
    sent("one sends event moved");
    drop(timer);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    app.quiesce().await;
    assert_eq!(journal.take(), Vec::<String>::new());
    assert_eq!(heard(&app).await, ["sunset: stamp=1", "hall: stamp=1", "sunset: stamp=1"]);
    app.shutdown().await.unwrap();
}

/// Counts how often a chain has passed.
struct Stamp;

impl Interceptor for Stamp {
    async fn sending(&self, message: &mut Message) -> Result<(), Rejection> {
        let before: u32 = message.header("stamp").map_or(0, |number| number.parse().unwrap());
        message.set_header("stamp", &(before + 1).to_string());
        message.remove_header("nothing");
        Ok(())
    }
}

#[tokio::test]
async fn headers_reach_the_handler_and_everything_that_follows() {
    let app = application().interceptor(Stamp).start().await.unwrap();
    let handle = app.handle();
    let lamp: LampStub = handle.stub("lamp").unwrap();
    assert_eq!(lamp.headers().await.unwrap(), "stamp=1");
    let by_name: String = handle.exec_task("lamp.headers", args! {}).await.unwrap().get().unwrap();
    assert_eq!(by_name, "stamp=1");
    let remote: RemoteStub = handle.stub("remote").unwrap();
    assert_eq!(remote.headers_of_lamp().await.unwrap(), "stamp=2");
    handle.trigger(Moved { room: "hall".into() }).await.unwrap();
    handle.trigger_event("sunset", args! {}).await.unwrap();
    let mut stream = handle.subscribe("level_changed");
    lamp.tell().await.unwrap();
    assert_eq!(within(stream.next()).await.unwrap().headers().get("stamp"), Some("2"));
    assert_eq!(heard(&app).await, ["hall: stamp=1", "sunset: stamp=1"]);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_sends_is_known() {
    let journal = Journal::default();
    struct Source(Journal);
    impl Interceptor for Source {
        async fn receiving(&self, message: &mut Message) -> Result<(), Rejection> {
            let room =
                message.event().and_then(|event| event.typed::<Moved>().ok().map(|moved| moved.room.clone()));
            let has_parent = message.parent().is_some() && message.transaction().is_some();
            self.0.note(format!("{:?} {has_parent} {:?} {room:?}", message.source(), message.priority()));
            Ok(())
        }
    }
    let app = application().interceptor(Source(journal.clone())).start().await.unwrap();
    let handle = app.handle();
    handle.exec_task("remote.headers_of_lamp", args! {}).priority(Priority::High).await.unwrap();
    handle.trigger(Moved { room: "hall".into() }).await.unwrap();
    assert_eq!(
        journal.take(),
        ["None false High None", "Some(\"remote\") true High None", "None false Normal Some(\"hall\")",]
    );
    app.shutdown().await.unwrap();
}

/// Lets something pass when it is told to.
struct Turnstile(std::sync::Arc<Semaphore>);

impl Interceptor for Turnstile {
    async fn sending(&self, _message: &mut Message) -> Result<(), Rejection> {
        self.0.acquire().await?.forget();
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_waits_while_it_is_looked_at_and_can_be_taken_back() {
    let turnstile = std::sync::Arc::new(Semaphore::new(0));
    let app = application().interceptor(Turnstile(turnstile.clone())).start().await.unwrap();
    let handle = app.handle();
    let lamp: LampStub = handle.stub("lamp").unwrap();

    let late = lamp.set_level(1).timeout(Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(late, CallError::Timeout { begun: false, .. }), "{late}");
    let mut dropped = Box::pin(handle.exec_task("lamp.set_level", args! { level: 2 }));
    assert!(futures_util::poll!(&mut dropped).is_pending());
    drop(dropped);
    let mut event = Box::pin(handle.trigger_event("sunset", args! {}));
    assert!(futures_util::poll!(&mut event).is_pending());
    drop(event);

    let call = tokio::spawn(lamp.set_level(3).timeout(Duration::from_secs(5)));
    tokio::time::sleep(Duration::from_secs(4)).await;
    turnstile.add_permits(1);
    assert_eq!(call.await.unwrap().unwrap(), 0, "neither of the others has begun");
    turnstile.add_permits(10);
    assert_eq!(heard(&app).await, Vec::<String>::new());
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_that_block_pass_as_well() {
    let app = application().interceptor(Stamp).interceptor(Yielding).start().await.unwrap();
    let handle = app.handle();
    let heard = std::thread::spawn(move || {
        let lamp: LampStub = handle.stub("lamp").unwrap();
        lamp.set_level(3).enqueue().blocking().unwrap();
        handle.enqueue_task_blocking("lamp.set_level", args! { level: 4 }).unwrap();
        handle.trigger_event_blocking("sunset", args! {}).unwrap();
        lamp.set_level(4).after(Duration::ZERO).enqueue().blocking().unwrap();
        let headers: String = handle.exec_task_blocking("lamp.headers", args! {}).unwrap().get().unwrap();
        (headers, lamp.headers().blocking().unwrap())
    });
    assert_eq!(heard.join().unwrap(), ("stamp=1".to_owned(), "stamp=1".to_owned()));
    app.shutdown().await.unwrap();
}

struct Yielding;

impl Interceptor for Yielding {
    async fn receiving(&self, _message: &mut Message) -> Result<(), Rejection> {
        tokio::task::yield_now().await;
        Ok(())
    }
}
