//! What is left after the end.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, balanced, within};

use super::{FriendStub, TEN_SECONDS, friends};

/// Tells when it is dropped.
#[derive(Debug, Default)]
struct Mortal(Journal);

impl Drop for Mortal {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

#[module]
impl Mortal {
    #[finalize]
    fn end(&mut self) {
        self.0.note("finalised");
    }
}

#[derive(Debug, Default)]
struct MortalMany(Journal);

impl Drop for MortalMany {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

#[module(concurrent)]
impl MortalMany {
    #[finalize]
    fn end(&mut self) {
        self.0.note("finalised");
    }
}

#[tokio::test]
async fn the_state_of_a_module_is_dropped_at_the_end_although_handles_live_on() {
    let journal = Journal::new();
    let app = App::builder()
        .module("mortal", Mortal(journal.clone()))
        .module("many", MortalMany(journal.clone()))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let stub: MortalStub = handle.stub("mortal").unwrap();
    within(app.shutdown()).await.unwrap();
    let lines = journal.lines();
    assert_eq!(lines[..2], ["finalised", "finalised"]);
    assert_eq!(lines[2..], ["dropped", "dropped"]);
    drop((handle, stub));
}

#[tokio::test]
async fn a_handle_after_the_end_answers_and_never_hangs() {
    let bench = friends(TEN_SECONDS).await;
    let stub: FriendStub = bench.handle.stub("friend").unwrap();
    within(bench.app.shutdown()).await.unwrap();
    let handle = bench.handle;
    let refused = |error: CallError| {
        matches!(error, CallError::ShuttingDown { begun: false, .. } | CallError::NotReady { .. })
    };
    assert!(refused(within(handle.exec_task("friend.greet", args! {})).await.unwrap_err()));
    assert!(within(stub.greet()).await.is_err());
    assert!(within(stub.greet().enqueue()).await.is_err());
    assert!(within(handle.enqueue_task("friend.greet", args! {})).await.is_err());
    assert!(within(handle.trigger_event("greetings", args! {})).await.is_err());
    assert_eq!(handle.modules(), ["friend", "other"]);
    assert_eq!(bench.friend.journal.lines(), ["finalised"]);
    balanced(&handle);
}
