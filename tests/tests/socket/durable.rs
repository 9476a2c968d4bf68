//! Events that are kept until they have been handled.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderInfo, ProviderState, Socket, Via};
use looselycoupled::{ErrorCode, LoopOptions};
use looselycoupled_tests::within;
use tokio::sync::Semaphore;

use crate::{House, config, start, wait_for};

/// Writes down what it hears, as soon as it may.
struct Ledger {
    may: Arc<Semaphore>,
    lines: Vec<(u32, bool)>,
}

impl Ledger {
    fn new(may: &Arc<Semaphore>) -> Self {
        Self { may: Arc::clone(may), lines: Vec::new() }
    }

    fn free() -> Self {
        Self::new(&Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)))
    }
}

#[module]
impl Ledger {
    #[on_event("order")]
    async fn on_order(&mut self, ctx: &Context, number: u32) -> Result<()> {
        self.may.acquire().await.map_err(Error::other)?.forget();
        self.lines.push((number, ctx.metadata().redelivered));
        if number == 13 { Err(Error::other("an unlucky number")) } else { Ok(()) }
    }

    #[task]
    fn lines(&self) -> Vec<(u32, bool)> {
        self.lines.clone()
    }
}

fn host(house: &House) -> AppBuilder {
    let socket = Socket::host(&house.url()).journal(house.journal());
    App::builder().process("attic").provider("home", socket)
}

fn durably(app: AppBuilder) -> AppBuilder {
    app.route_event("order", Via::provider("home").durable())
}

async fn order(app: &App, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        within(app.handle().trigger_event("order", args! { number })).await.unwrap();
    }
}

async fn lines(app: &App) -> Vec<(u32, bool)> {
    app.handle().exec_task("ledger.lines", args! {}).await.unwrap().get().unwrap()
}

/// Those of an application, as soon as there are so many.
async fn so_many_lines(app: &App, number: usize) -> Vec<(u32, bool)> {
    within(async {
        loop {
            let lines = lines(app).await;
            if lines.len() >= number {
                return lines;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

fn provider(app: &App) -> ProviderInfo {
    app.handle().providers().remove(0)
}

fn firsts(numbers: impl IntoIterator<Item = u32>) -> Vec<(u32, bool)> {
    numbers.into_iter().map(|number| (number, false)).collect()
}

#[tokio::test]
async fn who_is_away_hears_them_when_he_comes_back() {
    let house = House::new();
    let attic = start(durably(host(&house))).await;
    let office = || durably(house.peer("office")).module("ledger", Ledger::free());
    let first = start(office()).await;
    order(&attic, 0..3).await;
    assert_eq!(so_many_lines(&first, 3).await, firsts(0..3));
    first.shutdown().await.unwrap();

    order(&attic, 3..100).await;
    let second = start(office()).await;
    assert_eq!(
        so_many_lines(&second, 97).await,
        firsts(3..100),
        "in their order, and what was handled comes no more"
    );
    second.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_was_confirmed_outlives_the_broker() {
    let house = House::new();
    let office = || durably(house.peer("office"));
    let attic = start(durably(host(&house))).await;
    start(office()).await.shutdown().await.unwrap();
    order(&attic, 0..10).await;
    attic.shutdown().await.unwrap();

    let attic = start(durably(host(&house))).await;
    order(&attic, [10]).await;
    let office = start(office().module("ledger", Ledger::free())).await;
    let numbers: Vec<_> = so_many_lines(&office, 11).await.into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, Vec::from_iter(0..11));
    office.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn one_that_nobody_confirms_is_an_error_and_is_heard_by_nobody() {
    let house = House::new();
    let office = durably(house.peer("office")).module("ledger", Ledger::free()).start().await.unwrap();
    let error = within(office.handle().trigger_event("order", args! { number: 1 })).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::EventUnconfirmed));
    let text = error.to_string();
    assert!(text.contains("`order`") && text.contains("`home`") && text.contains("nobody hosts"), "{text}");
    assert_eq!(lines(&office).await, []);
    office.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_process_that_sends_hears_them_once_and_from_the_broker() {
    let house = House::new();
    let attic = start(durably(host(&house)).module("ledger", Ledger::free())).await;
    let mut stream = attic.handle().subscribe("order");
    order(&attic, 0..5).await;
    assert_eq!(so_many_lines(&attic, 5).await, firsts(0..5));
    for _ in 0..5 {
        assert_eq!(within(stream.next()).await.unwrap().process(), Some("attic"));
    }
    assert_eq!((provider(&attic).published, provider(&attic).received, provider(&attic).echoes), (5, 5, 0));
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_event_is_acknowledged_when_its_handler_has_ended() {
    let house = House::new();
    let attic = start(durably(host(&house))).await;
    let may = Arc::new(Semaphore::new(0));
    let held = durably(house.peer("office")).module("ledger", Ledger::new(&may));
    let held = start(held.shutdown_deadline(Duration::from_millis(200))).await;
    order(&attic, 0..2).await;
    while provider(&held).received < 2 {
        tokio::task::yield_now().await;
    }
    let _late = held.shutdown().await;

    let office = start(durably(house.peer("office")).module("ledger", Ledger::free())).await;
    assert_eq!(so_many_lines(&office, 2).await, [(0, true), (1, true)]);
    office.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn one_that_comes_again_is_recognised() {
    let house = House::new();
    let attic = start(durably(host(&house))).await;
    let may = Arc::new(Semaphore::new(0));
    let office = start(durably(house.peer("office")).module("ledger", Ledger::new(&may))).await;
    order(&attic, [7]).await;
    while provider(&office).received == 0 {
        tokio::task::yield_now().await;
    }
    attic.shutdown().await.unwrap();
    wait_for(&office, ProviderState::Connecting).await;

    let attic = start(durably(host(&house))).await;
    while provider(&office).repeated == 0 {
        tokio::task::yield_now().await;
    }
    may.add_permits(10);
    order(&attic, [8]).await;
    assert_eq!(so_many_lines(&office, 2).await, firsts([7, 8]), "handled once, as it had come first");
    office.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_failing_handler_has_handled_it() {
    let house = House::new();
    let attic = start(durably(host(&house)).module("ledger", Ledger::free())).await;
    let mut failures = attic.handle().subscribe("exception");
    order(&attic, [13, 14]).await;
    assert!(within(failures.next()).await.unwrap().field::<String>("message").unwrap().contains("unlucky"));
    assert_eq!(so_many_lines(&attic, 2).await, firsts([13, 14]));
    attic.shutdown().await.unwrap();
    let attic = start(durably(host(&house)).module("ledger", Ledger::free())).await;
    order(&attic, [15]).await;
    assert_eq!(so_many_lines(&attic, 1).await, firsts([15]));
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_slow_module_loses_none_however_short_its_queue() {
    let house = House::new();
    let attic = start(durably(host(&house))).await;
    let may = Arc::new(Semaphore::new(0));
    let office = durably(house.peer("office")).event_loop("desk", LoopOptions::new().events(2));
    let office = start(office.module_on("desk", "ledger", Ledger::new(&may))).await;
    order(&attic, 0..500).await;
    assert!(provider(&office).received <= 64, "no more than one window is under way");
    may.add_permits(1_000);
    assert_eq!(so_many_lines(&office, 500).await, firsts(0..500));
    assert_eq!(office.handle().statistics().module("ledger").unwrap().dropped, 0);
    office.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn of_a_group_one_hears_each_and_another_takes_over() {
    let house = House::new();
    let grouped =
        |app: AppBuilder| app.route_event("order", Via::provider("home").durable().in_group("billing"));
    let attic = start(durably(host(&house))).await;
    let may = Arc::new(Semaphore::new(0));
    let held = grouped(house.peer("first")).module("ledger", Ledger::new(&may));
    let held = start(held.shutdown_deadline(Duration::from_millis(200))).await;
    let free = start(grouped(house.peer("second")).module("ledger", Ledger::free())).await;
    order(&attic, 0..10).await;
    assert_eq!(so_many_lines(&free, 5).await, firsts([1, 3, 5, 7, 9]));
    let _late = held.shutdown().await;
    let mut all = so_many_lines(&free, 10).await;
    all.sort_unstable();
    let expected: Vec<_> = (0..10).map(|number| (number, number % 2 == 0)).collect();
    assert_eq!(all, expected, "those that were with the first are marked");
    free.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn one_that_nobody_waits_for_is_tried_until_it_is_kept() {
    let house = House::new();
    let office = durably(house.peer("office")).start().await.unwrap();
    office.handle().trigger_event("order", args! { number: 1 }).after(Duration::ZERO).await.unwrap();
    let attic = start(durably(host(&house)).module("ledger", Ledger::free())).await;
    assert_eq!(so_many_lines(&attic, 1).await, firsts([1]));
    office.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_kept_for_somebody_who_comes_no_more_can_be_let_go() {
    let house = House::new();
    let attic = start(durably(host(&house))).await;
    start(durably(house.peer("office"))).await.shutdown().await.unwrap();
    order(&attic, 0..3).await;
    attic.shutdown().await.unwrap();
    let socket = Socket::host(&house.url()).journal(house.journal()).forget("office");
    let attic = start(durably(App::builder().process("attic").provider("home", socket))).await;
    let office = start(durably(house.peer("office")).module("ledger", Ledger::free())).await;
    order(&attic, [3]).await;
    assert_eq!(so_many_lines(&office, 1).await, firsts([3]));
    office.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn without_a_journal_nothing_is_durable() {
    let house = House::new();
    let faults = durably(house.host("attic")).start().await.unwrap_err().to_string();
    assert!(faults.contains("`order`") && faults.contains("durable events"), "{faults}");

    let attic = start(house.host("attic")).await;
    let office = durably(house.peer("office")).start().await;
    let told = match office {
        Err(error) => error.to_string(),
        Ok(office) => {
            wait_for(&office, ProviderState::Connected).await;
            office.handle().trigger_event("order", args! { number: 1 }).await.unwrap_err().to_string()
        }
    };
    assert!(told.contains("journal"), "{told}");
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_file_says_all_of_it() {
    let house = House::new();
    let text = |process: &str| {
        let (url, journal) = (house.url(), house.journal().display().to_string());
        config(&format!(
            "looselycoupled:\n  process: {process}\n  providers: {{ home: {{ kind: socket, url: \"{url}\", host: attic, journal: \"{journal}\" }} }}\n  routes: [ {{ event: order, via: home, durable: true, group: billing }} ]\n"
        ))
    };
    let attic = start(App::builder().config(text("attic"))).await;
    let office = start(App::builder().config(text("office")).module("ledger", Ledger::free())).await;
    order(&attic, 0..4).await;
    assert_eq!(so_many_lines(&office, 2).await.len(), 2, "the other two were for the attic");
    office.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

/// Counts whom an event reaches.
struct Counting(Arc<AtomicU32>);

#[module]
impl Counting {
    #[on_event]
    fn on_news(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_group_without_a_journal_takes_turns() {
    let house = House::new();
    let counts: [Arc<AtomicU32>; 3] = std::array::from_fn(|_| Arc::default());
    let grouped = |app: AppBuilder, place: usize| {
        let app = app.route_event("news", Via::provider("home").in_group("readers"));
        app.module("counting", Counting(Arc::clone(&counts[place])))
    };
    let attic = start(grouped(house.host("attic"), 0)).await;
    let office = start(grouped(house.peer("office"), 1)).await;
    let kitchen = start(
        house
            .peer("kitchen")
            .route_event("news", "home")
            .module("counting", Counting(Arc::clone(&counts[2]))),
    )
    .await;
    for _ in 0..10 {
        office.handle().trigger_event("news", args! {}).await.unwrap();
    }
    let counted = || counts.each_ref().map(|count| count.load(Ordering::SeqCst));
    while counted() != [5, 5, 10] {
        tokio::task::yield_now().await;
    }
    for app in [kitchen, office, attic] {
        app.quiesce().await;
        app.shutdown().await.unwrap();
    }
    assert_eq!(counted(), [5, 5, 10], "each of the group in turn, the sender too, and everybody else");
}

/// Two handlers, of which one takes turns.
#[derive(Default)]
struct Till {
    turns: u32,
    all: u32,
}

#[module]
impl Till {
    #[on_event("order", group = "tills")]
    fn in_turn(&mut self) {
        self.turns += 1;
    }

    #[on_event("order")]
    fn always(&mut self) {
        self.all += 1;
    }

    #[task]
    fn counts(&self) -> (u32, u32) {
        (self.turns, self.all)
    }
}

#[tokio::test]
async fn handlers_of_a_group_take_turns_with_durable_events_too() {
    let house = House::new();
    let attic = start(durably(host(&house)).module("till", Till::default())).await;
    let office = start(durably(house.peer("office")).module("till", Till::default())).await;
    order(&attic, 0..20).await;
    let counts = async |app: &App| -> (u32, u32) {
        app.handle().exec_task("till.counts", args! {}).await.unwrap().get().unwrap()
    };
    within(async {
        while (counts(&attic).await, counts(&office).await) != ((10, 20), (10, 20)) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    office.shutdown().await.unwrap();
    order(&attic, 20..25).await;
    within(async {
        while counts(&attic).await != (15, 25) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    attic.shutdown().await.unwrap();
}
