//! What programs rely on that were written for MrEventLoop 0.7.1: one test for each of its own, with named modules in the
//! place of objects.

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::{AppBuilder, Wire};
use looselycoupled_tests::{Journal, settle};

/// Asks for products and keeps them.
#[derive(Debug, Clone, Default)]
struct Customer(Journal);

#[module(emits(request()))]
impl Customer {
    #[task]
    async fn ask(&self, ctx: &Context) -> Result<usize> {
        ctx.trigger_event("request", args! {}).await
    }

    #[task]
    fn on_result(&self, product: String) {
        self.0.note(product);
    }
}

/// Makes products when asked.
#[derive(Debug, Clone)]
struct Maker(&'static str);

#[module(emits(result(product: String), request()))]
impl Maker {
    #[task]
    async fn on_request(&self, ctx: &Context) -> Result<usize> {
        ctx.trigger_event("result", args! { product: self.0 }).await
    }
}

/// Neither asks nor makes, but hears.
#[derive(Debug, Clone, Default)]
struct Agent(Journal);

#[module(emits(request(), result(product: String)))]
impl Agent {
    #[task]
    fn on_request(&self) {
        self.0.note("request");
    }
}

struct Market {
    app: App,
    got: Journal,
}

async fn market(wire: impl FnOnce(AppBuilder) -> AppBuilder) -> Market {
    let got = Journal::new();
    let builder = App::builder().module("customer", Customer(got.clone())).module("maker", Maker("bread"));
    let app = wire(builder).start().await.unwrap();
    Market { app, got }
}

impl Market {
    /// Asks twice.
    async fn trade(&self) -> Vec<String> {
        let customer: CustomerStub = self.app.handle().stub("customer").unwrap();
        for _ in 0..2 {
            customer.ask().await.unwrap();
        }
        settle(&self.app).await;
        self.got.take()
    }
}

#[tokio::test]
async fn a_producer_and_a_consumer_are_connected_one_by_one() {
    let market = market(|app| app).await;
    market.app.handle().connect("customer/request", "maker.on_request").unwrap();
    market.app.handle().connect("maker/result", "customer.on_result").unwrap();
    assert_eq!(market.trade().await, ["bread", "bread"]);
}

#[tokio::test]
async fn or_by_all_names_that_match() {
    let market = market(|app| app).await;
    market.app.handle().connect_matching("customer", "maker").unwrap();
    market.app.handle().connect_matching("maker", "customer").unwrap();
    assert_eq!(market.trade().await, ["bread", "bread"]);
}

#[tokio::test]
async fn or_by_lists_of_names() {
    let market = market(|app| app).await;
    let wires = [("customer/request", "maker.on_request"), ("maker/result", "customer.on_result")];
    market.app.handle().connect_all(wires).unwrap();
    assert_eq!(market.trade().await, ["bread", "bread"]);
}

/// The way there and the way back lead through an agent each.
async fn with_agents(wire: impl FnOnce(&Handle)) {
    let (there, back) = (Agent::default(), Agent::default());
    let market = market(|app| app.module("there", there.clone()).module("back", back.clone())).await;
    wire(&market.app.handle());
    assert_eq!(market.trade().await, ["bread", "bread"]);
    assert!(there.0.lines().is_empty() && back.0.lines().is_empty(), "what is forwarded runs no code");
}

#[tokio::test]
async fn a_module_in_between_forwards_what_it_names() {
    with_agents(|handle| {
        handle.forward("customer/request", "there/request").unwrap();
        handle.connect("there/request", "maker.on_request").unwrap();
        handle.forward("maker/result", "back/result").unwrap();
        handle.connect("back/result", "customer.on_result").unwrap();
    })
    .await;
}

#[tokio::test]
async fn or_many_forwards_and_connections_are_listed() {
    with_agents(|handle| {
        let wires = [
            Wire::new("customer/request", "there/request"),
            Wire::new("there/request", "maker.on_request"),
            Wire::new("maker/result", "back/result"),
            Wire::new("back/result", "customer.on_result"),
        ];
        handle.connect_all(wires).unwrap();
    })
    .await;
}

#[tokio::test]
async fn or_the_ends_are_connected_by_all_names_that_match() {
    with_agents(|handle| {
        handle.forward("customer/request", "there/request").unwrap();
        handle.connect_matching("there", "maker").unwrap();
        handle.forward("maker/result", "back/result").unwrap();
        handle.connect_matching("back", "customer").unwrap();
    })
    .await;
}

#[tokio::test]
async fn or_functions_pass_events_on() {
    let market = market(|app| app).await;
    let (there, back) = (market.app.handle(), market.app.handle());
    let asked = market.app.handle().on("request", move |_| {
        let handle = there.clone();
        async move { handle.exec_task("maker.on_request", args! {}).await.map(drop) }
    });
    let made = market.app.handle().on("result", move |event| {
        let handle = back.clone();
        let product: String = event.field("product").unwrap();
        async move { handle.exec_task("customer.on_result", args! { product: product }).await.map(drop) }
    });
    assert_eq!(market.trade().await, ["bread", "bread"]);
    drop((asked, made));
    assert!(market.trade().await.is_empty());
}

/// Wires itself to its supplier when it begins.
#[derive(Debug, Clone, Default)]
struct Shop(Journal);

#[module(emits(request()))]
impl Shop {
    #[initialize]
    async fn initialize(&mut self, ctx: &Context) -> Result<()> {
        ctx.connect_matching(ctx.name(), "maker")?;
        ctx.connect_matching("maker", ctx.name()).map(drop)
    }

    #[task]
    async fn open(&self, ctx: &Context) -> Result<usize> {
        ctx.trigger_event("request", args! {}).await
    }

    #[task]
    fn on_result(&self, product: String) {
        self.0.note(product);
    }
}

#[tokio::test]
async fn a_module_connects_itself_when_it_begins() {
    let shop = Shop::default();
    let market = market(|app| app.module("shop", shop.clone())).await;
    for _ in 0..2 {
        market.app.handle().exec_task("shop.open", args! {}).await.unwrap();
    }
    settle(&market.app).await;
    assert_eq!(shop.0.lines(), ["bread", "bread"]);
}

#[tokio::test]
async fn a_task_of_its_own_is_not_replaced_by_a_forward() {
    let agent = Agent::default();
    let market = market(|app| app.module("agent", agent.clone())).await;
    let handle = market.app.handle();
    handle.forward("customer/request", "maker/request").unwrap();
    handle.connect("maker/request", "agent.on_request").unwrap();
    handle.connect("maker/result", "customer.on_result").unwrap();
    handle.exec_task("maker.on_request", args! {}).await.unwrap();
    settle(&market.app).await;
    assert_eq!(market.got.take(), ["bread"], "the task runs");
    assert!(agent.0.lines().is_empty(), "and a call is no event");
}

#[tokio::test]
async fn who_is_disconnected_hears_no_more() {
    let market = market(|app| app).await;
    let handle = market.app.handle();
    handle.connect_matching("customer", "maker").unwrap();
    handle.connect("maker/result", "customer.on_result").unwrap();
    assert_eq!(market.trade().await.len(), 2);
    handle.disconnect("maker/result", "customer.on_result").unwrap();
    assert!(market.trade().await.is_empty());
}

/// Keeps what each of its tasks got.
#[derive(Debug, Clone, Default)]
struct Listener(Arc<Mutex<Vec<String>>>);

#[module]
impl Listener {
    #[task]
    fn hear(&mut self, word: String) {
        self.0.lock().unwrap().push(word);
    }
}

/// An application with a speaker and so many listeners, `one`, `two`, ….
async fn listeners(number: usize) -> (App, Vec<Listener>) {
    let listeners: Vec<Listener> = (0..number).map(|_| Listener::default()).collect();
    let names = ["one", "two", "three", "four"].into_iter().zip(&listeners);
    let builder = App::builder().module("speaker", super::Speaker);
    let builder = names.fold(builder, |app, (name, listener)| app.module(name, listener.clone()));
    (builder.start().await.unwrap(), listeners)
}

async fn say(app: &App, events: &[(&str, &str)]) {
    for (event, word) in events {
        let said = app.handle().exec_task("speaker.say", args! { event: event, word: word });
        said.await.unwrap();
    }
    settle(app).await;
}

fn heard(listeners: &[Listener]) -> Vec<Vec<String>> {
    listeners.iter().map(|listener| listener.0.lock().unwrap().clone()).collect()
}

#[tokio::test]
async fn one_listener_hears_its_event_in_order() {
    let (app, listening) = listeners(1).await;
    app.handle().connect("speaker/first", "one.hear").unwrap();
    say(&app, &[("first", "foo"), ("second", "baz"), ("first", "bar")]).await;
    assert_eq!(heard(&listening), [["foo", "bar"]]);
}

#[tokio::test]
async fn several_listeners_hear_one_event() {
    let (app, listening) = listeners(2).await;
    app.handle().connect_all([("speaker/first", "one.hear"), ("speaker/first", "two.hear")]).unwrap();
    say(&app, &[("first", "foo"), ("first", "bar")]).await;
    assert_eq!(heard(&listening), [["foo", "bar"], ["foo", "bar"]]);
}

const FOUR: [(&str, &str); 4] = [
    ("speaker/first", "one.hear"),
    ("speaker/second", "two.hear"),
    ("speaker/first", "three.hear"),
    ("speaker/second", "four.hear"),
];
const WORDS: [(&str, &str); 4] = [("first", "foo"), ("second", "baz"), ("first", "bar"), ("second", "123")];

#[tokio::test]
async fn several_listeners_hear_several_events() {
    let (app, listening) = listeners(4).await;
    app.handle().connect_all(FOUR).unwrap();
    say(&app, &WORDS).await;
    assert_eq!(heard(&listening), [["foo", "bar"], ["baz", "123"], ["foo", "bar"], ["baz", "123"]]);
}

#[tokio::test]
async fn an_event_that_is_new_is_heard_like_any_other() {
    let (app, listening) = listeners(4).await;
    app.handle().connect_all([FOUR[0], FOUR[2]]).unwrap();
    say(&app, &WORDS[..1]).await;
    app.handle().connect_all([FOUR[1], FOUR[3]]).unwrap();
    say(&app, &WORDS[1..]).await;
    assert_eq!(heard(&listening), [["foo", "bar"], ["baz", "123"], ["foo", "bar"], ["baz", "123"]]);
}

#[tokio::test]
async fn the_others_hear_on_when_one_listener_is_removed() {
    let (app, listening) = listeners(4).await;
    app.handle().connect_all(FOUR).unwrap();
    say(&app, &WORDS).await;
    app.handle().disconnect("speaker/first", "one.hear").unwrap();
    say(&app, &[("first", "456")]).await;
    let expected = [vec!["foo", "bar"], vec!["baz", "123"], vec!["foo", "bar", "456"], vec!["baz", "123"]];
    assert_eq!(heard(&listening), expected);
}
