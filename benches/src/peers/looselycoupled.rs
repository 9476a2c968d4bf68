//! looselycoupled: modules started in the runtime of the client, typed stubs, addresses by name.
//!
//! Queues and events keep their default bounds, so that each send also pays for back-pressure.

use std::sync::Arc;

use looselycoupled::prelude::*;

use super::{
    Answers, AnswersAfterYield, AnswersUrgently, Contestant, FansOut, FindsByName, Peer, Roster, StartsMany,
};
use crate::harness::{Flavour, Gate, Kind, Label, Tally};

/// looselycoupled.
pub struct Looselycoupled;

/// The module of all metrics but fan-out.
pub struct Counter {
    tally: Tally,
}

#[module]
impl Counter {
    /// Answers.
    #[task]
    async fn add(&mut self, value: u64) -> u64 {
        self.tally.add(value)
    }

    /// Is told.
    #[task]
    async fn tell(&mut self, value: u64) {
        self.tally.tell(value);
    }

    /// Really awaits.
    #[task]
    async fn add_after_yield(&mut self, value: u64) -> u64 {
        tokio::task::yield_now().await;
        self.tally.add(value)
    }

    /// Holds the module until the client opens the gate.
    #[task]
    async fn hold(&mut self) {
        Gate::pass().await;
    }
}

/// The event of fan-out.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tick {
    pub value: u64,
}

/// The module that hears it.
pub struct Listener {
    tally: Tally,
}

#[module]
impl Listener {
    #[on_event(Tick)]
    async fn tick(&mut self, tick: &Tick) {
        self.tally.tell(tick.value);
    }
}

impl Contestant for Looselycoupled {
    fn label() -> Label {
        Label::new("looselycoupled", Kind::Ours)
    }
}

/// The stub of one module, and the application around it, which ends with its last owner.
#[derive(Clone)]
pub struct Address {
    counter: CounterStub,
    _app: Arc<App>,
}

impl Peer for Looselycoupled {
    type Address = Address;

    async fn start(_: Flavour, tally: Tally) -> Address {
        let app = App::builder().module("counter", Counter { tally }).start().await.expect("the app starts");
        let counter = app.handle().stub::<CounterStub>("counter").expect("the module exists");
        Address { counter, _app: Arc::new(app) }
    }

    async fn tell(address: &Address, value: u64) {
        address.counter.tell(value).enqueue().await.expect("the task is queued");
    }
}

/// The same module, called by its address, which the compiler has checked.
pub struct LooselycoupledChecked;

impl Contestant for LooselycoupledChecked {
    fn label() -> Label {
        Label::new("looselycoupled", Kind::Ours)
    }
}

impl Peer for LooselycoupledChecked {
    type Address = Directory;

    async fn start(_: Flavour, tally: Tally) -> Directory {
        let app = App::builder().module("counter", Counter { tally }).start().await.expect("the app starts");
        Directory { handle: app.handle(), _app: Arc::new(app) }
    }

    async fn tell(directory: &Directory, value: u64) {
        enqueue!(directory.handle, "counter.tell", value).await.expect("the task is queued");
    }
}

impl Answers for LooselycoupledChecked {
    async fn ask(directory: &Directory, value: u64) -> u64 {
        exec!(directory.handle, "counter.add", value).await.expect("the module answers")
    }
}

impl Answers for Looselycoupled {
    async fn ask(address: &Address, value: u64) -> u64 {
        address.counter.add(value).await.expect("the module answers")
    }
}

impl AnswersAfterYield for Looselycoupled {
    async fn ask_after_yield(address: &Address, value: u64) -> u64 {
        address.counter.add_after_yield(value).await.expect("the module answers")
    }
}

impl AnswersUrgently for Looselycoupled {
    async fn tell_low(address: &Address, value: u64) {
        let told = address.counter.tell(value).priority(Priority::Lowest);
        told.enqueue().await.expect("the task is queued");
    }

    async fn ask_urgently(address: &Address, value: u64) -> u64 {
        address.counter.add(value).priority(Priority::Highest).await.expect("the module answers")
    }

    async fn hold(address: &Address) {
        address.counter.hold().enqueue().await.expect("the task is queued");
    }
}

/// The handle of one application; modules are addressed by name on every message.
#[derive(Clone)]
pub struct Directory {
    handle: Handle,
    _app: Arc<App>,
}

impl FindsByName for Looselycoupled {
    type Directory = Directory;

    async fn open(_: Flavour, roster: Roster) -> Directory {
        let modules = roster.into_tallies().map(|(name, tally)| (name, Counter { tally }));
        let builder =
            modules.fold(App::builder().partial(), |builder, (name, counter)| builder.module(&name, counter));
        let app = builder.start().await.expect("the app starts");
        Directory { handle: app.handle(), _app: Arc::new(app) }
    }

    async fn ask_by_name(directory: &Directory, value: u64) -> u64 {
        let answer = directory.handle.exec_task("counter17.add", args! { value: value }).await;
        answer.expect("the module answers").get::<u64>().expect("a number")
    }

    async fn tell_by_name(directory: &Directory, value: u64) {
        let told = directory.handle.enqueue_task("counter17.tell", args! { value: value });
        told.await.expect("the task is queued");
    }
}

impl FansOut for Looselycoupled {
    type Hub = Directory;

    async fn build(_: Flavour, subscribers: Vec<Tally>) -> Directory {
        let modules = subscribers.into_iter().map(|tally| Listener { tally }).enumerate();
        let builder = modules.fold(App::builder().partial(), |builder, (number, listener)| {
            builder.module(&format!("listener{number}"), listener)
        });
        let app = builder.start().await.expect("the app starts");
        Directory { handle: app.handle(), _app: Arc::new(app) }
    }

    async fn publish(hub: &mut Directory, value: u64) {
        hub.handle.trigger(Tick { value }).await.expect("the event is sent");
    }
}

impl StartsMany for Looselycoupled {
    type Crowd = (App, Vec<CounterStub>);

    async fn start_many(_: Flavour, tallies: Vec<Tally>) -> Self::Crowd {
        let count = tallies.len();
        let modules = tallies.into_iter().map(|tally| Counter { tally }).enumerate();
        let builder = modules.fold(App::builder().partial(), |builder, (number, counter)| {
            builder.module(&format!("counter{number}"), counter)
        });
        let app = builder.start().await.expect("the app starts");
        let handle = app.handle();
        let stub = |number| handle.stub::<CounterStub>(&format!("counter{number}"));
        let crowd = (0..count).map(stub).collect::<Result<_, _>>().expect("the modules exist");
        (app, crowd)
    }

    async fn tell_each((_, crowd): &Self::Crowd) {
        for (number, counter) in crowd.iter().enumerate() {
            counter.tell(1).enqueue().await.expect("the task is queued");
            if number % 64 == 63 {
                tokio::task::yield_now().await;
            }
        }
    }
}
