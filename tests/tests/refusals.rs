//! What is refused is dropped by whoever refuses it, and its panic is not the sender's.
//!
//! A program of its own: a thread that drops another such value without a log of its own would turn that line of the log off.

use std::time::Duration;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Bomb, Log, quiet, within};

#[event]
#[derive(Debug, Serialize, Deserialize)]
struct Fuse {
    #[serde(skip)]
    _bomb: Option<Bomb>,
}

#[derive(Default)]
struct Shelter;

#[module]
impl Shelter {
    #[task(local)]
    async fn take(&mut self, bomb: Bomb) {
        std::mem::forget(bomb);
    }
}

fn is_over(refused: &Error) -> bool {
    matches!(refused, Error::Call(error) if matches!(**error, CallError::NotReady { .. }))
}

const PANICKED: &str = "a value panicked when it was dropped: ";

#[tokio::test]
async fn what_an_ended_application_refuses_is_dropped_without_harm() {
    quiet();
    let log = Log::default();
    let _listening = log.listen();
    let app = App::builder().module("shelter", Shelter).start().await.unwrap();
    let handle = app.handle();
    let shelter: ShelterStub = handle.stub("shelter").unwrap();
    within(app.shutdown()).await.unwrap();

    let refused = shelter.take(Bomb("called")).await.unwrap_err();
    assert!(matches!(refused, CallError::NotReady { .. }), "{refused:?}");
    let refused = shelter.take(Bomb("queued")).enqueue().await.unwrap_err();
    assert!(is_over(&refused), "{refused:?}");
    let later = shelter.take(Bomb("delayed")).enqueue().after(Duration::from_secs(1));
    let refused = later.await.unwrap_err();
    assert!(is_over(&refused), "{refused:?}");
    let refused = handle.trigger(Fuse { _bomb: Some(Bomb("sent")) }).await.unwrap_err();
    assert!(matches!(refused, Error::Event { .. }), "{refused:?}");
    for one in ["called", "queued", "delayed", "sent"] {
        assert_eq!(log.count(&format!("{PANICKED}{one} on purpose")), 1, "{one}: {}", log.text());
    }
}
