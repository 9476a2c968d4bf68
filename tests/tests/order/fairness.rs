//! Where lower priorities have turns, too.

use looselycoupled::LoopOptions;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Gate, Journal, balanced, settle, within};

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
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    /// Keeps itself busy for ever, until somebody else has had a turn.
    #[task]
    async fn crowd(&mut self, ctx: &Context) -> Result<()> {
        if self.journal.lines().is_empty() {
            ctx.enqueue_task("crowd", args! {}).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default)]
struct Wide(Worker);

#[module(concurrent)]
impl Wide {
    #[task]
    async fn hold(&self) {
        self.0.gate.pass().await;
    }

    #[task]
    fn note(&self, word: String) {
        self.0.journal.note(word);
    }
}

/// What a module did that was busy while all of this came in.
async fn order(
    builder: looselycoupled::AppBuilder,
    worker: Worker,
    sent: &[(Priority, usize)],
) -> Vec<String> {
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    handle.enqueue_task("worker.hold", args! {}).await.unwrap();
    worker.gate.reached(1).await;
    for (priority, times) in sent {
        for number in 0..*times {
            let word = args! { word: format!("{priority}{number}") };
            handle.enqueue_task("worker.note", word).priority(*priority).await.unwrap();
        }
    }
    worker.gate.open();
    settle(&app).await;
    balanced(&handle);
    worker.journal.lines()
}

async fn order_with(options: LoopOptions, sent: &[(Priority, usize)]) -> Vec<String> {
    let worker = Worker::default();
    let builder = App::builder().module("worker", worker.clone()).event_loop("worker", options);
    order(builder, worker, sent).await
}

const HIGH_AND_LOW: [(Priority, usize); 2] = [(Priority::Low, 3), (Priority::High, 5)];
const ONE_OF_THREE: [&str; 8] = ["high0", "high1", "low0", "high2", "high3", "low1", "high4", "low2"];

#[tokio::test]
async fn after_so_many_of_higher_priorities_one_of_the_lowest_has_its_turn() {
    assert_eq!(order_with(LoopOptions::new().fairness(2), &HIGH_AND_LOW).await, ONE_OF_THREE);
}

#[tokio::test]
async fn without_fairness_the_order_is_strict() {
    let strict = ["high0", "high1", "high2", "high3", "high4", "low0", "low1", "low2"];
    for options in [LoopOptions::new(), LoopOptions::new().fairness(0)] {
        assert_eq!(order_with(options, &HIGH_AND_LOW).await, strict);
    }
}

#[tokio::test]
async fn co_tenants_and_concurrent_modules_have_turns_as_well() {
    let (worker, options) = (Worker::default(), LoopOptions::new().fairness(2));
    let shared = App::builder()
        .module_on("bus", "worker", worker.clone())
        .module_on("bus", "other", Worker::default())
        .event_loop("bus", options);
    assert_eq!(order(shared, worker, &HIGH_AND_LOW).await, ONE_OF_THREE);
    let worker = Worker::default();
    let wide =
        App::builder().module("worker", Wide(worker.clone())).event_loop("worker", options.concurrency(1));
    assert_eq!(order(wide, worker, &HIGH_AND_LOW).await, ONE_OF_THREE);
}

#[tokio::test]
async fn those_in_the_middle_have_turns_while_the_highest_and_the_lowest_never_run_dry() {
    let sent = [(Priority::Highest, 60), (Priority::Normal, 5), (Priority::Lowest, 60)];
    let order = order_with(LoopOptions::new().fairness(3), &sent).await;
    let middle: Vec<usize> = (0..5)
        .map(|number| order.iter().position(|word| *word == format!("normal{number}")).unwrap())
        .collect();
    let busiest = order.iter().position(|word| word == "highest59").unwrap();
    assert!(middle.iter().all(|position| *position < busiest), "{middle:?} before {busiest}");
    let lowest = order.iter().take(busiest).filter(|word| word.starts_with("lowest")).count();
    assert_eq!(lowest, (busiest + 1) / 4, "every fourth turn is one of the lowest");
}

#[tokio::test]
async fn inside_of_a_priority_the_order_stays() {
    let sent = [(Priority::Normal, 1_000), (Priority::Lowest, 1_000)];
    let order = order_with(LoopOptions::new().fairness(1), &sent).await;
    for priority in ["normal", "lowest"] {
        let numbers: Vec<u32> =
            order.iter().filter_map(|word| word.strip_prefix(priority)?.parse().ok()).collect();
        assert_eq!(numbers, (0..1_000).collect::<Vec<_>>());
    }
}

async fn nobody_starves() {
    let worker = Worker::default();
    let options = LoopOptions::new().fairness(8);
    let builder = App::builder().module("worker", worker.clone()).event_loop("worker", options);
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    handle.enqueue_task("worker.crowd", args! {}).priority(Priority::High).await.unwrap();
    handle.enqueue_task("worker.crowd", args! {}).priority(Priority::High).await.unwrap();
    let patient = handle.exec_task("worker.note", args! { word: "at last" }).priority(Priority::Lowest);
    within(patient).await.unwrap();
    settle(&app).await;
    balanced(&handle);
}

#[tokio::test]
async fn nobody_waits_for_ever_behind_others_that_never_end() {
    nobody_starves().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_ever_on_many_threads() {
    nobody_starves().await;
}
