//! The order in which a module handles what waits.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, Gate, Journal, Overlap, balanced, settle, within};

#[derive(Debug, Clone, Default)]
struct Worker {
    gate: Gate,
    journal: Journal,
    overlap: Overlap,
}

#[module]
impl Worker {
    #[task]
    async fn hold(&mut self) {
        let _inside = self.overlap.enter();
        self.gate.pass().await;
        self.journal.note("held");
    }

    #[task]
    fn note(&mut self, word: String) {
        let _inside = self.overlap.enter();
        self.journal.note(word);
    }

    #[task]
    async fn note_slowly(&mut self, word: String, #[default(1)] yields: u8) {
        let _inside = self.overlap.enter();
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
        self.journal.note(word);
    }

    #[on_event]
    async fn on_word(&mut self, word: String) {
        let _inside = self.overlap.enter();
        tokio::task::yield_now().await;
        self.journal.note(word);
    }

    /// Sends something more urgent while others wait.
    #[task]
    async fn interrupt(&mut self, ctx: &Context) -> Result<()> {
        let urgent = args! { word: "urgent" };
        ctx.enqueue_task("note", urgent).priority(Priority::Highest).await?;
        self.journal.note("interrupted");
        tokio::task::yield_now().await;
        self.journal.note("went on");
        Ok(())
    }
}

struct Bench {
    app: App,
    handle: Handle,
    worker: WorkerStub,
    gate: Gate,
    journal: Journal,
    overlap: Overlap,
}

/// A worker that is busy until its gate opens.
async fn busy() -> Bench {
    let Worker { gate, journal, overlap } = Worker::default();
    let module = Worker { gate: gate.clone(), journal: journal.clone(), overlap: overlap.clone() };
    let app = App::builder().module("worker", module).start().await.unwrap();
    let handle = app.handle();
    let worker: WorkerStub = handle.stub("worker").unwrap();
    worker.hold().enqueue().await.unwrap();
    gate.reached(1).await;
    Bench { app, handle, worker, gate, journal, overlap }
}

impl Bench {
    async fn enqueue(&self, word: &str, priority: Priority) {
        self.worker.note(word.to_owned()).priority(priority).enqueue().await.unwrap();
    }

    /// Opens the gate and tells what was done afterwards.
    async fn done(&self) -> Vec<String> {
        self.gate.open();
        settle(&self.app).await;
        balanced(&self.handle);
        assert_eq!(self.overlap.most(), 1, "handlers overlapped");
        let lines = self.journal.lines();
        assert_eq!(lines.first().map(String::as_str), Some("held"), "a running handler is not interrupted");
        lines[1..].to_vec()
    }
}

#[tokio::test]
async fn tasks_of_one_priority_are_handled_in_the_order_of_their_acceptance() {
    let bench = busy().await;
    let words: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    for word in &words {
        bench.enqueue(word, Priority::Normal).await;
    }
    assert_eq!(bench.done().await, words);
}

#[tokio::test]
async fn a_high_priority_task_overtakes_a_normal_one() {
    let bench = busy().await;
    for (word, priority) in ["lowest", "low", "normal", "high", "highest"].iter().zip([
        Priority::Lowest,
        Priority::Low,
        Priority::Normal,
        Priority::High,
        Priority::Highest,
    ]) {
        bench.enqueue(word, priority).await;
    }
    assert_eq!(bench.done().await, ["highest", "high", "normal", "low", "lowest"]);
}

#[tokio::test]
async fn calls_tasks_and_events_wait_in_one_line() {
    let bench = busy().await;
    bench.enqueue("task", Priority::Normal).await;
    bench.handle.trigger_event("word", args! { word: "event" }).await.unwrap();
    let call = tokio::spawn(bench.worker.note("call".to_owned()));
    tokio::task::yield_now().await;
    bench.handle.trigger_event("word", args! { word: "late event" }).await.unwrap();
    bench
        .handle
        .trigger_event("word", args! { word: "urgent event" })
        .priority(Priority::High)
        .await
        .unwrap();
    bench.enqueue("late task", Priority::Normal).await;
    let done = bench.done().await;
    assert_eq!(done, ["urgent event", "task", "event", "call", "late event", "late task"]);
    within(call).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_urgent_call_overtakes_what_waits() {
    let bench = busy().await;
    bench.enqueue("task", Priority::Normal).await;
    let call = tokio::spawn(bench.worker.note("call".to_owned()).priority(Priority::High));
    tokio::task::yield_now().await;
    assert_eq!(bench.done().await, ["call", "task"]);
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_message_of_highest_priority_overtakes_ten_thousand() {
    let bench = busy().await;
    for _ in 0..10_000 {
        bench.enqueue("crowd", Priority::Normal).await;
    }
    bench.enqueue("prince", Priority::Highest).await;
    let done = bench.done().await;
    assert_eq!(done.len(), 10_001);
    assert_eq!(done[0], "prince");
}

#[tokio::test]
async fn what_is_sent_urgently_during_the_work_goes_next() {
    let bench = busy().await;
    bench.enqueue("first", Priority::Normal).await;
    bench.worker.interrupt().enqueue().await.unwrap();
    bench.enqueue("last", Priority::Normal).await;
    assert_eq!(bench.done().await, ["first", "interrupted", "went on", "urgent", "last"]);
}

#[tokio::test]
async fn random_priorities_are_served_strictly_and_fairly() {
    let bench = busy().await;
    let mut dice = Dice::new(7);
    let mut expected: Vec<(usize, usize)> = Vec::new();
    for number in 0..500 {
        let lane = dice.roll(5) as usize;
        bench.enqueue(&format!("{lane}:{number}"), Priority::ALL[lane]).await;
        expected.push((lane, number));
    }
    expected.sort_unstable();
    let expected: Vec<String> = expected.iter().map(|(lane, number)| format!("{lane}:{number}")).collect();
    assert_eq!(bench.done().await, expected);
}

#[tokio::test]
async fn handlers_that_suspend_do_not_let_others_in() {
    let bench = busy().await;
    let calls: Vec<_> = (0..20)
        .map(|number| tokio::spawn(bench.worker.note_slowly(number.to_string(), number % 5)))
        .collect();
    for number in 0..20 {
        bench.handle.trigger_event("word", args! { word: number.to_string() }).await.unwrap();
    }
    assert_eq!(bench.done().await.len(), 40);
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_threads_never_make_handlers_overlap_and_each_keeps_its_order() {
    let bench = busy().await;
    bench.gate.open();
    let senders = (0..4).map(|sender| {
        let (worker, handle) = (bench.worker.clone(), bench.handle.clone());
        tokio::spawn(async move {
            for number in 0..300_u32 {
                let word = format!("{sender}:{number}");
                match number % 3 {
                    0 => worker.note(word).await.unwrap(),
                    1 => drop(worker.note_slowly(word, 1).enqueue().await.unwrap()),
                    _ => drop(handle.trigger_event("word", args! { word: word }).await.unwrap()),
                }
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        within(sender).await.unwrap();
    }
    let done = bench.done().await;
    assert_eq!(done.len(), 1_200);
    for sender in 0..4 {
        let prefix = format!("{sender}:");
        let numbers: Vec<u32> =
            done.iter().filter_map(|line| line.strip_prefix(&prefix)?.parse().ok()).collect();
        assert_eq!(numbers, (0..300).collect::<Vec<_>>(), "sender {sender}");
    }
}
