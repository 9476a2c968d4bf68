//! A call through an interface means what a call through the module's own stub means.

use std::sync::Arc;
use std::task::Poll;

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow, Phase};
use looselycoupled_tests::{Witness, balanced, begin, settle, within};

use super::contract::{DimmerStub, KeeperStub, NamedStub, Secret};
use super::lit;
use super::providers::{Lamp, TooBright};

/// A lamp that is busy until its gate opens.
async fn busy(lamp: &Lamp, options: LoopOptions) -> (App, NamedStub, DimmerStub) {
    let app = App::builder().module("lamp", lamp.clone()).event_loop("lamp", options).start().await.unwrap();
    let named: NamedStub = app.handle().stub("lamp").unwrap();
    named.hold().enqueue().await.unwrap();
    lamp.gate.reached(1).await;
    let dimmer = app.handle().stub("lamp").unwrap();
    (app, named, dimmer)
}

#[tokio::test]
async fn it_brings_back_the_value_or_the_tasks_own_error() {
    let (_app, dimmer) = lit(&Lamp::default()).await;
    assert_eq!(dimmer.set_level(40).await.unwrap(), 0);
    let error = dimmer.set_level(120).await.unwrap_err();
    let CallError::Failed(failure) = &error else { panic!("another error: {error}") };
    assert_eq!(failure.downcast_ref::<TooBright>(), Some(&TooBright(120)));
    assert_eq!(failure.to_string(), "level 120 is above 100");
    assert_eq!(Error::from(error).to_string(), "level 120 is above 100");
}

#[tokio::test]
async fn nothing_is_written_or_read_on_its_way() {
    let (app, _) = lit(&Lamp::default()).await;
    let keeper: KeeperStub = app.handle().stub("lamp").unwrap();
    let secret = Arc::new(Secret(7));
    let back = keeper.exchange(Arc::clone(&secret)).await.unwrap();
    assert_eq!(back.0, 7);
    assert!(Arc::ptr_eq(&secret, &back), "serde knows nothing of it, and it is the very same");
}

#[tokio::test]
async fn on_an_idle_module_it_is_done_at_once() {
    let (_app, dimmer) = lit(&Lamp::default()).await;
    let Poll::Ready(result) = begin(&mut dimmer.set_level(40)).await else { panic!("it waits") };
    assert_eq!(result.unwrap(), 0);
}

#[tokio::test]
async fn it_takes_its_turn_by_priority_and_is_counted() {
    let lamp = Lamp::default();
    let (app, _, dimmer) = busy(&lamp, LoopOptions::new()).await;
    let mut low = dimmer.set_level(1).priority(Priority::Low);
    assert!(begin(&mut low).await.is_pending());
    let mut high = dimmer.set_level(2).priority(Priority::High);
    assert!(begin(&mut high).await.is_pending());
    let ticket = dimmer.set_level(3).priority(Priority::Highest).enqueue().await.unwrap();
    let taken_back = dimmer.set_level(4).enqueue().await.unwrap();
    assert!(taken_back.cancel(), "it waits in line");
    lamp.gate.open();
    assert_eq!((within(low).await.unwrap(), within(high).await.unwrap()), (2, 3));
    assert_eq!(lamp.journal.lines(), ["3 highest", "2 high", "1 low"]);
    assert!(!ticket.cancel(), "it has been done");
    settle(&app).await;
    balanced(&app.handle());
    let lamp = app.handle().statistics().modules.remove(0);
    assert_eq!((lamp.handled, lamp.cancelled), (4, 1));
}

#[tokio::test]
async fn dropping_it_withdraws_it() {
    let lamp = Lamp::default();
    let (app, _, dimmer) = busy(&lamp, LoopOptions::new()).await;
    let mut call = dimmer.set_level(1);
    assert!(begin(&mut call).await.is_pending());
    drop(call);
    lamp.gate.open();
    settle(&app).await;
    assert!(lamp.journal.lines().is_empty());
    balanced(&app.handle());
}

#[tokio::test(start_paused = true)]
async fn deadlines_are_its_own_and_those_of_the_task() {
    let lamp = Lamp::default();
    let (app, named, dimmer) = busy(&lamp, LoopOptions::new()).await;
    let error = dimmer.off().timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(error.to_string(), "`lamp.off` did not begin in time");
    lamp.gate.let_one_pass();
    settle(&app).await;
    let before = tokio::time::Instant::now();
    let error = named.hold().await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { begun: true, .. }), "{error}");
    assert_eq!(before.elapsed(), Duration::from_secs(2), "that of the task");
}

#[tokio::test]
async fn a_full_queue_refuses_it() {
    let lamp = Lamp::default();
    let options = LoopOptions::new().tasks(1).overflow(Overflow::Reject);
    let (_app, _, dimmer) = busy(&lamp, options).await;
    let _waits = dimmer.off().enqueue().await.unwrap();
    let error = dimmer.off().await.unwrap_err();
    assert!(matches!(error, CallError::QueueFull { .. }), "{error}");
    lamp.gate.open();
}

#[tokio::test]
async fn a_panic_is_told() {
    #[derive(Default)]
    struct Broken;

    #[module(implements(super::contract::Dimmer))]
    impl Broken {
        #[task]
        fn set_level(&self, level: u8) -> u8 {
            level / (level - level)
        }

        #[task]
        fn off(&self) {}
    }

    looselycoupled_tests::quiet();
    let app = App::builder().module("broken", Broken).start().await.unwrap();
    let dimmer: DimmerStub = app.handle().stub("broken").unwrap();
    let error = dimmer.set_level(1).await.unwrap_err();
    assert!(matches!(error, CallError::Panicked { .. }), "{error}");
}

#[tokio::test]
async fn a_module_that_has_ended_is_not_ready() {
    let (app, dimmer) = lit(&Lamp::default()).await;
    app.shutdown().await.unwrap();
    let error = dimmer.off().await.unwrap_err();
    assert!(matches!(error, CallError::NotReady { state: Phase::Inactive, .. }), "{error}");
}

#[tokio::test]
async fn a_failure_that_nobody_awaits_is_an_exception() {
    let witness = Witness::default();
    let app = App::builder()
        .module("lamp", Lamp::default())
        .module("witness", witness.clone())
        .start()
        .await
        .unwrap();
    let dimmer: DimmerStub = app.handle().stub("lamp").unwrap();
    let _ticket = dimmer.set_level(120).enqueue().await.unwrap();
    settle(&app).await;
    assert_eq!(witness.0.lines(), ["lamp.set_level: level 120 is above 100"]);
}

#[tokio::test(start_paused = true)]
async fn it_is_sent_later_and_again_and_again() {
    let lamp = Lamp::default();
    let (app, dimmer) = lit(&lamp).await;
    dimmer.set_level(1).after(Duration::from_secs(5)).enqueue().await.unwrap();
    let ticks = dimmer.set_level(2).every(Duration::from_secs(2)).enqueue().await.unwrap();
    tokio::time::sleep(Duration::from_millis(5_500)).await;
    assert!(ticks.cancel());
    settle(&app).await;
    assert_eq!(lamp.journal.lines(), ["2 normal", "2 normal", "1 normal"]);
    let refused = dimmer.off().every(Duration::ZERO).enqueue().await.unwrap_err();
    assert!(refused.to_string().starts_with("`lamp.off` was not accepted"), "{refused}");
    balanced(&app.handle());
}

#[tokio::test]
async fn it_blocks_a_plain_thread_and_no_other() {
    let (_app, dimmer) = lit(&Lamp::default()).await;
    let refused = dimmer.set_level(1).blocking().unwrap_err();
    assert!(matches!(refused, CallError::WrongThread { .. }), "{refused}");
    let elsewhere = dimmer.clone();
    let (sender, done) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || sender.send(elsewhere.set_level(1).blocking().unwrap()));
    assert_eq!(within(done).await.unwrap(), 0);
}

/// Calls whatever dims, and is one.
#[derive(Default)]
struct Relay;

#[module(implements(super::contract::Dimmer))]
impl Relay {
    #[task]
    async fn set_level(&mut self, ctx: &Context, level: u8) -> Result<u8, CallError> {
        ctx.stub::<DimmerStub>("next")?.set_level(level).await
    }

    #[task]
    fn off(&mut self) {}
}

#[tokio::test]
async fn a_call_that_would_wait_for_itself_fails_with_its_path() {
    let app = App::builder().module("first", Relay).module("next", Relay).start().await.unwrap();
    let first: DimmerStub = app.handle().stub("first").unwrap();
    let error = within(first.set_level(1)).await.unwrap_err();
    let expected = "the call would wait for itself: next.set_level → next.set_level";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn it_inherits_from_the_handler_that_makes_it() {
    let lamp = Lamp::default();
    let app = App::builder().module("relay", Relay).module("next", lamp.clone()).start().await.unwrap();
    let relay: DimmerStub = app.handle().stub("relay").unwrap();
    assert_eq!(relay.set_level(40).priority(Priority::High).await.unwrap(), 0);
    assert_eq!(lamp.journal.lines(), ["40 high"]);
}

#[tokio::test]
async fn it_calls_the_new_instance_of_a_module_that_is_made_again() {
    #[derive(Default)]
    struct Fragile(u8);

    #[module(implements(super::contract::Dimmer))]
    impl Fragile {
        #[task]
        fn set_level(&mut self, level: u8) -> u8 {
            std::mem::replace(&mut self.0, level)
        }

        #[task]
        fn off(&mut self) {
            panic!("burnt out");
        }
    }

    looselycoupled_tests::quiet();
    let app = App::builder()
        .module_with("fragile", Fragile::default)
        .policy("fragile", Policy::Restart(Restart::default()))
        .start()
        .await
        .unwrap();
    let dimmer: DimmerStub = app.handle().stub("fragile").unwrap();
    dimmer.set_level(40).await.unwrap();
    dimmer.off().await.unwrap_err();
    assert_eq!(within(dimmer.set_level(50)).await.unwrap(), 0, "a new one");
}
