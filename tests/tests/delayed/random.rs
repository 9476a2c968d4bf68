//! Whatever is done with it, each delayed item has exactly one outcome.

use std::collections::HashMap;

use super::*;
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::{Dice, balanced, each_seed, within};

/// What the dice made of one application.
struct Run {
    bell: Bell,
    stub: BellStub,
    handle: Handle,
    dice: Dice,
    /// What was accepted by its word: its timer, whether it is periodic, and whether it was cancelled in time.
    timers: HashMap<String, (Timer, bool, bool)>,
}

impl Run {
    async fn act(&mut self, number: u32) {
        match self.dice.roll(10) {
            0..=3 => self.begin(number).await,
            4 => tokio::time::sleep(Duration::from_millis(self.dice.roll(60))).await,
            5 => tokio::time::advance(Duration::from_millis(self.dice.roll(120))).await,
            6 => tokio::task::yield_now().await,
            7 => self.bell.gate.let_one_pass(),
            8 => drop(self.stub.hold().enqueue().after(Duration::from_millis(self.dice.roll(50))).await),
            _ => self.cancel(),
        }
    }

    async fn begin(&mut self, number: u32) {
        let (word, time) = (format!("w{number}"), Duration::from_millis(self.dice.roll(150)));
        let period = Duration::from_millis(1 + self.dice.roll(40));
        let named = self.handle.enqueue_task("bell.ring", args! { word: word });
        let is_periodic = self.dice.roll(3) == 0;
        let accepted = match (is_periodic, self.dice.roll(2)) {
            (true, 0) => self.stub.ring(word.clone()).after(time).every(period).enqueue().await,
            (true, _) => named.every(period).await,
            (false, 0) => self.stub.ring(word.clone()).after(time).enqueue().await,
            (false, _) => named.after(time).await,
        };
        self.timers.insert(word, (accepted.unwrap(), is_periodic, false));
    }

    fn cancel(&mut self) {
        let mut words: Vec<&String> = self.timers.keys().collect();
        words.sort();
        let Some(word) = words.get(self.dice.roll(words.len().max(1) as u64) as usize) else { return };
        let word = (*word).clone();
        if let Some((timer, _, is_cancelled)) = self.timers.get_mut(&word) {
            *is_cancelled |= timer.cancel();
        }
    }

    /// What has begun is what the timers say.
    fn check(&self, seed: u64) {
        let mut rung: HashMap<String, u64> = HashMap::new();
        for line in self.bell.journal.lines() {
            *rung.entry(line.split(' ').next().unwrap().to_owned()).or_default() += 1;
        }
        for (word, (timer, is_periodic, is_cancelled)) in &self.timers {
            let times = rung.get(word).copied().unwrap_or_default();
            assert!(timer.is_over(), "seed {seed}: {word}");
            assert!(times <= timer.sent(), "seed {seed}: {word} rang {times} times");
            if !is_periodic {
                assert!(timer.sent() <= 1 && timer.missed() == 0, "seed {seed}: {word}");
                assert!(!(*is_cancelled && times > 0), "seed {seed}: {word} was cancelled and rang");
            }
        }
        let bell = self.handle.statistics().module("bell").unwrap().clone();
        assert_eq!(bell.delayed, 0, "seed {seed}: {bell:?}");
        balanced(&self.handle);
    }
}

async fn run(seed: u64) {
    let (bell, mut dice) = (Bell::new(), Dice::new(seed));
    let overflow = if dice.roll(2) == 0 { Overflow::Wait } else { Overflow::Reject };
    let options = LoopOptions::new().tasks(1 + dice.roll(3) as usize).overflow(overflow);
    let deadline = Duration::from_millis(1 + dice.roll(100));
    let (app, stub) = bell.start_as(|app| app.event_loop("bell", options).shutdown_deadline(deadline)).await;
    let mut run = Run { bell, stub, handle: app.handle(), dice, timers: HashMap::new() };
    for number in 0..30 {
        run.act(number).await;
    }
    if run.dice.roll(2) == 0 {
        run.bell.gate.open();
    }
    let _late_or_not = within(app.shutdown()).await;
    run.bell.gate.open();
    run.check(seed);
}

#[test]
fn each_delayed_item_has_exactly_one_outcome() {
    each_seed("delayed::each_delayed_item_has_exactly_one_outcome", 400, 20_000, |seed| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap()
            .block_on(run(seed));
    });
}
