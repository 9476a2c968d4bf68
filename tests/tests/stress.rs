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

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Instant;

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow, Ticket};
use looselycoupled_tests::{Dice, balanced, begin, quiet, settle, within};
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

/// What handlers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Deed {
    Nothing,
    Yield,
    Sleep,
    Block,
    Fail,
    Panic,
    Call,
    Send,
}

impl Deed {
    const ALL: [Self; 8] = [
        Self::Nothing,
        Self::Yield,
        Self::Sleep,
        Self::Block,
        Self::Fail,
        Self::Panic,
        Self::Call,
        Self::Send,
    ];

    fn rolled(dice: &mut Dice) -> Self {
        if dice.roll(2) == 0 { Self::Nothing } else { Self::ALL[dice.roll(8) as usize] }
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

async fn work(ctx: &Context, deed: Deed) -> Result<u64> {
    let other = MODULES[ctx.name().len() % 5];
    match deed {
        Deed::Nothing => {}
        Deed::Yield => tokio::task::yield_now().await,
        Deed::Sleep => tokio::time::sleep(Duration::from_millis(1)).await,
        Deed::Block => thread::sleep(Duration::from_micros(200)),
        Deed::Fail => return Err(Error::other("failed on purpose")),
        Deed::Panic => panic!("burst on purpose"),
        Deed::Call => {
            let call = ctx.exec_task(&format!("{other}.idle"), args! {}).timeout(PATIENCE);
            drop(call.await);
        }
        Deed::Send => {
            let send = ctx.enqueue_task(&format!("{other}.idle"), args! {});
            drop(tokio::time::timeout(Duration::from_millis(5), send).await);
        }
    }
    Ok(7)
}

#[derive(Debug, Clone)]
struct OneByOne(Arc<Board>);

#[module]
impl OneByOne {
    #[task(local)]
    async fn take(&mut self, ctx: &Context, token: Token, deed: Deed) -> Result<u64> {
        self.0.ran(token.number);
        if let Some(line) = token.line {
            self.0.in_order(line, token.number);
        }
        work(ctx, deed).await
    }

    #[task(local)]
    fn take_at_once(&mut self, token: Token) -> u64 {
        self.0.ran(token.number);
        if let Some(line) = token.line {
            self.0.in_order(line, token.number);
        }
        token.number
    }

    #[task]
    async fn work(&mut self, ctx: &Context, number: u64, deed: Deed) -> Result<u64> {
        self.0.ran(number);
        work(ctx, deed).await
    }

    #[task]
    fn idle(&mut self) {}

    #[on_event]
    async fn on_tick(&mut self, ctx: &Context, deed: Deed) -> Result<()> {
        work(ctx, deed).await.map(drop)
    }
}

#[derive(Debug, Clone)]
struct SideBySide(Arc<Board>);

#[module(concurrent)]
impl SideBySide {
    #[task(local)]
    async fn take(&self, ctx: &Context, token: Token, deed: Deed) -> Result<u64> {
        self.0.ran(token.number);
        work(ctx, deed).await
    }

    #[task]
    async fn work(&self, ctx: &Context, number: u64, deed: Deed) -> Result<u64> {
        self.0.ran(number);
        work(ctx, deed).await
    }

    #[task]
    fn idle(&self) {}

    #[on_event]
    async fn on_tick(&self, ctx: &Context, deed: Deed) -> Result<()> {
        work(ctx, deed).await.map(drop)
    }
}

#[derive(Debug, Clone)]
struct OnThreads(Arc<Board>);

#[module]
impl OnThreads {
    #[task(blocking)]
    fn work(&mut self, number: u64, deed: Deed) -> Result<u64, String> {
        self.0.ran(number);
        match deed {
            Deed::Fail => Err("failed on purpose".to_owned()),
            Deed::Panic => panic!("burst on purpose"),
            _ => Ok(7),
        }
    }

    #[task(blocking)]
    fn idle(&mut self) {}
}

async fn application(board: &Arc<Board>, dice: &mut Dice, deadline: Duration) -> App {
    let overflow = if dice.roll(2) == 0 { Overflow::Wait } else { Overflow::Reject };
    App::builder()
        .module("own", OneByOne(Arc::clone(board)))
        .module("small", OneByOne(Arc::clone(board)))
        .module_on("bus", "left", OneByOne(Arc::clone(board)))
        .module_on("bus", "right", OneByOne(Arc::clone(board)))
        .module("many", SideBySide(Arc::clone(board)))
        .module("apart", OnThreads(Arc::clone(board)))
        .event_loop("small", LoopOptions::new().tasks(1 + dice.roll(3) as usize).events(1))
        .event_loop("bus", LoopOptions::new().tasks(4).events(2).overflow(overflow))
        .event_loop("many", LoopOptions::new().concurrency(2).tasks(3))
        .shutdown_deadline(deadline)
        .start()
        .await
        .unwrap()
}

/// One that sends, from a task or a thread.
#[derive(Debug, Clone)]
struct Sender {
    handle: Handle,
    board: Arc<Board>,
    dice: Dice,
    id: u64,
    /// To whoever cancels for others.
    tickets: mpsc::Sender<(u64, Ticket)>,
}

/// What a sender was told of a call.
fn fate<T, E>(outcome: &Result<T, CallError<E>>) -> u8 {
    match outcome {
        Ok(_) | Err(CallError::Failed(_) | CallError::Panicked { .. }) => HAS_RUN,
        Err(CallError::Timeout { begun, .. } | CallError::ShuttingDown { begun, .. }) => {
            if *begun {
                SECRET
            } else {
                NEVER_RUNS
            }
        }
        Err(CallError::QueueFull { .. } | CallError::NotReady { .. }) => NEVER_RUNS,
        Err(_) => SECRET,
    }
}

impl Sender {
    async fn send_all(mut self) {
        for _ in 0..MESSAGES {
            let number = self.board.number();
            match self.dice.roll(12) {
                0..=2 => self.call_by_stub(number).await,
                3..=6 => self.enqueue_by_stub(number).await,
                7 | 8 => self.call_by_name(number).await,
                9 => self.enqueue_by_name(number).await,
                10 => self.trigger().await,
                _ => self.explode(number).await,
            }
        }
    }

    fn priority(&mut self) -> Priority {
        Priority::ALL[self.dice.roll(5) as usize]
    }

    fn patience(&mut self) -> Duration {
        if self.dice.roll(2) == 0 { PATIENCE } else { Duration::from_micros(self.dice.roll(3_000)) }
    }

    /// An argument for a module whose order is watched.
    fn token(&self, number: u64, module: usize, priority: Priority) -> Token {
        Token::new(&self.board, number, Some((self.id, module, priority)), false)
    }

    async fn call_by_stub(&mut self, number: u64) {
        let (module, priority) = (self.dice.roll(5) as usize, self.priority());
        let (deed, patience) = (Deed::rolled(&mut self.dice), self.patience());
        let lets_go = self.dice.roll(4) == 0;
        if module == IN_ORDER {
            let stub: SideBySideStub = self.handle.stub(MODULES[module]).unwrap();
            let mut call = stub
                .take(Token::new(&self.board, number, None, false), deed)
                .priority(priority)
                .timeout(patience);
            if lets_go {
                let _let_go = begin(&mut call).await;
            } else {
                self.board.tell(number, fate(&call.await));
            }
            return;
        }
        let stub: OneByOneStub = self.handle.stub(MODULES[module]).unwrap();
        let token = self.token(number, module, priority);
        if lets_go {
            let mut call = stub.take(token, deed).priority(priority);
            let _let_go = begin(&mut call).await;
        } else if deed == Deed::Nothing {
            let call = stub.take_at_once(token).priority(priority).timeout(patience);
            self.board.tell(number, fate(&call.await));
        } else {
            let call = stub.take(token, deed).priority(priority).timeout(patience);
            self.board.tell(number, fate(&call.await));
        }
    }

    async fn enqueue_by_stub(&mut self, number: u64) {
        let (module, priority) = (self.dice.roll(IN_ORDER as u64) as usize, self.priority());
        let stub: OneByOneStub = self.handle.stub(MODULES[module]).unwrap();
        let token = self.token(number, module, priority);
        let enqueued = if self.dice.roll(2) == 0 {
            stub.take_at_once(token).enqueue().priority(priority).await
        } else {
            stub.take(token, Deed::rolled(&mut self.dice)).enqueue().priority(priority).await
        };
        self.accepted(number, enqueued);
    }

    fn accepted(&mut self, number: u64, enqueued: Result<Ticket>) {
        let Ok(ticket) = enqueued else { return self.board.tell(number, NEVER_RUNS) };
        match self.dice.roll(5) {
            0 | 1 => drop(self.tickets.send((number, ticket))),
            2 => cancel(&self.board, number, &ticket),
            3 => {
                let rival = ticket.clone();
                drop(self.tickets.send((number, rival)));
            }
            _ => {}
        }
    }

    async fn call_by_name(&mut self, number: u64) {
        let module = MODULES[self.dice.roll(6) as usize];
        let arguments = args! { number: number, deed: Deed::rolled(&mut self.dice) };
        let mut call = self
            .handle
            .exec_task(&format!("{module}.work"), arguments)
            .priority(self.priority())
            .timeout(self.patience());
        if self.dice.roll(4) == 0 {
            let _let_go = begin(&mut call).await;
        } else {
            self.board.tell(number, fate(&call.await));
        }
    }

    async fn enqueue_by_name(&mut self, number: u64) {
        let module = MODULES[self.dice.roll(6) as usize];
        let arguments = args! { number: number, deed: Deed::rolled(&mut self.dice) };
        let mut enqueue =
            self.handle.enqueue_task(&format!("{module}.work"), arguments).priority(self.priority());
        if self.dice.roll(2) == 0 {
            let _let_go = begin(&mut enqueue).await;
            return;
        }
        if let Ok(enqueued) = tokio::time::timeout(PATIENCE, enqueue).await {
            self.accepted(number, enqueued);
        }
    }

    async fn trigger(&mut self) {
        let arguments = args! { deed: Deed::rolled(&mut self.dice) };
        drop(self.handle.trigger_event("tick", arguments).priority(self.priority()).await);
    }

    /// Passes something that panics when it is dropped, also if that is by its sender.
    async fn explode(&mut self, number: u64) {
        let stub: OneByOneStub = self.handle.stub(MODULES[self.dice.roll(2) as usize]).unwrap();
        let (board, patience, kind) = (Arc::clone(&self.board), self.patience(), self.dice.roll(3));
        let deed = Deed::rolled(&mut self.dice);
        let sent = async move {
            let call = stub.take(Token::new(&board, number, None, true), deed);
            match kind {
                0 => board.tell(number, fate(&call.timeout(patience).await)),
                1 => drop(begin(&mut call.timeout(patience)).await),
                _ => {
                    if let Ok(ticket) = call.enqueue().await {
                        cancel(&board, number, &ticket);
                    }
                }
            }
        };
        // In a task of its own its panic harms nobody.
        let _survived = tokio::spawn(sent).await;
    }
}

fn cancel(board: &Board, number: u64, ticket: &Ticket) {
    if ticket.cancel() {
        board.tell(number, NEVER_RUNS);
        assert!(!ticket.cancel(), "nobody withdraws what is gone");
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
