//! `MrEventLoop`: objects on event loops (`test_event_loop.py`).

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, LoopOptions};
use looselycoupled_tests::{Journal, quiet, settle, within};

#[derive(Default)]
struct Producer {
    number: u32,
}

#[module(emits(produced(product: String, number: u32)))]
impl Producer {
    #[task]
    async fn produce(&mut self, ctx: &Context) -> Result<()> {
        self.number += 1;
        let number = self.number - 1;
        ctx.trigger_event("produced", args! { product: "product", number }).await.map(drop)
    }

    #[task]
    fn answer(&self) -> String {
        "foo".to_owned()
    }

    #[task]
    async fn answer_late(&self) -> String {
        tokio::time::sleep(Duration::from_millis(1)).await;
        "foo".to_owned()
    }
}

/// Deals with the numbers that leave this rest, and passes the others on.
struct Processor(u32, &'static str);

#[module(emits(finished(text: String), passed_on(product: String, number: u32)))]
impl Processor {
    #[task]
    async fn process(&mut self, ctx: &Context, product: String, number: u32) -> Result<()> {
        if number % 2 == self.0 {
            let text = format!("{product} {} {number}", self.1);
            return ctx.trigger_event("finished", args! { text }).await.map(drop);
        }
        ctx.trigger_event("passed_on", args! { product, number }).await.map(drop)
    }
}

#[derive(Default)]
struct Consumer {
    journal: Journal,
    refuses: bool,
}

#[module]
impl Consumer {
    #[task]
    fn consume(&mut self, text: String) -> Result<(), String> {
        if self.refuses {
            return Err(format!("no {text}"));
        }
        self.journal.note(text);
        Ok(())
    }
}

/// The four stages, each on the loop of its name.
fn pipeline(loops: [&str; 4], consumer: Consumer) -> AppBuilder {
    App::builder()
        .module_on(loops[0], "producer", Producer::default())
        .module_on(loops[1], "even", Processor(0, "even"))
        .module_on(loops[2], "odd", Processor(1, "odd"))
        .module_on(loops[3], "consumer", consumer)
        .connect("producer/produced", "even.process")
        .connect("even/passed_on", "odd.process")
        .connect("even/finished", "consumer.consume")
        .connect("odd/finished", "consumer.consume")
}

async fn produce(handle: &Handle) {
    let producer: ProducerStub = handle.stub("producer").unwrap();
    for _ in 0..10 {
        producer.produce().enqueue().await.unwrap();
    }
}

/// Everything has arrived, each kind in its order.
fn complete(journal: &Journal) {
    let of = |word: &str| -> Vec<String> {
        journal.lines().into_iter().filter(|line| line.contains(word)).collect()
    };
    let expected = |first: u32, word: &str| -> Vec<String> {
        (0..5).map(|number| format!("product {word} {}", first + 2 * number)).collect()
    };
    assert_eq!((of("even"), of("odd")), (expected(0, "even"), expected(1, "odd")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipeline_on_one_loop_brings_everything() {
    let journal = Journal::default();
    let consumer = Consumer { journal: journal.clone(), refuses: false };
    let app = pipeline(["line"; 4], consumer).start().await.unwrap();
    produce(&app.handle()).await;
    app.shutdown().await.unwrap();
    complete(&journal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipeline_on_three_loops_brings_everything() {
    let journal = Journal::default();
    let consumer = Consumer { journal: journal.clone(), refuses: false };
    let app = pipeline(["first", "first", "second", "third"], consumer)
        .event_loop("second", LoopOptions::new().thread(true))
        .start()
        .await
        .unwrap();
    produce(&app.handle()).await;
    app.shutdown().await.unwrap();
    complete(&journal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipeline_of_modules_with_loops_of_their_own_brings_everything() {
    let journal = Journal::default();
    let consumer = Consumer { journal: journal.clone(), refuses: false };
    let app = pipeline(["one", "two", "three", "four"], consumer).start().await.unwrap();
    produce(&app.handle()).await;
    app.shutdown().await.unwrap();
    complete(&journal);
}

#[tokio::test]
async fn failures_at_the_end_of_a_pipeline_are_heard_one_by_one() {
    quiet();
    let app = pipeline(["one", "two", "three", "four"], Consumer { refuses: true, ..Consumer::default() });
    let app = app.start().await.unwrap();
    let (handle, journal) = (app.handle(), Journal::default());
    let noted = journal.clone();
    let _subscription = handle.on("exception", move |event| {
        noted.note(event.field::<String>("message").unwrap());
        async {}
    });
    produce(&handle).await;
    settle(&app).await;
    assert_eq!(journal.lines().len(), 10);
    assert_eq!(journal.count("no product even 0"), 1);
}

#[tokio::test]
async fn a_call_is_awaited_for_its_result_whether_it_is_async_or_not() {
    let app = App::builder().module("producer", Producer::default()).start().await.unwrap();
    let producer: ProducerStub = app.handle().stub("producer").unwrap();
    let (at_once, late) = (producer.answer(), producer.answer_late());
    assert_eq!(within(at_once).await.unwrap(), "foo");
    assert_eq!(within(late).await.unwrap(), "foo");
}

#[tokio::test]
async fn a_loop_that_starts_and_one_that_stops_are_heard() {
    let (app, journal) = (App::builder().start().await.unwrap(), Journal::default());
    let handle = app.handle();
    for (name, word) in [("loop_started", "begins"), ("loop_stopped", "final")] {
        let journal = journal.clone();
        handle.once(name, move |_event| async move { journal.note(word) });
    }
    let line = handle.open_loop("line", LoopOptions::new()).unwrap();
    settle(&app).await;
    let object = line.host(journal.clone());
    object.call(|journal| journal.note("works")).enqueue().await.unwrap();
    line.close().await;
    settle(&app).await;
    assert_eq!(journal.lines(), ["begins", "works", "final"]);
}
