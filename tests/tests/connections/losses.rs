//! What a connected task loses is counted and told.

use looselycoupled::prelude::*;
use looselycoupled::{EventOverflow, LoopOptions, Loss};
use looselycoupled_tests::{Gate, Journal, balanced, settle};

use super::{Speaker, SpeakerStub};

#[derive(Debug, Clone, Default)]
struct Listener {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Listener {
    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[on_event]
    fn on_gap(&mut self, handler: String, event: String, count: u64) {
        self.journal.note(format!("missed {count} of {event} in {handler}"));
    }
}

/// What a listener with room for two events notes that is told of five while it is busy.
async fn flooded(options: LoopOptions) -> (Vec<String>, Handle) {
    let listener = Listener::default();
    let app = App::builder()
        .module("speaker", Speaker)
        .module("listener", listener.clone())
        .event_loop("listener", options)
        .connect_all([("speaker/said", "listener.note"), ("speaker/sung", "listener.note")])
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    handle.enqueue_task("listener.hold", args! {}).await.unwrap();
    listener.gate.reached(1).await;
    let speaker: SpeakerStub = handle.stub("speaker").unwrap();
    for number in 0..5 {
        assert_eq!(
            speaker.say("said".to_owned(), number.to_string()).await.unwrap(),
            1,
            "nobody waits for room"
        );
    }
    listener.gate.open();
    settle(&app).await;
    balanced(&handle);
    (listener.journal.take(), handle)
}

#[tokio::test]
async fn the_newest_go_and_the_module_is_told_by_which_task() {
    let (noted, handle) = flooded(LoopOptions::new().events(2)).await;
    assert_eq!(noted, ["0", "1", "missed 3 of said, sung in note"]);
    assert_eq!(handle.statistics().module("listener").unwrap().dropped, 3);
    let letters = handle.dead_letters().letters;
    assert_eq!((letters.len(), letters[0].reason), (3, Loss::Dropped));
    assert_eq!(letters[0].to_string(), "event `listener.note` dropped");
}

#[tokio::test]
async fn or_the_oldest() {
    let (noted, handle) =
        flooded(LoopOptions::new().events(2).event_overflow(EventOverflow::DropOldest)).await;
    assert_eq!(noted, ["missed 3 of said, sung in note", "3", "4"]);
    assert_eq!(handle.statistics().module("listener").unwrap().dropped, 3);
}
