//! What somebody does with a button comes as what he means by it.

use std::time::Duration;

use looselycoupled::EventStream;
use tokio::time::{sleep, timeout};

use crate::bench::{Bench, DOOR, MOTION};
use crate::by_each_driver;
use crate::house::House;

/// To the first the button pulls its line low, to the second high.
const INPUTS: &str =
    "inputs: { door: { line: DOOR, bias: pull_up }, motion: { line: MOTION, bias: pull_down } }";
/// After that a push is no second one any more.
const QUIET: Duration = Duration::from_millis(900);

/// A button, and what is heard of it.
struct Button<'a> {
    bench: &'a Bench,
    line: u32,
    pushed_high: bool,
    told: [EventStream; 4],
}

impl<'a> Button<'a> {
    fn new(house: &House, bench: &'a Bench, line: u32, pushed_high: bool) -> Self {
        let told = ["pushed_short", "pushed_long", "doubleclick", "hold"].map(|event| {
            let stream = house.app.handle().subscribe(event);
            stream.matching(move |told| told.field::<u32>("line").is_ok_and(|told| told == line))
        });
        Self { bench, line, pushed_high, told }
    }

    async fn push(&self, milliseconds: u64) {
        self.bench.pull(self.line, self.pushed_high);
        sleep(Duration::from_millis(milliseconds)).await;
        self.bench.pull(self.line, !self.pushed_high);
    }

    /// What has been told until nothing more came, with the numbers of the changes, in their order.
    async fn told(&mut self) -> Vec<(u32, String)> {
        sleep(QUIET).await;
        let mut all = Vec::new();
        for stream in &mut self.told {
            while let Ok(Some(told)) = timeout(Duration::ZERO, stream.next()).await {
                all.push((told.field("line_seq").unwrap(), told.name().to_owned()));
            }
        }
        all.sort();
        all
    }
}

fn listed(told: &[(u32, &str)]) -> Vec<(u32, String)> {
    told.iter().map(|(number, event)| (*number, (*event).to_owned())).collect()
}

async fn start(bench: &Bench, driver: &str) -> House {
    House::start(driver, &format!("chip: {}\n{INPUTS}", bench.chip())).await
}

async fn pushes_are_told_as_what_they_are(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    let mut door = Button::new(&house, &bench, DOOR, false);
    door.push(200).await;
    assert_eq!(door.told().await, listed(&[(2, "pushed_short")]));
    door.push(1400).await;
    assert_eq!(door.told().await, listed(&[(4, "pushed_long")]));
    door.push(2400).await;
    assert_eq!(door.told().await, listed(&[(5, "hold"), (6, "pushed_long")]));
    door.push(150).await;
    sleep(Duration::from_millis(200)).await;
    door.push(150).await;
    assert_eq!(door.told().await, listed(&[(8, "pushed_short"), (10, "doubleclick")]));
    door.push(150).await;
    sleep(Duration::from_millis(800)).await;
    door.push(150).await;
    assert_eq!(door.told().await, listed(&[(12, "pushed_short"), (14, "pushed_short")]), "too late for one");
    house.end().await;
}

async fn buttons_do_not_mistake_each_other(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    let mut door = Button::new(&house, &bench, DOOR, false);
    let mut motion = Button::new(&house, &bench, MOTION, true);
    tokio::join!(door.push(200), motion.push(1500));
    let (door, motion) = tokio::join!(door.told(), motion.told());
    assert_eq!((door, motion), (listed(&[(2, "pushed_short")]), listed(&[(2, "pushed_long")])));
    house.end().await;
}

by_each_driver! {
    pushes_are_told_as_what_they_are
    buttons_do_not_mistake_each_other
}
