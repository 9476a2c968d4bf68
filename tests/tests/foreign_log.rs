//! The log of a program that has a subscriber of its own.
//!
//! A program of its own with one test, for the subscriber is global. `RUST_LOG` must not be set.

#![allow(clippy::unwrap_used, reason = "what fails fails its test")]

use looselycoupled::log::{self, LevelFilter, Recorder, Selection};
use looselycoupled::prelude::*;
use looselycoupled_tests::begin;
use tracing_subscriber::prelude::*;

#[derive(Default)]
struct Lamp;

#[module]
impl Lamp {
    #[task]
    fn whisper(&self) {
        tracing::warn!("warn");
        tracing::info!("info");
        tracing::debug!("debug");
    }
}

/// What is recorded of a whisper.
async fn whisper(handle: &Handle) -> Vec<String> {
    let before = log::recent(None).next;
    handle.exec_task("hall_lamp.whisper", args! {}).await.unwrap();
    log::recent(Some(before)).lines.into_iter().map(|line| line.message).collect()
}

#[tokio::test]
async fn a_program_with_a_subscriber_of_its_own_chooses_which_layers_it_wants() {
    let own = tracing_subscriber::fmt().with_writer(std::io::sink).finish();
    tracing::subscriber::set_global_default(own).unwrap();
    let app = App::builder().module("hall_lamp", Lamp).log_to_stderr().start().await.unwrap();
    let handle = app.handle();

    assert_eq!(whisper(&handle).await, [""; 0]);
    assert!(!log::recent(None).is_recorded);
    let mut follower = log::follow();
    assert!(begin(&mut Box::pin(follower.next())).await.is_pending(), "there is nothing to follow");
    handle.set_log_level("hall_lamp", Some(LevelFilter::TRACE)).unwrap();
    assert_eq!(whisper(&handle).await, [""; 0]);
    assert_eq!(log::levels().directives, "");
    log::set_level("hall_lamp", None);

    let both = tracing_subscriber::registry().with(Selection::new(Some("warn"))).with(Recorder::new());
    let listening = tracing::subscriber::set_default(both);
    assert!(log::recent(None).is_recorded);
    assert_eq!(log::levels().directives, "warn");
    assert_eq!(whisper(&handle).await, ["warn"]);
    log::set_level("hall_lamp", Some(LevelFilter::DEBUG));
    assert_eq!(whisper(&handle).await, ["warn", "info", "debug"]);
    log::set_level("hall_lamp", None);
    assert_eq!(whisper(&handle).await, ["warn"]);
    drop(listening);
    assert!(!log::recent(None).is_recorded);

    let recorder = tracing_subscriber::registry().with(LevelFilter::INFO).with(Recorder::new());
    let _listening = tracing::subscriber::set_default(recorder);
    for (level, expected) in [
        (None, vec!["warn", "info"]),
        (Some(LevelFilter::DEBUG), vec!["warn", "info"]),
        (Some(LevelFilter::WARN), vec!["warn"]),
        (Some(LevelFilter::OFF), vec![]),
    ] {
        log::set_level("hall_lamp", level);
        assert_eq!(whisper(&handle).await, expected, "{level:?}");
    }
    app.shutdown().await.unwrap();
}
