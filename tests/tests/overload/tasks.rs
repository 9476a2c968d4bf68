//! Calls and queued tasks at a module that stalls.

use std::convert::Infallible;

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::{Dice, balanced, begin, resident, settle, within};

use super::modules::{Basin, BasinStub};
use super::{MESSAGES, MOST_MEMORY, at_once};

/// Senders that wait at the same time.
const WAITING: u64 = 64;

struct Flood {
    app: App,
    handle: Handle,
    basin: BasinStub,
    stalled: Basin,
}

impl Flood {
    /// A module that stalls, and whose queue is full.
    async fn begin(room: u64, overflow: Overflow) -> Self {
        let stalled = Basin::default();
        let app = App::builder()
            .module("stalled", stalled.clone())
            .module("free", Basin::default())
            .event_loop("stalled", LoopOptions::new().tasks(room as usize).overflow(overflow))
            .start()
            .await
            .unwrap();
        let handle = app.handle();
        let basin: BasinStub = handle.stub("stalled").unwrap();
        basin.stall().enqueue().await.unwrap();
        stalled.gate.reached(1).await;
        for number in 0..room {
            at_once(basin.fill(number).enqueue()).await.unwrap();
        }
        Self { app, handle, basin, stalled }
    }

    async fn the_neighbour_answers(&self) {
        let reply = at_once(self.handle.exec_task("free.fill", args! { number: 7_u64 })).await.unwrap();
        assert_eq!(reply.get::<u64>().unwrap(), 7);
    }

    /// Calls that wait for room, as many as there may be.
    async fn waiting(&self) -> Vec<impl Future<Output = Result<u64, CallError<Infallible>>>> {
        let mut waiting = Vec::new();
        for number in 0..WAITING {
            let mut call = self.basin.fill(number);
            assert!(begin(&mut tokio::task::unconstrained(&mut call)).await.is_pending());
            waiting.push(call);
        }
        waiting
    }

    fn waiting_for_room(&self) -> usize {
        let loops = self.handle.statistics().loops;
        loops.iter().find(|one| &*one.name == "stalled").unwrap().waiting_for_room
    }

    /// Lets the module go on; it has nothing but so many tasks to do.
    async fn rest(self, expected: u64) {
        self.stalled.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
        assert_eq!(self.stalled.heard.tasks(), expected);
        within(self.app.shutdown()).await.unwrap();
    }
}

/// Checks that messages which are not accepted leave nothing behind in memory.
async fn without_a_trace(messages: u64, send: impl AsyncFn(u64)) {
    for number in 0..messages / 5 {
        send(number).await;
    }
    let before = resident();
    for number in messages / 5..messages {
        send(number).await;
    }
    let growth = resident().saturating_sub(before);
    assert!(growth <= MOST_MEMORY, "{growth} KiB more for messages that were not accepted");
}

pub(super) async fn refused(mut dice: Dice) {
    let room = 1 + dice.roll(2_000);
    let flood = Flood::begin(room, Overflow::Reject).await;
    without_a_trace(MESSAGES, async |number| match number % 3 {
        0 => {
            let error = at_once(flood.basin.fill(number)).await.unwrap_err();
            assert!(matches!(error, CallError::QueueFull { path: None, .. }), "{error:?}");
        }
        1 => {
            let call = flood.handle.exec_task("stalled.fill", args! { number: number });
            let error = at_once(call).await.unwrap_err();
            assert!(matches!(error, CallError::QueueFull { path: None, .. }), "{error:?}");
        }
        _ => {
            let error = at_once(flood.basin.fill(number).enqueue()).await.unwrap_err();
            assert!(error.to_string().contains("is full"), "{error}");
        }
    })
    .await;
    flood.the_neighbour_answers().await;
    assert_eq!(flood.handle.statistics().module("stalled").unwrap().refused, MESSAGES);
    flood.rest(room).await;
}

pub(super) async fn wait(mut dice: Dice) {
    let room = 1 + dice.roll(2_000);
    let flood = Flood::begin(room, Overflow::Wait).await;
    without_a_trace(MESSAGES / WAITING, async |_| drop(flood.waiting().await)).await;
    assert_eq!(flood.waiting_for_room(), 0, "who gave up waits no more");
    let waiting = flood.waiting().await;
    assert_eq!(flood.waiting_for_room(), WAITING as usize);
    flood.the_neighbour_answers().await;
    let accepted = flood.handle.statistics().module("stalled").unwrap().accepted;
    assert_eq!(accepted, room + 1, "who waits is not in");
    flood.stalled.gate.open();
    for (number, call) in waiting.into_iter().enumerate() {
        assert_eq!(within(call).await.unwrap(), number as u64);
    }
    flood.rest(room + WAITING).await;
}
