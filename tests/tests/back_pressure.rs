//! Every queue is bounded: senders of tasks wait or are refused, events are dropped and counted.

#![allow(clippy::unwrap_used, reason = "handlers that fail fail their test")]

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::{Gate, Journal, balanced, begin, settle, within};

#[derive(Debug, Clone, Default)]
struct Worker {
    gate: Gate,
    journal: Journal,
}

#[module]
impl Worker {
    #[task]
    async fn hold(&mut self) {
        self.gate.pass().await;
    }

    #[task]
    fn hold_the_thread(&mut self) {
        self.gate.pass_blocking();
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[on_event]
    fn on_word(&mut self, word: String) {
        self.journal.note(word);
    }

    /// Sends to somebody else, as often as asked.
    #[task]
    async fn send(&mut self, ctx: &Context, address: String, times: u32) -> Result<()> {
        for number in 0..times {
            ctx.enqueue_task(&address, args! { word: number.to_string() }).await?;
        }
        Ok(())
    }

    #[task]
    async fn ask(&mut self, ctx: &Context, address: String, word: String) -> Result<()> {
        ctx.exec_task(&address, args! { word: word }).await?;
        Ok(())
    }

    #[finalize]
    fn end(&mut self) {
        self.journal.note("finalised");
    }
}

struct Bench {
    app: App,
    handle: Handle,
    worker: WorkerStub,
    gate: Gate,
    journal: Journal,
}

/// A worker that is busy until its gate opens.
async fn busy(options: LoopOptions) -> Bench {
    let module = Worker::default();
    let (gate, journal) = (module.gate.clone(), module.journal.clone());
    let app = App::builder().module("worker", module).event_loop("worker", options).start().await.unwrap();
    let handle = app.handle();
    let worker: WorkerStub = handle.stub("worker").unwrap();
    worker.hold().enqueue().await.unwrap();
    gate.reached(1).await;
    Bench { app, handle, worker, gate, journal }
}

impl Bench {
    async fn fill(&self, number: usize) {
        for number in 0..number {
            within(self.worker.note(number.to_string()).enqueue()).await.unwrap();
        }
    }

    fn waiting_for_room(&self) -> usize {
        self.handle.statistics().loops[0].waiting_for_room
    }

    fn queued(&self) -> u64 {
        self.handle.statistics().module("worker").unwrap().queued
    }

    async fn rest(&self) -> Vec<String> {
        self.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
        self.journal.take()
    }
}

fn numbers(number: usize) -> Vec<String> {
    (0..number).map(|number| number.to_string()).collect()
}

#[tokio::test]
async fn a_queue_has_room_for_exactly_what_was_stated() {
    for capacity in [1, 2, 3, 7] {
        let bench = busy(LoopOptions::new().tasks(capacity).overflow(Overflow::Reject)).await;
        bench.fill(capacity).await;
        let refused = bench.worker.note("too much".to_owned()).enqueue().await.unwrap_err();
        assert!(refused.to_string().contains("is full"), "{refused}");
        let refused = bench.worker.note("too much".to_owned()).await.unwrap_err();
        assert!(matches!(refused, CallError::QueueFull { path: None, .. }));
        assert_eq!(bench.queued(), capacity as u64);
        assert_eq!(bench.rest().await, numbers(capacity));
        assert_eq!(bench.handle.statistics().module("worker").unwrap().refused, 2);
    }
}

#[tokio::test]
async fn calls_and_tasks_share_the_room() {
    let bench = busy(LoopOptions::new().tasks(2).overflow(Overflow::Reject)).await;
    let mut call = bench.worker.note("call".to_owned());
    assert!(begin(&mut call).await.is_pending());
    bench.fill(1).await;
    assert!(bench.worker.note("too much".to_owned()).enqueue().await.is_err());
    bench.gate.open();
    within(call).await.unwrap();
    assert_eq!(bench.rest().await, ["call", "0"]);
}

#[tokio::test]
async fn room_comes_back_as_soon_as_a_message_begins() {
    let bench = busy(LoopOptions::new().tasks(1).overflow(Overflow::Reject)).await;
    for round in 1..5 {
        bench.worker.hold().enqueue().await.unwrap();
        assert!(bench.worker.hold().enqueue().await.is_err());
        bench.gate.let_one_pass();
        bench.gate.reached(round + 1).await;
    }
    bench.rest().await;
}

#[tokio::test]
async fn a_sender_without_room_waits_for_it() {
    let bench = busy(LoopOptions::new().tasks(2)).await;
    bench.fill(2).await;
    let mut third = bench.worker.note("third".to_owned()).enqueue();
    let mut fourth = bench.handle.exec_task("worker.note", args! { word: "fourth" });
    assert!(begin(&mut third).await.is_pending());
    assert!(begin(&mut fourth).await.is_pending());
    assert_eq!((bench.queued(), bench.waiting_for_room()), (2, 2));
    assert_eq!(bench.handle.statistics().module("worker").unwrap().accepted, 3, "who waits is not in");
    bench.gate.open();
    within(third).await.unwrap();
    within(fourth).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "1", "third", "fourth"]);
    assert_eq!(bench.waiting_for_room(), 0);
}

#[tokio::test]
async fn senders_wait_for_room_in_the_order_of_their_arrival() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut waiting = Vec::new();
    for number in 1..20 {
        let mut enqueue = bench.worker.note(number.to_string()).enqueue();
        assert!(begin(&mut enqueue).await.is_pending());
        waiting.push(tokio::spawn(enqueue));
    }
    assert_eq!(bench.waiting_for_room(), 19);
    bench.gate.open();
    for enqueue in waiting {
        within(enqueue).await.unwrap().unwrap();
    }
    assert_eq!(bench.rest().await, numbers(20));
}

#[tokio::test]
async fn nobody_overtakes_a_sender_that_waits_for_room() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut first = bench.worker.note("first".to_owned()).enqueue();
    assert!(begin(&mut first).await.is_pending());
    bench.gate.let_one_pass();
    let second = bench.worker.note("second".to_owned()).enqueue();
    within(async { tokio::join!(second, first) }).await.0.unwrap();
    assert_eq!(bench.rest().await, ["0", "first", "second"]);
}

#[tokio::test]
async fn the_urgent_one_among_those_who_wait_for_room_goes_first() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut normal = bench.worker.note("normal".to_owned()).enqueue();
    let mut urgent = bench.worker.note("urgent".to_owned()).priority(Priority::Highest);
    assert!(begin(&mut normal).await.is_pending());
    assert!(begin(&mut urgent).await.is_pending());
    bench.gate.open();
    within(urgent).await.unwrap();
    within(normal).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "urgent", "normal"]);
}

#[tokio::test]
async fn an_urgent_call_to_a_full_queue_overtakes_what_waits_once_it_has_room() {
    let bench = busy(LoopOptions::new().tasks(3)).await;
    bench.fill(3).await;
    let mut urgent = bench.worker.note("urgent".to_owned()).priority(Priority::Highest);
    assert!(begin(&mut urgent).await.is_pending());
    bench.gate.open();
    within(urgent).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "urgent", "1", "2"]);
}

#[tokio::test]
async fn a_sender_that_is_dropped_while_it_waits_for_room_sends_nothing() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let mut enqueue = bench.worker.note("enqueue".to_owned()).enqueue();
    let mut by_name = bench.handle.enqueue_task("worker.note", args! { word: "by name" });
    let mut call = bench.worker.note("call".to_owned());
    let mut last = bench.worker.note("last".to_owned()).enqueue();
    assert!(begin(&mut enqueue).await.is_pending());
    assert!(begin(&mut by_name).await.is_pending());
    assert!(begin(&mut call).await.is_pending());
    assert!(begin(&mut last).await.is_pending());
    drop((enqueue, by_name, call));
    assert_eq!(bench.waiting_for_room(), 1);
    bench.gate.open();
    within(last).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "last"]);
}

#[tokio::test]
async fn a_sender_that_is_dropped_before_it_learns_of_its_room_sends_nothing() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.worker.hold().enqueue().await.unwrap();
    let mut enqueue = bench.worker.note("enqueue".to_owned()).enqueue();
    assert!(begin(&mut enqueue).await.is_pending());
    bench.gate.let_one_pass();
    bench.gate.reached(2).await;
    assert_eq!((bench.queued(), bench.waiting_for_room()), (1, 0));
    drop(enqueue);
    let mut by_name = bench.handle.enqueue_task("worker.note", args! { word: "known" });
    assert!(begin(&mut by_name).await.is_ready());
    drop(by_name);
    assert_eq!(bench.rest().await, ["known"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_time_ends_while_it_waits_for_room_never_begins() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let call = bench.worker.note("late".to_owned()).timeout(Duration::from_millis(10));
    let error = within(call).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: false, .. }), "{error:?}");
    assert_eq!(bench.waiting_for_room(), 0);
    assert_eq!(bench.rest().await, ["0"]);
}

#[tokio::test]
async fn withdrawing_a_task_makes_room_for_the_next_sender() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    let ticket = bench.worker.note("withdrawn".to_owned()).enqueue().await.unwrap();
    let mut next = bench.worker.note("next".to_owned()).enqueue();
    assert!(begin(&mut next).await.is_pending());
    assert!(ticket.cancel());
    within(next).await.unwrap();
    assert_eq!((bench.queued(), bench.waiting_for_room()), (1, 0));
    assert_eq!(bench.rest().await, ["next"]);
}

#[tokio::test]
async fn events_without_room_are_dropped_and_counted() {
    let bench = busy(LoopOptions::new().events(3)).await;
    for number in 0..10 {
        let heard = within(bench.handle.trigger_event("word", args! { word: number.to_string() })).await;
        assert_eq!(heard.unwrap(), 1, "the sender is neither delayed nor refused");
    }
    let worker = bench.handle.statistics().module("worker").unwrap().clone();
    assert_eq!((worker.dropped, worker.queued), (7, 3));
    assert_eq!(bench.rest().await, numbers(3), "the newest are dropped");
    let worker = bench.handle.statistics().module("worker").unwrap().clone();
    assert_eq!((worker.accepted, worker.handled, worker.dropped), (11, 4, 7));
}

#[tokio::test]
async fn events_and_tasks_do_not_take_each_others_room() {
    let bench = busy(LoopOptions::new().tasks(1).events(1).overflow(Overflow::Reject)).await;
    bench.fill(1).await;
    bench.handle.trigger_event("word", args! { word: "event" }).await.unwrap();
    assert!(bench.worker.note("too much".to_owned()).enqueue().await.is_err());
    bench.handle.trigger_event("word", args! { word: "dropped" }).await.unwrap();
    assert_eq!(bench.rest().await, ["0", "event"]);
    assert_eq!(bench.handle.statistics().module("worker").unwrap().dropped, 1);
}

#[tokio::test]
async fn a_full_receiver_takes_nothing_from_the_others() {
    let (full, free) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module("full", full.clone())
        .module("free", free.clone())
        .event_loop("full", LoopOptions::new().events(1))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(app.handle().exec_task("full.hold", args! {}));
    full.gate.reached(1).await;
    for number in 0..5 {
        app.handle().trigger_event("word", args! { word: number.to_string() }).await.unwrap();
    }
    full.gate.open();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    balanced(&app.handle());
    assert_eq!((full.journal.lines(), free.journal.lines()), (numbers(1), numbers(5)));
}

#[tokio::test]
async fn a_handler_that_sends_too_much_is_slowed_down() {
    let (fast, slow) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module("fast", fast.clone())
        .module("slow", slow.clone())
        .event_loop("slow", LoopOptions::new().tasks(2))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(app.handle().exec_task("slow.hold", args! {}));
    slow.gate.reached(1).await;
    let send = args! { address: "slow.note", times: 50 };
    let sending = tokio::spawn(app.handle().exec_task("fast.send", send));
    while app.handle().statistics().loops[1].waiting_for_room == 0 {
        within(tokio::task::yield_now()).await;
    }
    assert_eq!(app.handle().statistics().module("slow").unwrap().queued, 2);
    assert!(!sending.is_finished());
    slow.gate.open();
    within(sending).await.unwrap().unwrap();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(slow.journal.lines(), numbers(50));
    balanced(&app.handle());
}

#[tokio::test]
async fn a_reply_needs_no_room() {
    let (asker, target) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module("asker", asker.clone())
        .module("target", target.clone())
        .event_loop("asker", LoopOptions::new().tasks(1).events(0))
        .start()
        .await
        .unwrap();
    let held = tokio::spawn(app.handle().exec_task("target.hold", args! {}));
    target.gate.reached(1).await;
    let ask = args! { address: "target.note", word: "asked" };
    let asking = tokio::spawn(app.handle().exec_task("asker.ask", ask));
    while app.handle().statistics().module("asker").unwrap().running == 0 {
        within(tokio::task::yield_now()).await;
    }
    app.handle().enqueue_task("asker.note", args! { word: "fills it" }).await.unwrap();
    target.gate.open();
    within(asking).await.unwrap().unwrap();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(
        (target.journal.lines(), asker.journal.lines()),
        (vec!["asked".to_owned()], vec!["fills it".to_owned()])
    );
}

#[tokio::test]
async fn co_tenants_share_one_queue_and_call_each_other_without_room() {
    let (one, two) = (Worker::default(), Worker::default());
    let app = App::builder()
        .module_on("bus", "one", one.clone())
        .module_on("bus", "two", two.clone())
        .event_loop("bus", LoopOptions::new().tasks(2).overflow(Overflow::Reject))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let held = tokio::spawn(handle.exec_task("one.hold", args! {}));
    one.gate.reached(1).await;
    let ask = args! { address: "two.note", word: "nested" };
    handle.enqueue_task("one.ask", ask).priority(Priority::High).await.unwrap();
    handle.enqueue_task("two.note", args! { word: "queued" }).await.unwrap();
    assert!(handle.enqueue_task("one.note", args! { word: "too much" }).await.is_err());
    one.gate.open();
    within(held).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(two.journal.lines(), ["nested", "queued"]);
    balanced(&handle);
}

#[tokio::test]
async fn a_thread_blocks_while_there_is_no_room() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let handle = bench.handle.clone();
    let thread =
        std::thread::spawn(move || handle.enqueue_task_blocking("worker.note", args! { word: "thread" }));
    while bench.waiting_for_room() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(!thread.is_finished());
    bench.gate.open();
    within(tokio::task::spawn_blocking(|| thread.join().unwrap())).await.unwrap().unwrap();
    assert_eq!(bench.rest().await, ["0", "thread"]);
}

#[tokio::test]
async fn a_full_queue_does_not_hinder_the_end() {
    let bench = busy(LoopOptions::new().tasks(1)).await;
    bench.fill(1).await;
    let waiting = tokio::spawn(bench.worker.note("waited".to_owned()));
    tokio::task::yield_now().await;
    bench.gate.open();
    within(bench.app.shutdown()).await.unwrap();
    within(waiting).await.unwrap().unwrap();
    assert_eq!(bench.journal.lines(), ["0", "waited", "finalised"]);
    balanced(&bench.handle);
}

#[tokio::test]
async fn bounds_are_large_unless_stated_and_at_least_one() {
    let app = App::builder()
        .module("usual", Worker::default())
        .module("tiny", Worker::default())
        .event_loop("tiny", LoopOptions::new().tasks(0).events(0))
        .start()
        .await
        .unwrap();
    let loops = app.handle().statistics().loops;
    assert_eq!(loops[0].capacity, (65_536, 65_536));
    assert_eq!(loops[1].capacity, (1, 0));
    within(app.handle().enqueue_task("tiny.note", args! { word: "fits" })).await.unwrap();
    app.handle().trigger_event("word", args! { word: "dropped" }).await.unwrap();
    settle(&app).await;
    assert_eq!(app.handle().statistics().module("tiny").unwrap().dropped, 1);
    balanced(&app.handle());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_occupies_its_thread_takes_no_room() {
    let bench = busy(LoopOptions::new().tasks(1).overflow(Overflow::Reject)).await;
    bench.worker.hold_the_thread().enqueue().await.unwrap();
    bench.gate.let_one_pass();
    bench.gate.reached(2).await;
    let accepted = bench.worker.note("fits".to_owned()).enqueue().await;
    let noted = bench.rest().await;
    accepted.unwrap();
    assert_eq!(noted, ["fits"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_bound_is_ever_exceeded() {
    let module = Worker::default();
    let app = App::builder()
        .module("worker", module.clone())
        .event_loop("worker", LoopOptions::new().tasks(8).events(8))
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let senders = (0..4).map(|_| {
        let handle = handle.clone();
        tokio::spawn(async move {
            for number in 0..300_u32 {
                handle.enqueue_task("worker.note", args! { word: number.to_string() }).await.unwrap();
                handle.trigger_event("word", args! { word: "event" }).await.unwrap();
                let queued = handle.statistics().module("worker").unwrap().queued;
                assert!(queued <= 16, "{queued} waited in two queues of 8");
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        within(sender).await.unwrap();
    }
    settle(&app).await;
    balanced(&handle);
    let worker = handle.statistics().module("worker").unwrap().clone();
    assert_eq!(worker.accepted, 2_400);
    assert_eq!(worker.handled + worker.dropped, 2_400);
    assert_eq!(module.journal.lines().len() as u64, worker.handled);
}
