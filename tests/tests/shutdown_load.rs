//! Applications that end under load leave nothing behind: no task, no thread, no file descriptor, nobody who waits.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be read fails the test")]

use std::fs;
use std::time::Instant;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, Gate, balanced, each_seed, is_long};

/// Handlers that end, and some that do not.
#[derive(Debug, Clone, Default)]
struct Mill {
    gate: Gate,
    ground: u64,
}

#[module]
impl Mill {
    #[task]
    async fn grind(&mut self, time: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(time)).await;
        self.ground += 1;
        self.ground
    }

    #[task]
    async fn jam(&mut self) {
        self.gate.pass().await;
    }

    #[task(blocking)]
    fn jam_apart(&mut self) {
        self.gate.pass_blocking();
    }

    #[on_event]
    fn on_grain(&mut self) {
        self.ground += 1;
    }
}

/// One application with 64 producers; every fifth has a handler that does not end.
struct Load {
    dice: Dice,
    gate: Gate,
    deadline: Duration,
}

impl Load {
    async fn run(mut self) {
        let app = App::builder()
            .module("mill", Mill { gate: self.gate.clone(), ground: 0 })
            .module_on("race", "upper", Mill { gate: self.gate.clone(), ground: 0 })
            .module_on("race", "lower", Mill { gate: self.gate.clone(), ground: 0 })
            .event_loop("mill", looselycoupled::LoopOptions::new().tasks(8).events(8))
            .shutdown_deadline(self.deadline)
            .start()
            .await
            .unwrap();
        let handle = app.handle();
        let jam = ["mill.jam", "lower.jam_apart", "", "", ""][self.dice.roll(5) as usize];
        let jammed = (!jam.is_empty()).then(|| tokio::spawn(handle.exec_task(jam, args! {})));
        let producers: Vec<_> = (0..64)
            .map(|_| tokio::spawn(produce(handle.clone(), Dice::new(self.dice.roll(u64::MAX)))))
            .collect();
        for _ in 0..self.dice.roll(50) {
            tokio::task::yield_now().await;
        }
        let begun = Instant::now();
        let _late = app.shutdown().await;
        let took = begun.elapsed();
        assert!(took <= self.deadline + grace(), "the end took {took:?} of {:?}", self.deadline);
        for producer in producers {
            producer.await.unwrap();
        }
        self.gate.open();
        if let Some(jammed) = jammed {
            let _answer = jammed.await.unwrap();
        }
        balanced(&handle);
    }
}

/// What the end may take longer than its deadline: in every test run others use the processors as well, for the long form
/// they are not to.
fn grace() -> Duration {
    if is_long() { Duration::from_millis(250) } else { Duration::from_secs(5) }
}

/// Sends until it is refused.
async fn produce(handle: Handle, mut dice: Dice) {
    loop {
        let module = ["mill", "upper", "lower"][dice.roll(3) as usize];
        let grind = format!("{module}.grind");
        let sent = match dice.roll(3) {
            0 => handle.exec_task(&grind, args! { time: dice.roll(3) }).await.map(drop).map_err(Error::from),
            1 => handle.enqueue_task(&grind, args! { time: dice.roll(3) }).await.map(drop),
            _ => handle.trigger_event("grain", args! {}).await.map(drop),
        };
        if sent.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Waits until there are no more than so many: threads that were left behind end when their gate opens.
fn comes_down_to(what: &str, count: fn() -> usize, wanted: usize) {
    let begun = Instant::now();
    while count() > wanted {
        assert!(begun.elapsed() < Duration::from_secs(20), "{} {what} instead of {wanted}", count());
        std::thread::yield_now();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_end_under_load_leaves_no_task_thread_or_descriptor_behind() {
    // What tokio keeps for the life of the program.
    drop(tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
    let (threads_before, descriptors_before) = (threads(), descriptors());
    each_seed(
        "shutdown_load::an_end_under_load_leaves_no_task_thread_or_descriptor_behind",
        20,
        300,
        |seed| {
            let mut dice = Dice::new(seed);
            let runtime = if dice.roll(2) == 0 {
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
            } else {
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
            };
            let load = Load { dice, gate: Gate::new(), deadline: Duration::from_millis(200) };
            runtime.block_on(load.run());
            // The loops' tasks end a moment after the end was told.
            let begun = Instant::now();
            while runtime.metrics().num_alive_tasks() > 0 {
                assert!(begun.elapsed() < Duration::from_secs(20), "tasks are left");
                runtime.block_on(tokio::task::yield_now());
            }
            drop(runtime);
            comes_down_to("threads", threads, threads_before);
            comes_down_to("file descriptors", descriptors, descriptors_before);
        },
    );
}
