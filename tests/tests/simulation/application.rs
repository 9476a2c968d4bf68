//! Applications made by dice.

use looselycoupled::prelude::*;
use looselycoupled::{EventOverflow, LoopOptions, ModuleStatistics, Overflow};
use looselycoupled_tests::Dice;

use super::modules::{Hub, Node};
use super::world::World;

/// One module of a plan.
#[derive(Debug, Clone)]
struct Part {
    name: String,
    is_concurrent: bool,
    /// The loop that it shares.
    bus: Option<&'static str>,
    policy: Policy,
    /// Restarts that its policy allows in all, for no run takes as long as the budget counts.
    budget: u64,
}

/// An application and its end.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    parts: Vec<Part>,
    loops: Vec<(String, LoopOptions)>,
    deadline: Duration,
    /// After which time it is told to end; otherwise when all is quiet.
    ends_after: Option<Duration>,
    pub(crate) senders: u32,
}

/// How a run has ended.
#[derive(Debug)]
pub(crate) struct End {
    early: bool,
    outcome: Result<(), AppError>,
}

impl End {
    /// Whether what was accepted may not have begun.
    pub(crate) fn may_lose(&self) -> bool {
        self.early || self.outcome.is_err()
    }
}

fn policy(dice: &mut Dice) -> (Policy, u64) {
    match dice.roll(8) {
        0 => (Policy::Exit, 0),
        1 | 2 => {
            let budget = dice.roll(6) as u32;
            let delay = Duration::from_millis(dice.roll(40));
            let restart =
                Restart::default().budget(budget, Duration::from_secs(100_000)).delay(delay, 4 * delay);
            (Policy::Restart(restart), budget.into())
        }
        3 | 4 => {
            let restart = Restart::default()
                .budget(u32::MAX, Duration::from_secs(100_000))
                .delay(Duration::ZERO, Duration::ZERO);
            (Policy::Restart(restart), u32::MAX.into())
        }
        _ => (Policy::Report, 0),
    }
}

/// Room, overflow and fairness of a loop.
pub(crate) fn bounds(dice: &mut Dice, is_concurrent: bool) -> LoopOptions {
    let mut options = LoopOptions::new();
    if dice.roll(2) == 0 {
        options = options.tasks(1 + dice.roll(4) as usize).events(1 + dice.roll(4) as usize);
    }
    if dice.roll(3) == 0 {
        options = options.overflow(Overflow::Reject);
    }
    if dice.roll(3) == 0 {
        options = options.event_overflow(EventOverflow::DropOldest);
    }
    if dice.roll(4) == 0 {
        options = options.fairness(1 + dice.roll(4) as usize);
    }
    if is_concurrent { options.concurrency(1 + dice.roll(3) as usize) } else { options }
}

impl Plan {
    pub(crate) fn throw(dice: &mut Dice) -> Self {
        let mut parts = Vec::new();
        let mut loops = Vec::new();
        for number in 0..1 + dice.roll(5) {
            let name = format!("m{number}");
            let is_concurrent = dice.roll(4) == 0;
            let bus = if is_concurrent {
                None
            } else {
                [None, None, Some("bus"), Some("tram")][dice.roll(4) as usize]
            };
            let (policy, budget) = policy(dice);
            if bus.is_none() {
                loops.push((name.clone(), bounds(dice, is_concurrent)));
            }
            parts.push(Part { name, is_concurrent, bus, policy, budget });
        }
        for bus in ["bus", "tram"] {
            if parts.iter().any(|part| part.bus == Some(bus)) {
                loops.push((bus.to_owned(), bounds(dice, false)));
            }
        }
        let deadline = Duration::from_millis(1 + dice.roll(2_000));
        let ends_after = (dice.roll(2) == 0).then(|| Duration::from_millis(dice.roll(300)));
        Self { parts, loops, deadline, ends_after, senders: 1 + dice.roll(4) as u32 }
    }

    pub(crate) fn modules(&self) -> usize {
        self.parts.len()
    }

    pub(crate) async fn start(&self, world: &World) -> App {
        let builder = App::builder().shutdown_deadline(self.deadline).watchdog(Duration::ZERO);
        // All that is lost is looked at.
        let mut builder = builder.dead_letters(1_000_000);
        for (name, options) in &self.loops {
            builder = builder.event_loop(name, *options);
        }
        for part in &self.parts {
            if let Some(bus) = part.bus {
                world.share(bus, &part.name);
            }
            let world = world.clone();
            builder = match (part.is_concurrent, part.bus) {
                (true, _) => builder.module_with(&part.name, move || Hub(world.clone())),
                (false, None) => builder.module_with(&part.name, move || Node(world.clone())),
                (false, Some(bus)) => builder.module_on_with(bus, &part.name, move || Node(world.clone())),
            };
            builder = builder.policy(&part.name, part.policy);
        }
        builder.start().await.unwrap()
    }

    /// Ends the application when its time has come, or, once the senders have ended, when all is quiet.
    pub(crate) async fn end(&self, app: App, world: &World, senders: impl Future<Output = ()>) -> End {
        let early = self.ends_after.is_some();
        let outcome = if let Some(time) = self.ends_after {
            let shutdown = async {
                tokio::time::sleep(time).await;
                let outcome = app.shutdown().await;
                world.close();
                outcome
            };
            tokio::join!(shutdown, senders).0
        } else {
            senders.await;
            app.quiesce().await;
            let outcome = app.shutdown().await;
            world.close();
            outcome
        };
        End { early, outcome }
    }

    pub(crate) fn check_restarts(&self, module: &ModuleStatistics) -> std::result::Result<(), String> {
        let part = self.parts.iter().find(|part| *part.name == *module.module);
        let budget = part.map_or(0, |part| part.budget);
        if module.restarts <= budget { Ok(()) } else { Err(format!("a budget of {budget}: {module:?}")) }
    }
}
