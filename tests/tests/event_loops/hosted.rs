//! Plain objects on a loop.

use std::thread;

use looselycoupled::prelude::*;
use looselycoupled::{CallError, LoopOptions};
use looselycoupled_tests::{Overlap, begin, quiet, settle, within};

use super::{Meter, MeterStub, app};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_and_modules_on_one_loop_never_overlap() {
    let overlap = Overlap::default();
    let app = app(Meter { overlap: overlap.clone(), ..Meter::default() }).await;
    let handle = app.handle();
    let (bus, meter) = (handle.event_loop("bus").unwrap(), handle.stub::<MeterStub>("meter").unwrap());
    let (one, other) = (bus.host(overlap.clone()), bus.host(overlap.clone()));
    for _ in 0..50 {
        meter.read().enqueue().await.unwrap();
        one.call(|overlap| drop(overlap.enter())).enqueue().await.unwrap();
        let long = other.call_async(|overlap| {
            Box::pin(async move {
                let _inside = overlap.enter();
                tokio::task::yield_now().await;
            })
        });
        long.enqueue().await.unwrap();
    }
    settle(&app).await;
    assert_eq!((overlap.ever(), overlap.most()), (150, 1));
    assert_eq!(bus.guests().handled, 100);
    assert_eq!(bus.statistics().modules.iter().map(|name| &**name).collect::<Vec<_>>(), ["meter"]);
}

#[tokio::test]
async fn a_call_of_an_object_brings_its_result_and_follows_the_order() {
    let app = app(Meter::default()).await;
    let words = app.handle().event_loop("bus").unwrap().host(Vec::<u32>::new());
    assert_eq!(words.call(|words| words.len()).await.unwrap(), 0, "at once on an idle loop");
    let held = app.handle().enqueue_task("meter.hold", args! {}).await.unwrap();
    for (word, priority) in [(1, Priority::Normal), (2, Priority::Normal), (3, Priority::High)] {
        words.call(move |words| words.push(word)).priority(priority).enqueue().await.unwrap();
    }
    let mut all = words.call(|words| words.clone()).priority(Priority::Low);
    assert!(begin(&mut all).await.is_pending());
    assert!(held.cancel());
    assert_eq!(within(all).await.unwrap(), [3, 1, 2]);
}

#[tokio::test]
async fn an_object_that_panics_is_as_the_panic_left_it() {
    quiet();
    let app = app(Meter::default()).await;
    let count = app.handle().event_loop("bus").unwrap().host(1);
    let failed = count.call(|count| {
        *count += 1;
        assert_eq!(*count, 0, "on purpose");
    });
    let failed = failed.await.unwrap_err();
    let CallError::Panicked { address, message } = failed else { panic!("{failed:?}") };
    assert_eq!(&*address, "bus.hosted");
    assert!(message.contains("on purpose"));
    assert_eq!(count.call(|count| *count).await.unwrap(), 2);
}

#[tokio::test]
async fn an_object_that_would_wait_for_itself_is_told_so() {
    let app = app(Meter::default()).await;
    let count = app.handle().event_loop("bus").unwrap().host(1);
    let itself = count.clone();
    let circle = count.call_async(move |_| Box::pin(async move { itself.call(|count| *count).await }));
    let circle = within(circle).await.unwrap().unwrap_err();
    assert!(matches!(circle, CallError::Cycle { .. }), "{circle}");
    let neighbour = app.handle().event_loop("bus").unwrap().host(2);
    let meter: MeterStub = app.handle().stub("meter").unwrap();
    let calls = count.call_async(move |_| {
        Box::pin(async move {
            meter.read().await.unwrap();
            neighbour.call(|count| *count).await
        })
    });
    let circle = within(calls).await.unwrap().unwrap_err();
    assert!(matches!(circle, CallError::Cycle { .. }), "all objects of a loop have one turn: {circle}");
}

#[tokio::test]
async fn a_plain_thread_calls_an_object() {
    let app = app(Meter::default()).await;
    let bus = app.handle().open_loop("io", LoopOptions::new().thread(true)).unwrap();
    let object = bus.host(20);
    let answer = thread::spawn(move || {
        object.call(|number| (*number + 1, thread::current().name().map(str::to_owned))).blocking().unwrap()
    });
    let answer = tokio::task::spawn_blocking(move || answer.join().unwrap());
    assert_eq!(within(answer).await.unwrap(), (21, Some("io".to_owned())));
}
