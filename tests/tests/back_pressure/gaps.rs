//! Who loses events is told, where they are missing.

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, EventOverflow, LoopOptions, Loss};
use looselycoupled_tests::{Gate, Journal, balanced, quiet, settle, within};

/// Notes what it hears, and what it has missed.
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

    #[on_event]
    fn on_word(&mut self, word: String) {
        self.journal.note(word);
    }

    #[on_event("sensor.*")]
    fn measure(&mut self, event: &EventRecord) {
        self.journal.note(event.name());
    }

    #[on_event]
    fn on_gap(&mut self, handler: String, event: String, count: u64) {
        self.journal.note(format!("missed {count} of {event} in {handler}"));
    }
}

struct Bench {
    app: App,
    handle: Handle,
    gate: Gate,
    journal: Journal,
}

async fn busy_with(listener: Listener, builder: AppBuilder) -> Bench {
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    handle.enqueue_task("listener.hold", args! {}).await.unwrap();
    listener.gate.reached(1).await;
    Bench { app, handle, gate: listener.gate, journal: listener.journal }
}

/// A listener that is busy until its gate opens.
async fn busy(options: LoopOptions) -> Bench {
    let listener = Listener::default();
    let builder = App::builder().module("listener", listener.clone()).event_loop("listener", options);
    busy_with(listener, builder).await
}

impl Bench {
    async fn say(&self, word: impl ToString, priority: Priority) {
        let event = self.handle.trigger_event("word", args! { word: word.to_string() });
        event.priority(priority).await.unwrap();
    }

    async fn count(&self, numbers: std::ops::Range<u32>) {
        for number in numbers {
            self.say(number, Priority::Normal).await;
        }
    }

    async fn rest(&self) -> Vec<String> {
        self.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
        self.journal.take()
    }
}

const fn newest(room: usize) -> LoopOptions {
    LoopOptions::new().events(room)
}

const fn oldest(room: usize) -> LoopOptions {
    newest(room).event_overflow(EventOverflow::DropOldest)
}

#[tokio::test]
async fn a_receiver_is_told_behind_what_it_has_heard_how_many_it_missed() {
    let bench = busy(newest(2)).await;
    bench.count(0..5).await;
    assert_eq!(bench.rest().await, ["0", "1", "missed 3 of word in on_word"]);
}

#[tokio::test]
async fn where_the_oldest_go_it_is_told_before_those_that_are_left() {
    let bench = busy(oldest(2)).await;
    bench.count(0..5).await;
    assert_eq!(bench.rest().await, ["missed 3 of word in on_word", "3", "4"]);
}

#[tokio::test]
async fn what_comes_after_a_loss_is_heard_after_the_gap() {
    let bench = busy(newest(1)).await;
    bench.say("before", Priority::Normal).await;
    bench.handle.enqueue_task("listener.hold", args! {}).await.unwrap();
    bench.say("lost", Priority::Normal).await;
    bench.gate.let_one_pass();
    bench.gate.reached(2).await;
    // The gap still waits, and takes nobody's room.
    bench.say("after", Priority::Normal).await;
    assert_eq!(bench.handle.statistics().module("listener").unwrap().dropped, 1);
    assert_eq!(bench.rest().await, ["before", "missed 1 of word in on_word", "after"]);
}

#[tokio::test]
async fn every_loss_that_follows_is_told_anew() {
    let bench = busy(newest(0)).await;
    for round in 1..4 {
        bench.count(0..round).await;
        bench.handle.enqueue_task("listener.hold", args! {}).await.unwrap();
        bench.gate.let_one_pass();
        bench.gate.reached(round as usize + 1).await;
    }
    assert_eq!(bench.rest().await, [1, 2, 3].map(|count| format!("missed {count} of word in on_word")));
}

#[tokio::test]
async fn a_gap_stands_at_the_priority_of_what_was_lost() {
    let bench = busy(oldest(2)).await;
    for (word, priority) in [("low", Priority::Low), ("high 1", Priority::High), ("high 2", Priority::High)] {
        bench.say(word, priority).await;
    }
    bench.say("high 3", Priority::High).await;
    let gap = "missed 1 of word in on_word";
    assert_eq!(bench.rest().await, [gap, "high 2", "high 3", gap]);
}

#[tokio::test]
async fn each_handler_is_missed_by_its_own_name() {
    let bench = busy(newest(0)).await;
    bench.count(0..2).await;
    for name in ["sensor.door", "sensor.window", "sensor.door"] {
        bench.handle.trigger_event(name, args! {}).await.unwrap();
    }
    assert_eq!(bench.rest().await, ["missed 2 of word in on_word", "missed 3 of sensor.* in measure"]);
}

/// Hears everything.
#[derive(Debug, Clone, Default)]
struct Eavesdropper(Journal);

#[module]
impl Eavesdropper {
    #[on_event("**")]
    fn overhear(&mut self, event: &EventRecord) {
        self.0.note(event.name());
    }

    #[on_event]
    fn on_gap(&mut self) {
        self.0.note("gap");
    }
}

#[tokio::test]
async fn nobody_hears_of_the_losses_of_others() {
    let (listener, other) = (Listener::default(), Eavesdropper::default());
    let builder = App::builder()
        .module("listener", listener.clone())
        .module("other", other.clone())
        .event_loop("listener", newest(0));
    let bench = busy_with(listener, builder).await;
    bench.count(0..1).await;
    assert_eq!(bench.rest().await, ["missed 1 of word in on_word"]);
    assert_eq!(other.0.lines(), ["word"]);
}

#[tokio::test]
async fn co_tenants_are_told_of_their_own_losses() {
    let (listener, other) = (Listener::default(), Eavesdropper::default());
    let builder = App::builder()
        .module_on("bus", "listener", listener.clone())
        .module_on("bus", "other", other.clone())
        .event_loop("bus", oldest(1));
    let bench = busy_with(listener, builder).await;
    bench.handle.trigger_event("murmur", args! {}).await.unwrap();
    bench.handle.trigger_event("sensor.door", args! {}).await.unwrap();
    let module = |name: &str| bench.handle.statistics().module(name).unwrap().clone();
    assert_eq!((module("listener").dropped, module("other").dropped), (1, 1));
    assert_eq!(bench.rest().await, ["missed 1 of sensor.* in measure"]);
    assert_eq!(other.0.lines(), ["gap", "sensor.door"]);
}

#[tokio::test]
async fn a_gap_is_counted_like_any_event() {
    let bench = busy(newest(0)).await;
    bench.count(0..3).await;
    let listener = bench.handle.statistics().module("listener").unwrap().clone();
    assert_eq!((listener.accepted, listener.queued, listener.dropped), (5, 1, 3));
    bench.rest().await;
    let listener = bench.handle.statistics().module("listener").unwrap().clone();
    assert_eq!((listener.accepted, listener.handled, listener.dropped), (5, 2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_gap_that_waits_at_the_end_is_undelivered() {
    let listener = Listener::default();
    let builder = App::builder().module("listener", listener.clone()).event_loop("listener", newest(0));
    let bench = busy_with(listener, builder.shutdown_deadline(Duration::from_secs(1))).await;
    bench.count(0..2).await;
    assert!(bench.app.shutdown().await.is_err(), "the listener still holds");
    balanced(&bench.handle);
    let dead = bench.handle.dead_letters().letters;
    let last = dead.last().unwrap();
    assert_eq!((last.address.as_str(), last.reason), ("listener.on_gap", Loss::Undelivered));
}

/// Fails at everything that it is told.
#[derive(Debug, Clone, Default)]
struct Unlucky(Journal);

#[module]
impl Unlucky {
    #[on_event]
    fn on_word(&mut self) {}

    #[on_event]
    fn on_gap(&mut self) {
        self.0.note("gap");
        panic!("on purpose");
    }

    #[on_event]
    fn on_exception(&mut self) {}
}

#[tokio::test]
async fn the_loss_of_an_event_of_the_framework_makes_no_gap() {
    quiet();
    let (one, other) = (Unlucky::default(), Unlucky::default());
    let app = App::builder()
        .module("one", one.clone())
        .module("other", other.clone())
        .event_loop("one", newest(0))
        .event_loop("other", newest(0))
        .start()
        .await
        .unwrap();
    app.handle().trigger_event("word", args! {}).await.unwrap();
    settle(&app).await;
    balanced(&app.handle());
    // The event and the other one's exception are lost; told is the first.
    let module = app.handle().statistics().module("one").unwrap().clone();
    assert_eq!((module.dropped, module.failed), (2, 1));
    assert_eq!((one.0.lines(), other.0.lines()), (vec!["gap".to_owned()], vec!["gap".to_owned()]));
}

/// Says something when nothing is left to do, and cannot hear the answer.
#[derive(Debug, Clone, Default)]
struct Idler(Journal);

#[module]
impl Idler {
    #[on_event]
    async fn on_becoming_idle(&mut self, ctx: &Context) -> Result<()> {
        self.0.note("idle");
        ctx.trigger_event("word", args! { word: "lost" }).await.map(drop)
    }
}

#[tokio::test]
async fn a_gap_that_stems_from_becoming_idle_earns_no_further_notice() {
    let (idler, listener) = (Idler::default(), Listener::default());
    let app = App::builder()
        .module("idler", idler.clone())
        .module("listener", listener.clone())
        .event_loop("listener", newest(0))
        .start()
        .await
        .unwrap();
    app.handle().trigger_event("sensor.door", args! {}).await.unwrap();
    settle(&app).await;
    balanced(&app.handle());
    assert_eq!(idler.0.lines(), ["idle"]);
    assert_eq!(listener.journal.count("missed 1 of word in on_word"), 1);
}

/// Counts what it hears and what it has missed, slowly enough to miss something.
#[derive(Debug, Clone, Default)]
struct Slow(Journal);

#[module(concurrent)]
impl Slow {
    #[on_event]
    async fn on_word(&self, word: String) {
        tokio::task::yield_now().await;
        self.0.note(word);
    }

    #[on_event]
    fn on_gap(&self, count: u64) {
        self.0.note(format!("missed {count}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_loss_is_told_once_on_many_threads() {
    for options in [newest(2), oldest(2)] {
        let (listener, slow) = (Listener::default(), Slow::default());
        let app = App::builder()
            .module("listener", listener.clone())
            .module("slow", slow.clone())
            .event_loop("listener", options)
            .event_loop("slow", options.concurrency(2))
            .start()
            .await
            .unwrap();
        let senders = (0..4).map(|_| {
            let handle = app.handle();
            tokio::spawn(async move {
                for number in 0..500_u32 {
                    handle.trigger_event("word", args! { word: number.to_string() }).await.unwrap();
                }
            })
        });
        for sender in senders.collect::<Vec<_>>() {
            within(sender).await.unwrap();
        }
        settle(&app).await;
        balanced(&app.handle());
        for (name, journal) in [("listener", listener.journal), ("slow", slow.0)] {
            let lines = journal.lines();
            let missed: Vec<u64> = lines
                .iter()
                .filter_map(|line| line.strip_prefix("missed ")?.split(' ').next()?.parse().ok())
                .collect();
            let dropped = app.handle().statistics().module(name).unwrap().dropped;
            assert_eq!(
                (missed.iter().sum::<u64>(), lines.len() - missed.len()),
                (dropped, 2_000 - dropped as usize)
            );
        }
    }
}
