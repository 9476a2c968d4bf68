//! Who comes and goes while the application runs: subscriptions, callbacks, waits, loops with objects on them, and
//! connections.

mod account;
mod callbacks;
mod chronicle;
mod houses;
mod reckoning;
mod scene;
mod streams;
mod visits;
mod waits;
mod wires;

use std::sync::Arc;

use looselycoupled::prelude::*;
use looselycoupled_tests::Dice;

use callbacks::Kept;
use scene::Scene;
use streams::Reading;

use super::application::{End, Plan};
use super::modules;
use super::script::{self, Id};
use super::senders::PRIORITIES;
use super::world::World;

pub(crate) use houses::Guest;
pub(crate) use visits::visit;

/// The priority of what is sent without one, as its number among all.
const NORMAL: u8 = 2;

/// Numbers of visitors begin here, so that they are not those of senders.
const FIRST: u32 = 1_000;

/// All visitors of one application.
pub(crate) struct Visitors {
    scene: Arc<Scene>,
    visitors: Vec<Visitor>,
    /// Each object on a loop holds one more.
    lives: Arc<()>,
}

/// Does one thing after the other.
struct Visitor {
    scene: Arc<Scene>,
    dice: Dice,
    number: u32,
    sent: u64,
    readings: Vec<Reading>,
    kept: Vec<Kept>,
    lives: Arc<()>,
}

impl Visitors {
    /// They have dice of their own, so that without them every application is what it is; to most they do not come.
    pub(crate) fn throw(seed: u64, plan: &Plan, handle: &Handle, world: &World) -> Option<Self> {
        let mut dice = Dice::new(!seed);
        if dice.roll(4) > 0 {
            return None;
        }
        let (scene, lives) = (Scene::new(handle, world, plan.modules()), Arc::new(()));
        let visitor = |number| Visitor {
            scene: Arc::clone(&scene),
            dice: Dice::new(dice.roll(u64::MAX)),
            number,
            sent: 0,
            readings: Vec::new(),
            kept: Vec::new(),
            lives: Arc::clone(&lives),
        };
        let visitors = (FIRST..FIRST + 2).map(visitor).collect();
        Some(Self { scene, visitors, lives })
    }

    /// Returns when all have gone; what they leave behind goes on.
    pub(crate) async fn run(&mut self) {
        let mut running = tokio::task::JoinSet::new();
        for visitor in self.visitors.drain(..) {
            running.spawn(visitor.run());
        }
        while let Some(ended) = running.join_next().await {
            ended.unwrap();
        }
    }

    /// Once the application has ended, everybody must have left, and the books must balance.
    pub(crate) async fn leave(self, end: &End) {
        self.scene.all_have_left().await;
        self.reckon(end);
        self.scene.clear();
    }
}

impl Visitor {
    async fn run(mut self) {
        for _ in 0..self.dice.roll(24) {
            self.act().await;
        }
        for kept in self.kept.drain(..) {
            kept.end();
        }
        for reading in std::mem::take(&mut self.readings) {
            self.drop_reading(reading);
        }
    }

    async fn act(&mut self) {
        match self.dice.roll(30) {
            0 => tokio::task::yield_now().await,
            1 => tokio::time::sleep(Duration::from_millis(self.dice.roll(60))).await,
            2..=5 => self.send().await,
            6..=8 => self.ask_to_say().await,
            9 => self.subscribe(),
            10..=12 => self.read().await,
            13 | 14 => self.wait().await,
            15 | 16 => self.call_back(),
            17 => self.call_back_once(),
            18 => self.end_callback(),
            19 => self.open(),
            20 => self.look_up(),
            21 => self.leave_house().await,
            22 | 23 => self.call_guest().await,
            24 => self.call_guest_shortly().await,
            25 => self.abandon_guest().await,
            26 => self.enqueue_guest().await,
            27 => self.connect_in_a_circle_or_less(),
            28 => self.connect(),
            _ => self.disconnect(),
        }
    }

    fn connect_in_a_circle_or_less(&mut self) {
        if self.dice.roll(3) == 0 { self.connect_in_a_circle() } else { self.connect() }
    }

    fn next_id(&mut self, priority: Option<u8>) -> Id {
        self.sent += 1;
        Id { sender: self.number, number: self.sent, priority }
    }

    /// A number that nobody else has.
    fn next_number(&self) -> usize {
        self.scene.world.number() as usize
    }

    /// Sends an event from outside.
    async fn send(&mut self) {
        if self.dice.roll(2) == 0 {
            let lane = self.dice.roll(5) as u8;
            let (id, priority) = (self.next_id(Some(lane)), PRIORITIES[usize::from(lane)]);
            let script = script::throw_with_visits(&mut self.dice, self.scene.modules, 1);
            let _heard =
                self.scene.handle.trigger_event("script", args! { id, script }).priority(priority).await;
        } else {
            let (id, word) = (self.next_id(Some(NORMAL)), script::word(&mut self.dice));
            modules::say(&self.scene.handle, &self.scene.world, "outside", word, id).await;
        }
    }

    /// Has a module do something, above all send what is connected.
    async fn ask_to_say(&mut self) {
        let (id, modules) = (self.next_id(None), self.scene.modules);
        let mut script = script::throw_with_visits(&mut self.dice, modules, 1);
        script.insert(0, script::Step::Say { word: script::word(&mut self.dice) });
        let module = modules::name(self.dice.roll(modules as u64) as usize);
        let send = self.scene.handle.enqueue_task(&format!("{module}.play"), args! { id, script });
        let _accepted = tokio::time::timeout(Duration::from_millis(100), send).await;
    }
}
