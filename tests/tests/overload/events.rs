//! Events at a listener that stalls, and at others that do not.

use looselycoupled::prelude::*;
use looselycoupled::{EventOverflow, LoopOptions, Loss};
use looselycoupled_tests::{Dice, balanced, resident, settle, within};

use super::modules::{Basin, Heard, Splash};
use super::{MESSAGES, MOST_MEMORY, at_once};

/// So many events may be ahead of those who listen.
const AHEAD: u64 = 1_000;

struct Flood {
    app: App,
    handle: Handle,
    stalled: Basin,
    others: [Heard; 2],
}

impl Flood {
    /// One module that stalls and has little room, one beside it, and one that shares a loop with nobody who stalls.
    async fn begin(room: u64, overflow: EventOverflow) -> Self {
        let (stalled, free, shared) = (Basin::default(), Basin::default(), Basin::default());
        let options = LoopOptions::new().events(room as usize).event_overflow(overflow);
        let app = App::builder()
            .module("stalled", stalled.clone())
            .module("free", free.clone())
            .module_on("bus", "shared", shared.clone())
            .event_loop("stalled", options)
            .start()
            .await
            .unwrap();
        let handle = app.handle();
        handle.enqueue_task("stalled.stall", args! {}).await.unwrap();
        stalled.gate.reached(1).await;
        Self { app, handle, stalled, others: [free.heard, shared.heard] }
    }

    async fn send(&self, numbers: std::ops::Range<u64>) {
        for number in numbers {
            assert_eq!(at_once(self.handle.trigger(Splash { number })).await.unwrap(), 3);
            if number % AHEAD == 0 {
                self.others_have_heard(number).await;
            }
        }
    }

    async fn others_have_heard(&self, last: u64) {
        within(async {
            while self.others.iter().any(|heard| heard.events().2 < last) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    fn dropped(&self) -> u64 {
        self.handle.statistics().module("stalled").unwrap().dropped
    }

    /// What the stalled one hears at last.
    async fn rest(&self) -> (u64, u64, u64, u64) {
        self.stalled.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
        self.stalled.heard.events()
    }
}

/// Sends events to a module that stalls, and checks what is the same whichever of them go.
async fn flood(mut dice: Dice, overflow: EventOverflow) -> (Flood, u64) {
    let room = 1 + dice.roll(2_000);
    let flood = Flood::begin(room, overflow).await;
    flood.send(1..MESSAGES / 5).await;
    let before = resident();
    flood.send(MESSAGES / 5..MESSAGES + 1).await;
    let growth = resident().saturating_sub(before);
    assert!(growth <= MOST_MEMORY, "{growth} KiB more for events that nobody hears");
    flood.others_have_heard(MESSAGES).await;
    for heard in &flood.others {
        assert_eq!(heard.events(), (MESSAGES, 1, MESSAGES, 0), "every event, in order");
        assert_eq!(heard.missed(), (0, 0));
    }
    assert_eq!(flood.dropped(), MESSAGES - room);
    let dead = flood.handle.dead_letters();
    assert_eq!(dead.letters.len() as u64 + dead.overwritten, MESSAGES - room);
    let is_such = |letter: &looselycoupled::DeadLetter| {
        (letter.address.as_str(), letter.reason) == ("stalled.catch", Loss::Dropped)
    };
    assert!(dead.letters.iter().all(is_such), "{:?}", dead.letters);
    (flood, room)
}

pub(super) async fn newest_go(dice: Dice) {
    let (flood, room) = flood(dice, EventOverflow::DropNewest).await;
    assert_eq!(flood.rest().await, (room, 1, room, 0));
    assert_eq!(flood.stalled.heard.missed(), (MESSAGES - room, 1), "told in one piece");
}

pub(super) async fn oldest_go(dice: Dice) {
    let (flood, room) = flood(dice, EventOverflow::DropOldest).await;
    assert_eq!(flood.rest().await, (room, MESSAGES - room + 1, MESSAGES, 0));
    assert_eq!(flood.stalled.heard.missed(), (MESSAGES - room, 1), "told in one piece");
}
