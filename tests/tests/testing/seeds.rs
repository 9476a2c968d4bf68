//! A seed decides the order in which handlers go on, and nothing but the order.

use std::collections::BTreeSet;

use looselycoupled::prelude::*;
use looselycoupled::testing::rehearse;
use looselycoupled_tests::Journal;
use tokio::time::Instant;

/// More than a few hundred take long where nothing is optimised.
const SEEDS: u64 = 300;

/// Sends in every way, and notes what it can see: order, time, numbers of transactions and messages.
#[derive(Debug, Clone)]
struct Walker {
    journal: Journal,
    next: &'static str,
    begun: Instant,
}

impl Walker {
    fn note(&self, ctx: &Context, what: &str, step: u8) {
        let metadata = ctx.metadata();
        let (transaction, parent) = (metadata.transaction, metadata.parent.map_or(0, |parent| parent.get()));
        let (name, at) = (ctx.name(), self.begun.elapsed().as_millis());
        self.journal.note(format!("{at} {name} {what} {step} of {transaction} after {parent}"));
    }
}

#[module]
impl Walker {
    #[task]
    async fn walk(&mut self, ctx: &Context, steps: u8) -> Result<()> {
        self.note(ctx, "walks", steps);
        ctx.trigger_event("moved", args! { step: steps }).await?;
        if steps > 0 {
            tokio::time::sleep(Duration::from_millis(u64::from(steps % 2))).await;
            ctx.enqueue_task(&format!("{}.walk", self.next), args! { steps: steps - 1 }).await?;
            ctx.exec_task("crowd.cheer", args! { steps }).await?;
        }
        self.note(ctx, "rests", steps);
        Ok(())
    }

    #[on_event]
    async fn on_moved(&mut self, ctx: &Context, step: u8) {
        self.note(ctx, "sees", step);
    }

    #[run]
    async fn stroll(ctx: Context) -> Result<()> {
        ctx.enqueue_task("walk", args! { steps: 2 }).await?;
        ctx.no_longer_active().await;
        ctx.exec_task("crowd.cheer", args! { steps: 100 }).await.map(drop).map_err(Error::from)
    }
}

/// Its handlers overlap.
#[derive(Debug, Clone)]
struct Crowd(Walker);

#[module(concurrent)]
impl Crowd {
    #[task]
    async fn cheer(&self, ctx: &Context, steps: u8) {
        self.0.note(ctx, "cheers", steps);
        tokio::task::yield_now().await;
        self.0.note(ctx, "is silent", steps);
    }
}

/// Everything that can be seen of one run.
fn trace(seed: u64) -> Vec<String> {
    rehearse(seed, async {
        let journal = Journal::new();
        let walker = |next| Walker { journal: journal.clone(), next, begun: Instant::now() };
        let mut app = TestApp::new()
            .module("ada", walker("bob"))
            .module("bob", walker("eve"))
            .module("eve", walker("ada"))
            .module("crowd", Crowd(walker("")))
            .start()
            .await;
        assert!(app.obstacles().is_empty());
        for name in ["ada", "bob", "eve"] {
            app.enqueue_task(&format!("{name}.walk"), args! { steps: 3 }).await.unwrap();
        }
        journal.note("sent");
        app.quiesce().await;
        app.shutdown().await.unwrap();
        journal.lines()
    })
}

#[test]
fn the_same_seed_brings_the_same_order_time_and_numbers() {
    for seed in 0..SEEDS {
        let (first, second) = (trace(seed), trace(seed));
        let differs = first.iter().zip(&second).find(|(one, other)| one != other);
        assert!(first == second, "seed {seed}: {differs:?}");
    }
}

#[test]
fn other_seeds_bring_other_orders() {
    let traces: BTreeSet<_> = (0..SEEDS).map(trace).collect();
    assert!(traces.len() > 250, "{} orders of {SEEDS}", traces.len());
    // Nothing but the order differs: everybody walks, sees and cheers as often.
    let deeds = |trace: &Vec<String>| {
        let deeds = trace.iter().map(|line| line.split(' ').skip(1).take(3).collect::<Vec<_>>().join(" "));
        let mut deeds: Vec<_> = deeds.collect();
        deeds.sort();
        deeds
    };
    assert_eq!(traces.iter().map(deeds).collect::<BTreeSet<_>>().len(), 1);
}

/// Notes who comes.
#[derive(Debug, Clone)]
struct Door(Journal);

#[module]
impl Door {
    #[task]
    fn enter(&mut self, who: String) {
        self.0.note(who);
    }
}

/// Sends two visitors to the door.
#[derive(Debug, Clone)]
struct Street;

#[module]
impl Street {
    #[task]
    async fn send(&mut self, ctx: &Context) -> Result<()> {
        for number in 1..=2 {
            let who = format!("{} {number}", ctx.name());
            ctx.enqueue_task("door.enter", args! { who }).await?;
        }
        Ok(())
    }
}

/// The order in which visitors of two streets come.
fn visitors(seed: u64) -> Vec<String> {
    rehearse(seed, async {
        let journal = Journal::new();
        let app = TestApp::new()
            .module("door", Door(journal.clone()))
            .module("east", Street)
            .module("west", Street)
            .start()
            .await;
        app.enqueue_task("east.send", args! {}).await.unwrap();
        app.enqueue_task("west.send", args! {}).await.unwrap();
        app.quiesce().await;
        journal.lines()
    })
}

#[test]
fn every_order_comes_about_that_may_and_no_other() {
    let orders: BTreeSet<_> = (0..5 * SEEDS).map(visitors).collect();
    // Four visitors; those of one street keep their order.
    assert_eq!(orders.len(), 6, "{orders:#?}");
    for order in &orders {
        for street in ["east", "west"] {
            let place = |number: u8| order.iter().position(|who| *who == format!("{street} {number}"));
            assert!(place(1).unwrap() < place(2).unwrap(), "{order:?}");
        }
    }
}

#[tokio::test]
async fn without_a_test_around_it_an_application_keeps_the_order_of_its_runtime() {
    let journal = Journal::new();
    let app = App::builder()
        .module("door", Door(journal.clone()))
        .module("east", Street)
        .module("west", Street)
        .start()
        .await
        .unwrap();
    for _ in 0..50 {
        app.handle().enqueue_task("east.send", args! {}).await.unwrap();
        app.handle().enqueue_task("west.send", args! {}).await.unwrap();
        app.quiesce().await;
        assert_eq!(journal.take(), ["east 1", "east 2", "west 1", "west 2"]);
    }
}

/// Numbers of transactions as a test sees them, and as a program does.
#[derive(Debug, Default)]
struct Clerk;

#[module]
impl Clerk {
    #[task]
    fn transaction(&mut self, ctx: &Context) -> String {
        ctx.metadata().transaction.to_string()
    }
}

#[test]
fn transactions_are_numbered_anew_in_every_test() {
    let number = || {
        rehearse(1, async {
            let app = TestApp::new().module("clerk", Clerk).start().await;
            app.exec_task("clerk.transaction", args! {}).await.unwrap().get::<String>().unwrap()
        })
    };
    assert_eq!(number(), "20000101-000000-000001");
    assert_eq!(number(), "20000101-000000-000001");
}
