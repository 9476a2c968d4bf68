//! Connections that come and go while events flow.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, Wire};
use looselycoupled_tests::{Dice, Journal, each_seed, is_long, resident, settle, within};

/// Counts upwards for others.
#[derive(Debug, Clone, Default)]
struct Ticker(u64);

#[module]
impl Ticker {
    #[task]
    async fn tick(&mut self, ctx: &Context) -> Result<u64> {
        ctx.trigger_event("tick", args! { number: self.0 }).await?;
        self.0 += 1;
        Ok(self.0)
    }
}

/// Stays, and insists on every number in its order.
#[derive(Debug, Clone, Default)]
struct Resident(Arc<AtomicU64>);

#[module]
impl Resident {
    #[task]
    fn take(&mut self, number: u64) {
        assert_eq!(self.0.fetch_add(1, Ordering::AcqRel), number);
    }

    #[task]
    fn take_echo(&mut self, number: u64) {
        assert_eq!(self.0.fetch_add(1, Ordering::AcqRel), number);
    }
}

/// Comes and goes.
#[derive(Debug, Clone, Default)]
struct Guest(Arc<AtomicU64>);

#[module]
impl Guest {
    #[task]
    fn take(&mut self, number: u64) {
        let next = self.0.swap(number + 1, Ordering::AcqRel);
        assert!(next <= number, "{number} came twice, or after {next}");
    }
}

/// Who stays gets every event once and in order, whoever is connected and disconnected beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stays_is_told_every_event_once_while_others_come_and_go() {
    let (resident_module, echoed) = (Resident::default(), Resident::default());
    let app = App::builder()
        .module("ticker", Ticker::default())
        .module("resident", resident_module.clone())
        .module("mirror", super::Speaker)
        .module("echoed", echoed.clone())
        .module("guest", Guest::default())
        .connect("ticker/tick", "resident.take")
        .forward("ticker/tick", "mirror/tick")
        .connect("mirror/tick", "echoed.take_echo")
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    let staying = handle.connections();
    let is_over = Arc::new(AtomicBool::new(false));
    let ticking = tokio::spawn({
        let (ticker, is_over) = (handle.stub::<TickerStub>("ticker").unwrap(), Arc::clone(&is_over));
        let heard = Arc::clone(&resident_module.0);
        async move {
            let mut sent = 0;
            while !is_over.load(Ordering::Acquire) {
                sent = ticker.tick().await.unwrap();
                // Nobody is to lose events for want of room.
                while sent - heard.load(Ordering::Acquire) > 10_000 {
                    tokio::task::yield_now().await;
                }
            }
            sent
        }
    });
    let changes = if is_long() { 100_000 } else { 5_000 };
    let wires = [
        ("ticker/tick", "guest.take"),
        ("ticker/tick", "resident/other"),
        ("ticker/other", "guest.take"),
        ("guest/tick", "resident.take"),
    ];
    let mut memory = 0;
    for number in 0..changes {
        let (from, to) = wires[number % wires.len()];
        handle.connect_all([Wire::new(from, to)]).unwrap();
        assert_eq!(handle.disconnect(from, to).unwrap(), 1);
        if number == changes / 5 {
            memory = resident();
        }
        if number % 64 == 0 {
            tokio::task::yield_now().await;
        }
    }
    is_over.store(true, Ordering::Release);
    let sent = within(ticking).await.unwrap();
    settle(&app).await;
    assert_eq!([&resident_module, &echoed].map(|who| who.0.load(Ordering::Acquire)), [sent; 2]);
    assert_eq!(handle.connections(), staying, "nothing else is left");
    let failed: u64 = handle.statistics().modules.iter().map(|module| module.failed + module.dropped).sum();
    assert_eq!((failed, sent > 0), (0, true));
    let grown = resident().saturating_sub(memory);
    assert!(grown < 32 * 1024, "{grown} KiB are left of {changes} changes");
}

const NAMES: [&str; 3] = ["ada", "bob", "eve"];
const EVENTS: [&str; 2] = ["x", "y"];

/// Sends, and notes what it gets.
#[derive(Debug, Clone, Default)]
struct Person(Journal);

#[module]
impl Person {
    #[task]
    async fn send(&self, ctx: &Context, event: String, number: u64) -> Result<usize> {
        ctx.trigger_event(&event, args! { number: number }).await
    }

    #[task]
    fn first(&self, ctx: &Context, number: u64) {
        self.0.note(format!("{}.first {number}", ctx.name()));
    }

    #[task]
    fn second(&self, ctx: &Context, number: u64) {
        self.0.note(format!("{}.second {number}", ctx.name()));
    }
}

fn people(journal: &Journal) -> AppBuilder {
    NAMES.iter().fold(App::builder(), |builder, name| builder.module(name, Person(journal.clone())))
}

/// Any wire between the people, also one that cannot be made.
fn wire(dice: &mut Dice) -> Wire {
    let mut pick = |from: &[&str]| from[dice.roll(from.len() as u64) as usize].to_owned();
    let event = format!("{}/{}", pick(&NAMES), pick(&EVENTS));
    let end = match pick(&["task", "event"]).as_str() {
        "task" => format!("{}.{}", pick(&NAMES), pick(&["first", "second"])),
        _ => format!("{}/{}", pick(&NAMES), pick(&EVENTS)),
    };
    Wire::new(&event, &end)
}

fn module_of(end: &str) -> &str {
    end.split(['/', '.']).next().unwrap()
}

/// The same in few words: ends that speak, each once, and the tasks that hear them.
fn expected(wires: &BTreeSet<Wire>, from: &str, number: u64) -> Vec<String> {
    let (mut spoken, mut next, mut told) = (vec![from.to_owned()], 0, Vec::new());
    while let Some(end) = spoken.get(next).cloned() {
        for wire in wires.iter().filter(|wire| wire.from == end) {
            if !wire.is_forward() {
                told.push(format!("{} {number}", wire.to));
            } else if !spoken.contains(&wire.to) {
                spoken.push(wire.to.clone());
            }
        }
        next += 1;
    }
    told.sort();
    told
}

/// Whatever is connected and disconnected, an event reaches whom it should, as often as it should.
#[test]
fn any_wiring_carries_events_as_a_second_implementation_does() {
    each_seed(
        "connections::crowd::any_wiring_carries_events_as_a_second_implementation_does",
        60,
        3_000,
        |seed| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(rewire(&mut Dice::new(seed)));
        },
    );
}

async fn rewire(dice: &mut Dice) {
    let journal = Journal::new();
    let app = people(&journal).start().await.unwrap();
    let handle = app.handle();
    let mut wires: BTreeSet<Wire> = BTreeSet::new();
    for number in 0..60 {
        let some = wire(dice);
        let is_within = !some.is_forward() && module_of(&some.from) == module_of(&some.to);
        let cannot_be = is_within || some.from == some.to;
        match dice.roll(4) {
            0 | 1 => {
                let made = handle.connect_all([some.clone()]);
                assert_eq!(made.is_ok(), !cannot_be && wires.insert(some.clone()), "{some}");
            }
            2 => {
                let removed = handle.disconnect(&some.from, &some.to);
                assert_eq!(removed.is_ok(), wires.remove(&some), "{some}");
            }
            _ => {
                let (name, event) = some.from.split_once('/').unwrap();
                let heard = handle.exec_task(&format!("{name}.send"), args! { event, number });
                let heard: usize = heard.await.unwrap().get().unwrap();
                settle(&app).await;
                let mut told = journal.take();
                told.sort();
                assert_eq!(
                    (heard, told.clone()),
                    (told.len(), expected(&wires, &some.from, number)),
                    "{wires:?}"
                );
            }
        }
    }
    let listed: BTreeSet<Wire> = handle.connections().into_iter().collect();
    assert_eq!(listed, wires);
}
