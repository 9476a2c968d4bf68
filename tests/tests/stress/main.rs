//! Everything at once, as the dice fall: calls, queued tasks and events of all priorities through stubs and by name,
//! tickets cancelled by others, calls let go, deadlines, queues of one place, panics in handlers and in drops, threads
//! that block, and the end in the middle of it.
//!
//! Every message has a number, and its sender notes what it was told of its fate; afterwards no handler may have run
//! twice, none whose sender was told it never would, every one whose sender was told it had; senders find their messages
//! in order; nothing that was passed is leaked; and all modules balance.
//!
//! The seeds follow each other from 1, so a failure names the one to look at; what threads make of it differs from run to
//! run. It lasts about three seconds, or `LOOSELYCOUPLED_STRESS_SECONDS`, which is meant for minutes:
//!
//! ```sh
//! LOOSELYCOUPLED_STRESS_SECONDS=120 cargo test -p looselycoupled-tests --test stress
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail on purpose")]

mod modules;
mod senders;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Instant;

use looselycoupled::Ticket;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, balanced, quiet, settle, within};
use modules::application;
use senders::{Sender, cancel};
use tokio::runtime::{Builder, Runtime};

const MODULES: [&str; 6] = ["own", "small", "left", "right", "many", "apart"];
/// Modules whose handlers never overlap, so that an order can be seen.
const IN_ORDER: usize = 4;

const TASK_SENDERS: u64 = 4;

const THREAD_SENDERS: u64 = 2;

const MESSAGES: usize = 80;

/// Nothing waits longer, so that no round can lock itself up.
const PATIENCE: Duration = Duration::from_millis(200);

const SECRET: u8 = 0;
const NEVER_RUNS: u8 = 1;

const HAS_RUN: u8 = 2;

/// What is known of one message.
#[derive(Debug, Default)]
struct Known {
    runs: AtomicU8,
    told: AtomicU8,
}

type Line = (u64, usize, Priority);

/// What is known of all messages of a round.
#[derive(Debug)]
struct Board {
    messages: Vec<Known>,
    next: AtomicUsize,
    /// Arguments that exist.
    alive: AtomicI64,
    /// The last number that ran of each sender, receiver and priority.
    order: Mutex<HashMap<Line, u64>>,
    disorder: Mutex<Vec<String>>,
}

impl Board {
    fn new() -> Arc<Self> {
        let most = (TASK_SENDERS + THREAD_SENDERS) as usize * MESSAGES;
        Arc::new(Self {
            messages: (0..most).map(|_| Known::default()).collect(),
            next: AtomicUsize::new(0),
            alive: AtomicI64::new(0),
            order: Mutex::default(),
            disorder: Mutex::default(),
        })
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) as u64
    }

    fn ran(&self, number: u64) {
        self.messages[number as usize].runs.fetch_add(1, Ordering::SeqCst);
    }

    fn tell(&self, number: u64, fate: u8) {
        self.messages[number as usize].told.fetch_max(fate, Ordering::SeqCst);
    }

    fn in_order(&self, line: Line, number: u64) {
        let before = self.order.lock().unwrap().insert(line, number);
        if before.is_some_and(|before| before >= number) {
            self.disorder.lock().unwrap().push(format!("{number} after {before:?} in {line:?}"));
        }
    }

    fn check(&self, seed: u64, may_be_broken_off: bool) {
        for (number, known) in self.messages.iter().enumerate() {
            let (runs, told) = (known.runs.load(Ordering::SeqCst), known.told.load(Ordering::SeqCst));
            let is_fine = match told {
                NEVER_RUNS => runs == 0,
                HAS_RUN if !may_be_broken_off => runs == 1,
                _ => runs <= 1,
            };
            assert!(is_fine, "seed {seed}: message {number} ran {runs} times, its sender was told {told}");
        }
        let disorder = self.disorder.lock().unwrap();
        assert!(disorder.is_empty(), "seed {seed}: {disorder:?}");
    }
}

/// An argument that counts itself, and may panic when it is dropped.
#[derive(Debug)]
struct Token {
    board: Arc<Board>,
    number: u64,
    line: Option<Line>,
    is_bomb: bool,
    _bulk: [u64; 5],
}

impl Token {
    fn new(board: &Arc<Board>, number: u64, line: Option<Line>, is_bomb: bool) -> Self {
        board.alive.fetch_add(1, Ordering::SeqCst);
        Self { board: Arc::clone(board), number, line, is_bomb, _bulk: [number; 5] }
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        assert_eq!(self._bulk, [self.number; 5]);
        self.board.alive.fetch_sub(1, Ordering::SeqCst);
        if self.is_bomb && !thread::panicking() {
            panic!("exploded on purpose");
        }
    }
}

/// How a round ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// After everything.
    Late,
    /// In the middle.
    Early,
    /// In the middle, without time.
    Forced,
}

fn round(runtime: &Runtime, seed: u64) {
    let mut dice = Dice::new(seed);
    let end = [End::Late, End::Early, End::Late, End::Forced][(seed % 4) as usize];
    let board = Board::new();
    let deadline = Duration::from_millis(if end == End::Forced { 4 } else { 20_000 });
    let app = runtime.block_on(application(&board, &mut dice, deadline));
    let handle = app.handle();
    let (tickets, to_cancel) = mpsc::channel::<(u64, Ticket)>();
    let cancelling = {
        let board = Arc::clone(&board);
        thread::spawn(move || {
            to_cancel.into_iter().for_each(|(number, ticket)| cancel(&board, number, &ticket));
        })
    };
    let senders: Vec<_> = (0..TASK_SENDERS + THREAD_SENDERS)
        .map(|id| Sender {
            handle: app.handle(),
            board: Arc::clone(&board),
            dice: Dice::new(seed * 1_000 + id),
            id,
            tickets: tickets.clone(),
        })
        .collect();
    drop(tickets);
    let (from_tasks, from_threads) = senders.split_at(TASK_SENDERS as usize);
    let threads: Vec<_> = from_threads
        .iter()
        .cloned()
        .map(|sender| {
            thread::spawn(move || {
                Builder::new_current_thread().enable_all().build().unwrap().block_on(sender.send_all());
            })
        })
        .collect();
    let tasks: Vec<_> = from_tasks.iter().cloned().map(|sender| runtime.spawn(sender.send_all())).collect();
    drop(senders);
    runtime.block_on(async {
        let senders = async {
            for task in tasks {
                within(task).await.unwrap();
            }
            for thread in threads {
                within(tokio::task::spawn_blocking(move || thread.join().unwrap())).await.unwrap();
            }
            within(tokio::task::spawn_blocking(move || cancelling.join().unwrap())).await.unwrap();
        };
        if end == End::Late {
            senders.await;
            settle(&app).await;
            balanced(&handle);
            within(app.shutdown()).await.unwrap();
        } else {
            tokio::time::sleep(Duration::from_millis(dice.roll(12))).await;
            let ended = within(app.shutdown()).await;
            assert!(end == End::Forced || ended.is_ok(), "seed {seed}: {ended:?}");
            senders.await;
        }
        balanced(&handle);
        // A body on a thread of its own may outlive the forced end.
        within(async {
            while board.alive.load(Ordering::SeqCst) != 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    });
    board.check(seed, end != End::Late);
}

#[test]
fn whatever_happens_at_once_every_message_is_accounted_for() {
    quiet();
    let seconds = std::env::var("LOOSELYCOUPLED_STRESS_SECONDS").ok();
    let seconds = seconds.map_or(2, |seconds| seconds.parse().unwrap());
    let started = Instant::now();
    let runtimes = [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap(),
    ];
    let mut rounds = 0;
    for seed in 1.. {
        round(&runtimes[seed as usize % runtimes.len()], seed);
        rounds = seed;
        if started.elapsed() >= Duration::from_secs(seconds) {
            break;
        }
    }
    println!("{rounds} rounds in {:?}", started.elapsed());
}
