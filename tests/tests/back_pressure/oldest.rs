//! Where the oldest event goes instead of the newest.

use looselycoupled::prelude::*;
use looselycoupled::{EventOverflow, LoopOptions};
use looselycoupled_tests::{balanced, settle, within};

use super::{Bench, Worker, busy, numbers};

const fn room(events: usize) -> LoopOptions {
    LoopOptions::new().events(events).event_overflow(EventOverflow::DropOldest)
}

async fn say(bench: &Bench, word: &str, priority: Priority) {
    let heard = bench.handle.trigger_event("word", args! { word: word }).priority(priority).await;
    assert_eq!(heard.unwrap(), 1, "the sender is neither delayed nor refused");
}

#[tokio::test]
async fn the_oldest_event_makes_room_for_the_newest() {
    let bench = busy(room(3)).await;
    for number in 0..10 {
        say(&bench, &number.to_string(), Priority::Normal).await;
    }
    let worker = bench.handle.statistics().module("worker").unwrap().clone();
    assert_eq!((worker.dropped, worker.queued), (7, 3));
    assert_eq!(bench.rest().await, ["7", "8", "9"]);
    let worker = bench.handle.statistics().module("worker").unwrap().clone();
    assert_eq!((worker.accepted, worker.handled, worker.dropped), (11, 4, 7));
}

#[tokio::test]
async fn the_oldest_of_the_lowest_priority_goes_first() {
    let bench = busy(room(4)).await;
    for word in ["urgent 1", "urgent 2"] {
        say(&bench, word, Priority::High).await;
    }
    for word in ["low 1", "low 2"] {
        say(&bench, word, Priority::Low).await;
    }
    say(&bench, "normal 1", Priority::Normal).await;
    say(&bench, "urgent 3", Priority::High).await;
    assert_eq!(bench.rest().await, ["urgent 1", "urgent 2", "urgent 3", "normal 1"]);
}

#[tokio::test]
async fn an_event_drives_out_none_that_is_more_urgent() {
    let bench = busy(room(2)).await;
    for word in ["urgent 1", "urgent 2"] {
        say(&bench, word, Priority::High).await;
    }
    say(&bench, "normal", Priority::Normal).await;
    assert_eq!(bench.handle.statistics().module("worker").unwrap().dropped, 1);
    say(&bench, "urgent 3", Priority::High).await;
    assert_eq!(bench.rest().await, ["urgent 2", "urgent 3"]);
}

#[tokio::test]
async fn calls_and_tasks_stay_however_old_they_are() {
    let bench = busy(room(1)).await;
    bench.fill(2).await;
    say(&bench, "old", Priority::Normal).await;
    bench.worker.note("task".to_owned()).enqueue().await.unwrap();
    say(&bench, "new", Priority::Normal).await;
    assert_eq!(bench.rest().await, ["0", "1", "task", "new"]);
}

#[tokio::test]
async fn room_that_has_come_back_is_used_before_anything_goes() {
    let bench = busy(room(2)).await;
    say(&bench, "0", Priority::Normal).await;
    bench.worker.hold().enqueue().await.unwrap();
    say(&bench, "1", Priority::Normal).await;
    bench.gate.let_one_pass();
    bench.gate.reached(2).await;
    say(&bench, "2", Priority::Normal).await;
    assert_eq!(bench.handle.statistics().module("worker").unwrap().dropped, 0);
    assert_eq!(bench.rest().await, numbers(3));
}

#[tokio::test]
async fn without_any_room_the_newest_is_the_oldest() {
    let bench = busy(room(0)).await;
    say(&bench, "dropped", Priority::Normal).await;
    assert_eq!(bench.rest().await, numbers(0));
    assert_eq!(bench.handle.statistics().module("worker").unwrap().dropped, 1);
}

/// Hears one event more than its neighbour.
#[derive(Debug, Clone, Default)]
struct Neighbour(Worker);

#[module]
impl Neighbour {
    #[on_event]
    fn on_call(&mut self, word: String) {
        self.0.journal.note(word);
    }
}

#[tokio::test]
async fn an_event_that_goes_counts_for_the_module_that_lost_it() {
    let (worker, neighbour) = (Worker::default(), Neighbour::default());
    let app = App::builder()
        .module_on("bus", "worker", worker.clone())
        .module_on("bus", "neighbour", neighbour.clone())
        .event_loop("bus", room(1))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    handle.enqueue_task("worker.hold", args! {}).await.unwrap();
    worker.gate.reached(1).await;
    handle.trigger_event("call", args! { word: "lost" }).await.unwrap();
    handle.trigger_event("word", args! { word: "heard" }).await.unwrap();
    let dropped = |module: &str| handle.statistics().module(module).unwrap().dropped;
    assert_eq!((dropped("worker"), dropped("neighbour")), (0, 1));
    worker.gate.open();
    settle(&app).await;
    balanced(&handle);
    assert_eq!((worker.journal.lines(), neighbour.0.journal.lines()), (vec!["heard".to_owned()], vec![]));
}

/// Hears words one beside the other.
#[derive(Debug, Clone, Default)]
struct Wide(Worker);

#[module(concurrent)]
impl Wide {
    #[task]
    async fn hold(&self) {
        self.0.gate.pass().await;
    }

    #[on_event]
    fn on_word(&self, word: String) {
        self.0.journal.note(word);
    }
}

#[tokio::test]
async fn the_oldest_goes_before_a_concurrent_module_as_well() {
    let wide = Wide::default();
    let options = room(2).concurrency(1);
    let app = App::builder().module("wide", wide.clone()).event_loop("wide", options).start().await.unwrap();
    let handle = app.handle();
    handle.enqueue_task("wide.hold", args! {}).await.unwrap();
    wide.0.gate.reached(1).await;
    for number in 0..5 {
        handle.trigger_event("word", args! { word: number.to_string() }).await.unwrap();
    }
    wide.0.gate.open();
    settle(&app).await;
    balanced(&handle);
    assert_eq!(wide.0.journal.lines(), ["3", "4"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_left_of_many_threads_keeps_its_order_and_its_bounds() {
    let module = Worker::default();
    let app =
        App::builder().module("worker", module.clone()).event_loop("worker", room(8)).start().await.unwrap();
    let handle = app.handle();
    let senders = (0..4).map(|sender| {
        let handle = handle.clone();
        tokio::spawn(async move {
            for number in 0..300_u32 {
                handle.trigger_event("word", args! { word: format!("{sender}:{number}") }).await.unwrap();
                let queued = handle.statistics().module("worker").unwrap().queued;
                assert!(queued <= 8, "{queued} waited in a queue of 8");
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        within(sender).await.unwrap();
    }
    settle(&app).await;
    balanced(&handle);
    let worker = handle.statistics().module("worker").unwrap().clone();
    let heard = module.journal.lines();
    assert_eq!((worker.accepted, worker.handled), (1_200, heard.len() as u64));
    for sender in 0..4 {
        let prefix = format!("{sender}:");
        let numbers: Vec<u32> =
            heard.iter().filter_map(|line| line.strip_prefix(&prefix)?.parse().ok()).collect();
        assert!(numbers.is_sorted(), "{numbers:?}");
    }
}
