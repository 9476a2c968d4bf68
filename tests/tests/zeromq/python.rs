//! Together with MrEventLoop itself: `bash .ci/python`, which has it installed and sets `MREVENTLOOP_PYTHON` to the Python that knows it.
//! Elsewhere each test says that it is skipped, unless `REQUIRE_PYTHON=1`.
//!
//! `tests/python/roles.py` is the half that is in Python.

use std::process::Stdio;

use looselycoupled::Value;
use looselycoupled::prelude::*;
use looselycoupled::provider::ProviderState;
use looselycoupled_tests::within;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};

use crate::{House, end, provider, start, wait_for};

/// The Python that knows MrEventLoop, if there is one.
fn python() -> Option<String> {
    let python = std::env::var("MREVENTLOOP_PYTHON").ok();
    if python.is_none() {
        let is_required = std::env::var("REQUIRE_PYTHON").is_ok_and(|required| required == "1");
        assert!(!is_required, "`MREVENTLOOP_PYTHON` does not say where there is a Python with MrEventLoop");
        println!("skipped: there is no Python with MrEventLoop; `bash .ci/python` runs this");
    }
    python
}

/// A program in Python; killed at the latest when this is dropped.
struct Program(Child);

impl Program {
    fn start(python: &str, role: &str, house: &House) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/roles.py");
        let mut command = Command::new(python);
        command.arg(script).arg(role).args(house.addresses()).stdin(Stdio::piped()).stderr(Stdio::piped());
        Self(command.kill_on_drop(true).spawn().unwrap())
    }

    /// It ends well, and has had nothing to complain about.
    async fn end(mut self) {
        drop(self.0.stdin.take());
        let mut complaints = String::new();
        let mut stderr = self.0.stderr.take().unwrap();
        within(stderr.read_to_string(&mut complaints)).await.unwrap();
        let status = within(self.0.wait()).await.unwrap();
        assert!(status.success() && complaints.is_empty(), "{status}\n{complaints}");
    }
}

/// Whose broker it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broker {
    Theirs,
    Ours,
}

/// A broker, programs in Python that are connected to it, and an application.
struct Together {
    _house: House,
    broker: Option<Program>,
    programs: Vec<Program>,
    app: App,
}

const EVENTS: [&str; 11] = [
    "are_you_there",
    "here_i_am",
    "asked",
    "answered",
    "begin",
    "collected",
    "produced",
    "request_produce_a",
    "request_produce_b",
    "unordered",
    "order",
];

fn routed(app: AppBuilder) -> AppBuilder {
    EVENTS.into_iter().fold(app, |app, event| app.route_event(event, "home"))
}

impl Together {
    async fn new(
        python: &str,
        broker: Broker,
        roles: &[&str],
        set_up: impl Fn(AppBuilder) -> AppBuilder,
    ) -> Self {
        let house = House::new();
        let (app, broker) = match broker {
            Broker::Ours => (house.host("rust"), None),
            Broker::Theirs => (house.peer("rust"), Some(Program::start(python, "broker", &house))),
        };
        let app = start(set_up(routed(app))).await;
        let programs = roles.iter().map(|role| Program::start(python, role, &house)).collect();
        let together = Self { _house: house, broker, programs, app };
        together.meet(roles).await;
        together
    }

    /// Asks until each has answered: nobody there knows whether it is heard, or hears already.
    async fn meet(&self, roles: &[&str]) {
        let handle = self.app.handle();
        let mut present = handle.subscribe("here_i_am");
        let mut missing: Vec<_> = roles.to_vec();
        let asking = async {
            loop {
                handle.trigger_event("are_you_there", args! {}).await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let meeting = async {
            while !missing.is_empty() {
                let role: String = present.next().await.unwrap().field("0").unwrap();
                missing.retain(|known| *known != role);
            }
        };
        within(async {
            tokio::select! {
                () = asking => {}
                () = meeting => {}
            }
        })
        .await;
    }

    /// The broker goes after all its peers.
    async fn end(self) {
        let Self { app, broker, programs, .. } = self;
        assert_eq!(provider(&app).refused, 0);
        for program in programs {
            program.end().await;
        }
        end([app]).await;
        if let Some(broker) = broker {
            broker.end().await;
        }
    }
}

/// Makes what it is asked for, as the producers of MrEventLoop's own tests do.
#[derive(Default)]
struct ProducerA(i64);

#[module(emits(produced(product: String)))]
impl ProducerA {
    #[on_event]
    async fn on_request_produce_a(&mut self, ctx: &Context) -> Result<()> {
        self.0 += 1;
        ctx.trigger_event("produced", args! { product: self.0.to_string() }).await?;
        Ok(())
    }
}

#[derive(Default)]
struct ProducerB(i64);

#[module(emits(produced(product: String)))]
impl ProducerB {
    #[on_event]
    async fn on_request_produce_b(&mut self, ctx: &Context, x: i64, y: i64) -> Result<()> {
        self.0 += x + y;
        ctx.trigger_event("produced", args! { product: self.0.to_string() }).await?;
        Ok(())
    }
}

/// Both of them.
#[derive(Default)]
struct Producer(i64);

#[module(emits(produced(product: String)))]
impl Producer {
    #[on_event]
    async fn on_request_produce_a(&mut self, ctx: &Context) -> Result<()> {
        self.0 += 1;
        ctx.trigger_event("produced", args! { product: self.0.to_string() }).await?;
        Ok(())
    }

    #[on_event]
    async fn on_request_produce_b(&mut self, ctx: &Context, x: i64, y: i64) -> Result<()> {
        self.0 += x + y;
        ctx.trigger_event("produced", args! { product: self.0.to_string() }).await?;
        Ok(())
    }
}

/// Asks for products, and collects them.
#[derive(Default)]
struct Consumer(Vec<String>);

#[module(emits(request_produce_a(), request_produce_b(x: i64, y: i64), collected(content: Vec<String>)))]
impl Consumer {
    #[on_event]
    async fn on_begin(&mut self, ctx: &Context) -> Result<()> {
        for round in 0..6 {
            match round {
                3 => ctx.trigger_event("request_produce_b", args! { x: 0, y: 0 }).await?,
                4 => ctx.trigger_event("request_produce_b", args! { x: 2, y: 1 }).await?,
                _ => ctx.trigger_event("request_produce_a", args! {}).await?,
            };
        }
        Ok(())
    }

    #[on_event]
    async fn on_produced(&mut self, ctx: &Context, product: String) -> Result<()> {
        self.0.push(product);
        if self.0.len() == 6 {
            ctx.trigger_event("collected", args! { content: self.0.clone() }).await?;
        }
        Ok(())
    }
}

/// What the consumer, wherever it is, has collected.
async fn collected(together: &Together, field: &str) -> Vec<String> {
    let handle = together.app.handle();
    let mut collected = handle.subscribe("collected");
    handle.trigger_event("begin", args! {}).await.unwrap();
    within(collected.next()).await.unwrap().field(field).unwrap()
}

/// The Python, and each broker in turn; nothing where there is no Python.
fn with_either_broker() -> impl Iterator<Item = (String, Broker)> {
    let python = python();
    [Broker::Theirs, Broker::Ours].into_iter().filter_map(move |broker| Some((python.clone()?, broker)))
}

const WITH_TWO: [&str; 6] = ["1", "2", "3", "3", "6", "7"];

#[tokio::test]
async fn two_peers_and_the_producer_is_ours() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| app.module("producer", Producer::default());
        let together = Together::new(&python, broker, &["consumer"], ours).await;
        assert_eq!(collected(&together, "0").await, WITH_TWO);
        together.end().await;
    }
}

#[tokio::test]
async fn two_peers_and_the_consumer_is_ours() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| app.module("consumer", Consumer::default());
        let together = Together::new(&python, broker, &["producer"], ours).await;
        assert_eq!(collected(&together, "content").await, WITH_TWO);
        together.end().await;
    }
}

/// Those of each producer in their order; which of the two is faster is open.
fn assert_of_three(mut content: Vec<String>) {
    content.sort();
    assert_eq!(content, ["0", "1", "2", "3", "3", "4"]);
}

#[tokio::test]
async fn three_peers_and_the_producer_a_is_ours() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| app.module("producer", ProducerA::default());
        let together = Together::new(&python, broker, &["producer_b", "consumer"], ours).await;
        assert_of_three(collected(&together, "0").await);
        together.end().await;
    }
}

#[tokio::test]
async fn three_peers_and_the_producer_b_is_ours() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| app.module("producer", ProducerB::default());
        let together = Together::new(&python, broker, &["producer_a", "consumer"], ours).await;
        assert_of_three(collected(&together, "0").await);
        together.end().await;
    }
}

#[tokio::test]
async fn three_peers_and_the_consumer_is_ours() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| app.module("consumer", Consumer::default());
        let together = Together::new(&python, broker, &["producer_a", "producer_b"], ours).await;
        assert_of_three(collected(&together, "content").await);
        together.end().await;
    }
}

#[tokio::test]
async fn three_peers_and_both_producers_are_ours() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| {
            app.module("producer_a", ProducerA::default()).module("producer_b", ProducerB::default())
        };
        let together = Together::new(&python, broker, &["consumer"], ours).await;
        assert_of_three(collected(&together, "0").await);
        together.end().await;
    }
}

#[derive(Default)]
struct Asker;

#[module(emits(asked(number: i64, text: String, more: Value), order(number: u32)))]
impl Asker {
    #[on_event(external = "Python says it")]
    fn on_answered(&mut self, number: i64, text: Option<String>, more: Option<Value>) {
        let _heard = (number, text, more);
    }
}

#[tokio::test]
async fn values_go_there_and_come_back() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| app.module("asker", Asker);
        let together = Together::new(&python, broker, &["parrot"], ours).await;
        let handle = together.app.handle();
        let mut answers = handle.subscribe("answered");
        let inner: Value =
            [("größer", Value::from(vec![1.into(), Value::Null, 0.5.into()]))].into_iter().collect();
        for (number, text, more) in [
            (i64::MIN, "ä\u{0}\"\\ 🏠".to_owned(), inner),
            (0, String::new(), Value::Null),
            (-1, "x".repeat(100_000), true.into()),
        ] {
            let sent = args! { number, text: text.clone(), more: more.clone() };
            handle.trigger_event("asked", sent).await.unwrap();
            let answer = within(answers.next()).await.unwrap();
            assert_eq!(answer.field::<i64>("number").unwrap(), number);
            assert_eq!(answer.field::<String>("text").unwrap(), text);
            assert_eq!(answer.field::<Value>("more").unwrap(), more);
            assert_eq!((answer.process(), answer.source()), (Some("?"), Some("?")));
        }
        // Others are heard by name there, as `**kwargs`.
        handle.trigger_event("asked", args! { more: 7, number: 5 }).await.unwrap();
        let answer = within(answers.next()).await.unwrap();
        assert_eq!(answer.field::<i64>("number").unwrap(), 7, "in the order in which they were sent");
        together.end().await;
    }
}

#[tokio::test]
async fn a_thousand_come_in_their_order_in_both_directions() {
    for (python, broker) in with_either_broker() {
        let ours = |app: AppBuilder| app.module("asker", Asker);
        let together = Together::new(&python, broker, &["parrot"], ours).await;
        let handle = together.app.handle();
        let mut answers = handle.subscribe("answered");
        // So many that neither side has to let any fall.
        for first in (0..1_000).step_by(100) {
            for number in first..first + 100 {
                handle.trigger_event("asked", args! { number }).await.unwrap();
            }
            for number in first..first + 100 {
                let answer = within(answers.next()).await.unwrap();
                assert_eq!(answer.field::<i64>("number").unwrap(), number);
            }
        }
        together.end().await;
    }
}

#[tokio::test]
async fn their_broker_may_come_later_and_go_and_come_again() {
    let Some(python) = python() else { return };
    let house = House::new();
    let peers = ["cellar", "kitchen"].map(|name| routed(house.peer(name)));
    let [cellar, kitchen] = peers;
    let (cellar, kitchen) = (cellar.start().await.unwrap(), kitchen.start().await.unwrap());
    let mut heard = kitchen.handle().subscribe("order");
    for round in 0..2_u32 {
        let broker = Program::start(&python, "broker", &house);
        wait_for(&cellar, ProviderState::Connected).await;
        wait_for(&kitchen, ProviderState::Connected).await;
        cellar.handle().trigger_event("order", args! { number: round }).await.unwrap();
        let event = within(heard.next()).await.unwrap();
        assert_eq!((event.field::<u32>("number").unwrap(), event.process()), (round, Some("cellar")));
        broker.end().await;
        wait_for(&cellar, ProviderState::Connecting).await;
        wait_for(&kitchen, ProviderState::Connecting).await;
    }
    end([cellar, kitchen]).await;
}
