//! Senders outside of the application.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, begin};

use super::application::Plan;
use super::fate::Fate;
use super::modules;
use super::script::{self, Id};
use super::world::World;

pub(crate) const PRIORITIES: [Priority; 5] =
    [Priority::Highest, Priority::High, Priority::Normal, Priority::Low, Priority::Lowest];

/// One sender: what it sends it sends one after the other.
struct Sender {
    handle: Handle,
    world: World,
    dice: Dice,
    modules: usize,
    number: u32,
    sent: u64,
    is_paused: bool,
}

/// Starts all senders of a plan; returns when they have ended.
pub(crate) async fn run(plan: &Plan, handle: &Handle, world: &World, dice: &mut Dice, is_paused: bool) {
    let mut running = tokio::task::JoinSet::new();
    for number in 0..plan.senders {
        let sender = Sender {
            handle: handle.clone(),
            world: world.clone(),
            dice: Dice::new(dice.roll(u64::MAX)),
            modules: plan.modules(),
            number,
            sent: 0,
            is_paused,
        };
        running.spawn(sender.run());
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

impl Sender {
    async fn run(mut self) {
        for _ in 0..self.dice.roll(25) {
            self.act().await;
        }
    }

    fn message(&mut self) -> (String, Id, Priority, script::Script) {
        let lane = self.dice.roll(5) as u8;
        self.sent += 1;
        let id = Id { sender: self.number, number: self.sent, priority: Some(lane) };
        let script = script::throw(&mut self.dice, self.modules, 3);
        let module = format!("m{}", self.dice.roll(self.modules as u64));
        (module, id, PRIORITIES[usize::from(lane)], script)
    }

    async fn act(&mut self) {
        match self.dice.roll(14) {
            0 => tokio::task::yield_now().await,
            1 => tokio::time::sleep(Duration::from_millis(self.dice.roll(60))).await,
            2 if self.is_paused => {
                tokio::time::advance(Duration::from_millis(self.dice.roll(200))).await;
            }
            2..=5 => self.call().await,
            6 => self.abandon().await,
            7..=9 => self.enqueue().await,
            10 => self.withdraw().await,
            11 | 12 => self.delay().await,
            _ => self.notify().await,
        }
    }

    async fn call(&mut self) {
        let (module, id, priority, script) = self.message();
        let mut call =
            self.handle.exec_task(&format!("{module}.play"), args! { id, script }).priority(priority);
        if self.dice.roll(2) == 0 {
            call = call.timeout(Duration::from_millis(self.dice.roll(150)));
        }
        let fate = match call.await {
            Ok(reply) => {
                assert_eq!(reply.get::<u64>().unwrap(), id.number, "the answer is that of another call");
                Fate::Answered
            }
            Err(error) => Fate::of(&error),
        };
        self.world.learn(&module, id, fate);
    }

    async fn abandon(&mut self) {
        let (module, id, priority, script) = self.message();
        let mut call =
            self.handle.exec_task(&format!("{module}.play"), args! { id, script }).priority(priority);
        let _abandoned = begin(&mut call).await;
        self.world.learn(&module, id, Fate::Unknown);
    }

    async fn enqueue(&mut self) {
        let (module, id, priority, script) = self.message();
        let send =
            self.handle.enqueue_task(&format!("{module}.play"), args! { id, script }).priority(priority);
        let fate = match tokio::time::timeout(Duration::from_millis(self.dice.roll(300)), send).await {
            Ok(Ok(_ticket)) => Fate::Accepted,
            Ok(Err(_)) | Err(_) => Fate::NotBegun,
        };
        self.world.learn(&module, id, fate);
    }

    async fn withdraw(&mut self) {
        let (module, id, priority, script) = self.message();
        let send =
            self.handle.enqueue_task(&format!("{module}.play"), args! { id, script }).priority(priority);
        let Ok(Ok(ticket)) = tokio::time::timeout(Duration::from_millis(self.dice.roll(300)), send).await
        else {
            return self.world.learn(&module, id, Fate::NotBegun);
        };
        if self.dice.roll(2) == 0 {
            tokio::task::yield_now().await;
        }
        let fate = if ticket.cancel() { Fate::NotBegun } else { Fate::Accepted };
        self.world.learn(&module, id, fate);
    }

    /// Sends something later, and sometimes thinks better of it.
    async fn delay(&mut self) {
        let (module, id, _, script) = self.message();
        // What falls due later is handled later, whatever was sent before.
        let id = Id { priority: None, ..id };
        let to = (self.dice.roll(3) > 0).then(|| module[1..].parse().unwrap());
        let time = Duration::from_millis(self.dice.roll(200));
        let Ok(timer) = modules::delay(&self.handle, to, id, script, time).await else {
            return self.world.learn(&module, id, Fate::NotBegun);
        };
        if self.dice.roll(2) == 0 {
            tokio::time::sleep(Duration::from_millis(self.dice.roll(200))).await;
        }
        let is_cancelled = self.dice.roll(3) == 0 && timer.cancel();
        self.world.learn(&module, id, if is_cancelled { Fate::NotBegun } else { Fate::Unknown });
    }

    async fn notify(&mut self) {
        let (_, id, priority, script) = self.message();
        let _heard = self.handle.trigger_event("script", args! { id, script }).priority(priority).await;
    }
}
