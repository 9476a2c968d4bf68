//! What the framework's own section says is what happens, unless code says otherwise.

use looselycoupled::prelude::*;
use looselycoupled::{EventOverflow, LoopOptions};
use looselycoupled_tests::{begin, quiet, settle, within};

use super::{Reader, Wide, config, reader};

#[tokio::test]
async fn the_bounds_of_a_loop_come_from_the_file_and_code_wins() {
    let text = "looselycoupled:\n  loops:\n    reader: { tasks: { capacity: 2, overflow: reject }, events: { capacity: 7, overflow: drop_newest } }\n";
    let (builder, reader) = reader(text);
    let app = builder.event_loop("reader", LoopOptions::new().events(9)).start().await.unwrap();
    let handle = app.handle();
    assert_eq!(handle.statistics().loops[0].capacity, (2, 9));
    handle.enqueue_task("reader.hold", args! {}).await.unwrap();
    reader.gate.reached(1).await;
    let mut refused = None;
    for _ in 0..5 {
        refused = refused.or(handle.enqueue_task("reader.hold", args! {}).await.err());
    }
    let Some(Error::Call(error)) = refused else { panic!("five found room: {refused:?}") };
    assert!(matches!(*error, CallError::QueueFull { .. }), "{error}");
    reader.gate.open();
    settle(&app).await;
}

#[tokio::test]
async fn which_event_goes_comes_from_the_file_and_code_wins() {
    let text = "looselycoupled: { loops: { reader: { events: { capacity: 1, overflow: drop_oldest } } } }";
    let newest = LoopOptions::new().event_overflow(EventOverflow::DropNewest);
    for (options, heard) in [(LoopOptions::new(), 2), (newest, 1)] {
        let (builder, reader) = reader(text);
        let app = builder.event_loop("reader", options).start().await.unwrap();
        app.handle().enqueue_task("reader.hold", args! {}).await.unwrap();
        reader.gate.reached(1).await;
        for strength in [1, 2] {
            app.handle().trigger_event("tick", args! { strength }).await.unwrap();
        }
        reader.gate.open();
        settle(&app).await;
        assert_eq!(*reader.strengths.lock().unwrap(), [heard]);
    }
}

#[tokio::test]
async fn the_turns_of_lower_priorities_come_from_the_file_and_code_wins() {
    let text = "looselycoupled: { loops: { reader: { fairness: 1 } } }";
    for (options, heard) in
        [(LoopOptions::new(), [1, 4, 2, 3]), (LoopOptions::new().fairness(0), [1, 2, 3, 4])]
    {
        let (builder, reader) = reader(text);
        let app = builder.event_loop("reader", options).start().await.unwrap();
        app.handle().enqueue_task("reader.hold", args! {}).await.unwrap();
        reader.gate.reached(1).await;
        for strength in [1, 2, 3] {
            app.handle().trigger_event("tick", args! { strength }).await.unwrap();
        }
        app.handle().trigger_event("tick", args! { strength: 4 }).priority(Priority::Low).await.unwrap();
        reader.gate.open();
        settle(&app).await;
        assert_eq!(*reader.strengths.lock().unwrap(), heard);
    }
}

#[tokio::test]
async fn without_a_word_there_is_much_room() {
    let app = App::builder().module("reader", Reader::default()).start().await.unwrap();
    assert_eq!(app.handle().statistics().loops[0].capacity, (65_536, 65_536));
}

#[tokio::test]
async fn the_limit_of_a_concurrent_module_comes_from_the_file() {
    let wide = Wide::default();
    let text = "looselycoupled: { loops: { wide: { concurrency: 2 } } }";
    let app = App::builder().module("wide", wide.clone()).config(config(text)).start().await.unwrap();
    for _ in 0..5 {
        app.handle().enqueue_task("wide.hold", args! {}).await.unwrap();
    }
    wide.gate.reached(2).await;
    wide.gate.open();
    settle(&app).await;
    assert_eq!((wide.overlap.most(), wide.overlap.ever()), (2, 5));
}

#[tokio::test]
async fn the_policy_of_a_module_comes_from_the_file() {
    quiet();
    let text = "looselycoupled: { modules: { fragile: { type: Reader, policy: exit }, sturdy: Reader } }";
    let app = App::builder().config(config(text)).start().await.unwrap();
    let handle = app.handle();
    assert!(handle.exec_task("sturdy.fall", args! {}).await.is_err());
    assert!(handle.exec_task("sturdy.number", args! { path: "a" }).await.is_ok());
    assert!(handle.exec_task("fragile.fall", args! {}).await.is_err());
    let error = within(app.shutdown()).await.unwrap_err();
    assert!(matches!(&error, AppError::Failed(what) if what.contains("fragile.fall")), "{error}");
}

#[tokio::test]
async fn the_maximum_of_blocking_tasks_comes_from_the_file() {
    let first = Reader::default();
    let text = "looselycoupled: { blocking_threads: 1 }";
    let builder = App::builder().module("a", first.clone()).module("b", first.clone()).config(config(text));
    let app = builder.start().await.unwrap();
    for address in ["a.hold_blocking", "b.hold_blocking"] {
        app.handle().enqueue_task(address, args! {}).await.unwrap();
    }
    first.gate.reached(1).await;
    first.gate.open();
    settle(&app).await;
    assert_eq!((first.overlap.most(), first.overlap.ever()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_calls_that_have_none_comes_from_the_file_and_code_wins() {
    let text = "looselycoupled: { default_timeout: 25s }";
    for (code, seconds) in [(None, 25), (Some(Duration::from_secs(7)), 7)] {
        let (mut builder, _) = reader(text);
        if let Some(timeout) = code {
            builder = builder.default_timeout(timeout);
        }
        let app = builder.start().await.unwrap();
        let start = tokio::time::Instant::now();
        let error = within(app.handle().exec_task("reader.hold", args! {})).await.unwrap_err();
        assert!(matches!(error, CallError::Timeout { .. }), "{error}");
        assert_eq!(start.elapsed().as_secs(), seconds);
    }
}

#[tokio::test]
async fn how_many_dead_letters_are_kept_comes_from_the_file_and_code_wins() {
    let text = "looselycoupled: { dead_letters: 2 }";
    for (code, kept) in [(None, 2), (Some(1), 1)] {
        let (builder, _) = reader(text);
        let mut builder = builder.event_loop("reader", LoopOptions::new().events(0));
        if let Some(number) = code {
            builder = builder.dead_letters(number);
        }
        let app = builder.start().await.unwrap();
        for strength in 0..3 {
            app.handle().trigger_event("tick", args! { strength }).await.unwrap();
        }
        assert_eq!(app.handle().dead_letters().letters.len(), kept);
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_the_end_comes_from_the_file() {
    let (builder, reader) = reader("looselycoupled: { shutdown_deadline: 3s }");
    let app = builder.start().await.unwrap();
    let mut held = app.handle().exec_task("reader.hold", args! {});
    assert!(begin(&mut held).await.is_pending());
    reader.gate.reached(1).await;
    let start = tokio::time::Instant::now();
    assert!(app.shutdown().await.is_err());
    assert_eq!(start.elapsed().as_secs(), 3);
}
