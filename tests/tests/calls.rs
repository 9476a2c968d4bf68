//! A call brings back what its task returns, by stub and by name alike.

#![allow(clippy::unused_self, reason = "tasks that say what they say")]

use std::convert::Infallible;
use std::sync::mpsc;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, Relay, RelayStub, begin, settle, within};

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum LampError {
    #[error("level {0} is above 100")]
    TooBright(u8),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Scene {
    name: String,
    levels: Vec<(String, u8)>,
    fade: Option<f64>,
}

#[derive(Debug, Default)]
struct Lamp {
    level: u8,
    journal: Journal,
}

mod short {
    pub(crate) type Result<T> = std::result::Result<T, String>;
}

#[module]
impl Lamp {
    #[task]
    async fn set_level(&mut self, level: u8) -> Result<u8, LampError> {
        if level > 100 {
            return Err(LampError::TooBright(level));
        }
        Ok(std::mem::replace(&mut self.level, level))
    }

    #[task]
    fn level(&self) -> u8 {
        self.level
    }

    #[task]
    fn dim(
        &mut self,
        by: Option<u8>,
        #[default] floor: u8,
        #[default(90)] ceiling: u8,
    ) -> (Option<u8>, u8, u8) {
        (by, floor, ceiling)
    }

    #[task]
    async fn play(&mut self, ctx: &Context, scene: Scene) -> Scene {
        Scene { name: format!("{} on {}", scene.name, ctx.name()), ..scene }
    }

    #[task(name = "fade-to")]
    fn fade(&mut self, level: u8) {
        self.level = level;
    }

    #[task(local)]
    fn lend(&mut self, sender: mpsc::Sender<u8>, double: fn(u8) -> u8) -> std::thread::ThreadId {
        sender.send(double(self.level)).unwrap_or_default();
        std::thread::current().id()
    }

    #[task]
    fn broken_bulb(&self) -> std::io::Result<u8> {
        Err(std::io::Error::new(std::io::ErrorKind::NotFound, "no bulb"))
    }

    #[task]
    fn short_alias(&self, fail: bool) -> short::Result<u8> {
        if fail { Err("in words".to_owned()) } else { Ok(7) }
    }

    #[task]
    fn anyhow(&self) -> anyhow::Result<u8> {
        Err(anyhow::anyhow!("the wire is cut").context("cannot light"))
    }

    #[task]
    fn boxed(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("boxed".into())
    }

    #[task]
    async fn remember(&mut self, ctx: &Context, word: String) -> Result<()> {
        ctx.enqueue_task("note", args! { word }).await?;
        self.journal.note("enqueued");
        Ok(())
    }

    #[task]
    fn note(&mut self, word: String) {
        self.journal.note(word);
    }

    #[task]
    async fn slow(&mut self) -> u8 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.level
    }

    #[task]
    fn exact(&self, big: u64, small: i64, nothing: (), tiny: f64) -> (u64, i64, (), f64) {
        (big, small, nothing, tiny)
    }
}

async fn lamp() -> (App, LampStub) {
    let app = App::builder().module("lamp", Lamp::default()).start().await.unwrap();
    let stub = app.handle().stub("lamp").unwrap();
    (app, stub)
}

#[tokio::test]
async fn a_stub_brings_the_tasks_own_types() {
    let (_app, lamp) = lamp().await;
    let before: Result<u8, CallError<LampError>> = lamp.set_level(40).await;
    assert_eq!(before.unwrap(), 0);
    let level: Result<u8, CallError<Infallible>> = lamp.level().await;
    assert_eq!(level.unwrap(), 40);
}

#[tokio::test]
async fn a_call_by_name_brings_the_same_as_the_stub() {
    let (app, lamp) = lamp().await;
    let scene = Scene { name: "film".to_owned(), levels: vec![("hall".to_owned(), 3)], fade: Some(0.1) };
    let by_stub = lamp.play(scene.clone()).await.unwrap();
    let reply = app.handle().exec_task("lamp.play", args! { scene: scene }).await.unwrap();
    assert_eq!(reply.get::<Scene>().unwrap(), by_stub);
    assert_eq!(by_stub.name, "film on lamp");
}

#[tokio::test]
async fn arguments_by_name_come_in_any_order() {
    let (app, _) = lamp().await;
    let arguments = args! { ceiling: 3, by: 1, floor: 2 };
    let reply = app.handle().exec_task("lamp.dim", arguments).await.unwrap();
    assert_eq!(reply.get::<(Option<u8>, u8, u8)>().unwrap(), (Some(1), 2, 3));
}

#[tokio::test]
async fn options_and_defaults_may_be_left_out() {
    let (app, lamp) = lamp().await;
    let handle = app.handle();
    let reply = handle.exec_task("lamp.dim", args! {}).await.unwrap();
    assert_eq!(reply.get::<(Option<u8>, u8, u8)>().unwrap(), (None, 0, 90));
    let reply = handle.exec_task("lamp.dim", args! { by: None::<u8>, ceiling: 5 }).await.unwrap();
    assert_eq!(reply.get::<(Option<u8>, u8, u8)>().unwrap(), (None, 0, 5));
    assert_eq!(lamp.dim(Some(9), 8, 7).await.unwrap(), (Some(9), 8, 7));
}

#[tokio::test]
async fn numbers_keep_all_their_bits_by_name() {
    let (app, _) = lamp().await;
    let arguments = args! { big: u64::MAX, small: i64::MIN, nothing: (), tiny: f64::MIN_POSITIVE };
    let reply = app.handle().exec_task("lamp.exact", arguments).await.unwrap();
    let (big, small, (), tiny) = reply.get::<(u64, i64, (), f64)>().unwrap();
    assert_eq!((big, small, tiny.to_bits()), (u64::MAX, i64::MIN, f64::MIN_POSITIVE.to_bits()));
}

#[tokio::test]
async fn a_task_may_have_a_name_of_its_own() {
    let (app, lamp) = lamp().await;
    app.handle().exec_task("lamp.fade-to", args! { level: 12 }).await.unwrap();
    assert_eq!(lamp.level().await.unwrap(), 12);
    lamp.fade(13).await.unwrap();
    assert_eq!(lamp.level().await.unwrap(), 13);
}

#[tokio::test]
async fn the_tasks_own_error_stays_typed_through_the_stub() {
    let (_app, lamp) = lamp().await;
    match lamp.set_level(120).await {
        Err(CallError::Failed(error)) => assert_eq!(error, LampError::TooBright(120)),
        other => panic!("{other:?}"),
    }
    assert_eq!(lamp.level().await.unwrap(), 0, "a refused level changes nothing");
}

#[tokio::test]
async fn by_name_the_tasks_own_error_is_found_inside_the_failure() {
    let (app, _) = lamp().await;
    let error = app.handle().exec_task("lamp.set_level", args! { level: 120 }).await.unwrap_err();
    assert_eq!(error.to_string(), "level 120 is above 100");
    let CallError::Failed(failure) = error else { panic!("{error:?}") };
    assert_eq!(failure.downcast_ref(), Some(&LampError::TooBright(120)));
    assert!(failure.type_name().ends_with("LampError"), "{}", failure.type_name());
}

#[tokio::test]
async fn every_alias_called_result_is_a_result() {
    let (app, lamp) = lamp().await;
    let error = lamp.broken_bulb().await.unwrap_err();
    assert!(matches!(error, CallError::Failed(error) if error.kind() == std::io::ErrorKind::NotFound));
    assert_eq!(lamp.short_alias(false).await.unwrap(), 7);
    assert!(matches!(lamp.short_alias(true).await, Err(CallError::Failed(words)) if words == "in words"));
    assert!(matches!(lamp.boxed().await, Err(CallError::Failed(error)) if error.to_string() == "boxed"));
    let by_name = app.handle().exec_task("lamp.short_alias", args! { fail: true }).await.unwrap_err();
    assert_eq!(by_name.to_string(), "in words");
}

#[tokio::test]
async fn an_anyhow_error_keeps_its_causes() {
    let (app, lamp) = lamp().await;
    let error = lamp.anyhow().await.unwrap_err();
    assert!(matches!(&error, CallError::Failed(own) if own.chain().count() == 2));
    let error: Error = app.handle().exec_task("lamp.anyhow", args! {}).await.unwrap_err().into();
    assert_eq!(error.to_string(), "cannot light");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "the wire is cut");
}

#[tokio::test]
async fn a_stubs_error_becomes_the_frameworks_by_a_question_mark() {
    async fn light(lamp: &LampStub) -> Result<u8> {
        Ok(lamp.set_level(101).await?)
    }
    let (_app, lamp) = lamp().await;
    let error = light(&lamp).await.unwrap_err();
    assert_eq!(error.to_string(), "level 101 is above 100");
}

#[tokio::test]
async fn a_name_without_a_dot_is_a_task_of_the_own_module() {
    let (app, lamp) = lamp().await;
    let journal = Journal::new();
    let other = Lamp { journal: journal.clone(), ..Lamp::default() };
    let second = App::builder().module("desk", other).module("hall", Lamp::default()).start().await.unwrap();
    second.handle().exec_task("desk.remember", args! { word: "mine" }).await.unwrap();
    settle(&second).await;
    assert_eq!(journal.lines(), ["enqueued", "mine"]);
    drop((app, lamp));
}

#[tokio::test]
async fn a_name_without_a_dot_leads_nowhere_outside_of_modules() {
    let (app, _) = lamp().await;
    let error = app.handle().exec_task("level", args! {}).await.unwrap_err();
    assert!(matches!(error, CallError::UnknownModule { .. } | CallError::UnknownTask { .. }), "{error:?}");
}

#[tokio::test]
async fn a_local_task_takes_what_cannot_be_serialised() {
    let (_app, lamp) = lamp().await;
    lamp.set_level(21).await.unwrap();
    let (sender, receiver) = mpsc::channel();
    let thread = lamp.lend(sender, |level| 2 * level).await.unwrap();
    assert_eq!(receiver.try_recv().unwrap(), 42);
    assert_eq!(thread, std::thread::current().id(), "an idle module is entered on the caller's thread");
}

#[tokio::test]
async fn nothing_happens_before_a_call_is_awaited() {
    let (app, lamp) = lamp().await;
    drop(lamp.set_level(40));
    drop(lamp.set_level(50).enqueue());
    drop(app.handle().exec_task("lamp.set_level", args! { level: 60 }));
    drop(app.handle().enqueue_task("lamp.set_level", args! { level: 70 }));
    settle(&app).await;
    assert_eq!(lamp.level().await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn calls_can_be_joined() {
    let app = App::builder()
        .module("left", Lamp { level: 1, ..Lamp::default() })
        .module("right", Lamp { level: 2, ..Lamp::default() })
        .start()
        .await
        .unwrap();
    let left: LampStub = app.handle().stub("left").unwrap();
    let right: LampStub = app.handle().stub("right").unwrap();
    let begun = tokio::time::Instant::now();
    let (one, two, three) = within(async { tokio::join!(left.slow(), right.slow(), left.slow()) }).await;
    assert_eq!((one.unwrap(), two.unwrap(), three.unwrap()), (1, 2, 1));
    assert_eq!(begun.elapsed().as_secs(), 2, "two modules work side by side, one module in turn");
}

#[tokio::test(start_paused = true)]
async fn calls_can_be_spawned() {
    let (app, lamp) = lamp().await;
    let by_stub = tokio::spawn(lamp.slow());
    let by_name = tokio::spawn(app.handle().exec_task("lamp.slow", args! {}));
    let enqueued = tokio::spawn(lamp.fade(5).enqueue());
    assert_eq!(within(by_stub).await.unwrap().unwrap(), 0);
    assert_eq!(within(by_name).await.unwrap().unwrap().get::<u8>().unwrap(), 0);
    within(enqueued).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(lamp.level().await.unwrap(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_goes_around_a_call_as_around_any_future() {
    let (app, lamp) = lamp().await;
    assert!(tokio::time::timeout(Duration::from_millis(10), lamp.slow()).await.is_err());
    let call = app.handle().exec_task("lamp.level", args! {});
    assert_eq!(
        tokio::time::timeout(Duration::from_secs(5), call).await.unwrap().unwrap().get::<u8>().unwrap(),
        0
    );
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), lamp.slow()).await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn an_idle_module_answers_at_the_first_poll() {
    let (_app, lamp) = lamp().await;
    lamp.level().await.unwrap();
    let mut call = lamp.level();
    assert!(begin(&mut call).await.is_ready());
}

#[tokio::test]
async fn a_ticket_tells_tasks_apart() {
    let (app, lamp) = lamp().await;
    let first = lamp.fade(1).enqueue().await.unwrap();
    let second = app.handle().enqueue_task("lamp.fade-to", args! { level: 2 }).await.unwrap();
    assert!(first.id() < second.id());
    settle(&app).await;
    assert_eq!(lamp.level().await.unwrap(), 2);
}

#[derive(Debug, Default)]
struct Hen {
    egg: Option<EggStub>,
}

#[derive(Debug, Default)]
struct Egg {
    hen: Option<HenStub>,
}

#[module]
impl Hen {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        self.egg = Some(ctx.stub("egg")?);
        Ok(())
    }

    #[task]
    async fn ask(&mut self, generations: u8) -> Result<u8> {
        match &self.egg {
            Some(egg) if generations > 0 => Ok(egg.ask(0).await? + 1),
            _ => Ok(0),
        }
    }
}

#[module]
impl Egg {
    #[initialize]
    async fn begin(&mut self, ctx: &Context) -> Result<()> {
        self.hen = Some(ctx.stub("hen")?);
        Ok(())
    }

    #[task]
    async fn ask(&mut self, generations: u8) -> Result<u8> {
        match &self.hen {
            Some(hen) if generations > 0 => Ok(hen.ask(0).await? + 1),
            _ => Ok(0),
        }
    }
}

#[tokio::test]
async fn modules_that_call_each_other_are_finite_types() {
    let app =
        App::builder().module("hen", Hen::default()).module("egg", Egg::default()).start().await.unwrap();
    let hen: HenStub = app.handle().stub("hen").unwrap();
    let egg: EggStub = app.handle().stub("egg").unwrap();
    assert_eq!(hen.ask(1).await.unwrap(), 1);
    assert_eq!(egg.ask(1).await.unwrap(), 1);
}

/// A chain that is as long as the number of its modules.
async fn chain(length: usize, shared: bool) -> Result<usize, String> {
    let names: Vec<String> = (0..length).map(|number| format!("m{number}")).collect();
    let mut builder = App::builder();
    for name in &names {
        builder = if shared {
            builder.module_on("bus", name, Relay::default())
        } else {
            builder.module(name, Relay::default())
        };
    }
    let app = builder.start().await.unwrap();
    let route: Vec<String> = names[1..].iter().map(|name| format!("{name}.pass")).collect();
    let relay: RelayStub = app.handle().stub("m0").unwrap();
    within(relay.pass(route)).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_chain_of_a_hundred_modules_reaches_its_end() {
    assert_eq!(chain(100, false).await.unwrap(), 100);
}

#[tokio::test]
async fn a_chain_of_three_hundred_modules_reaches_its_end() {
    assert_eq!(chain(300, false).await.unwrap(), 300);
}

#[tokio::test]
async fn a_chain_of_a_hundred_modules_on_one_loop_reaches_its_end() {
    assert_eq!(chain(100, true).await.unwrap(), 100);
}

#[derive(Debug, Default)]
struct Clock {
    ticks: u32,
}

#[module]
impl Clock {
    /// Goes on by itself, as periodic modules do.
    #[task]
    async fn tick(&mut self, ctx: &Context, left: u32) -> Result<()> {
        self.ticks += 1;
        if left > 0 {
            ctx.enqueue_task("tick", args! { left: left - 1 }).await?;
        }
        Ok(())
    }

    #[task]
    fn ticks(&self) -> u32 {
        self.ticks
    }
}

#[tokio::test]
async fn a_task_that_enqueues_itself_goes_on_for_ever() {
    let app = App::builder().module("clock", Clock::default()).start().await.unwrap();
    let clock: ClockStub = app.handle().stub("clock").unwrap();
    clock.tick(1_000).enqueue().await.unwrap();
    settle(&app).await;
    assert_eq!(clock.ticks().await.unwrap(), 1_001);
}

#[derive(Debug)]
struct Bridge {
    other: Handle,
}

#[module]
impl Bridge {
    #[task]
    async fn cross(&mut self, route: Vec<String>) -> Result<usize> {
        Ok(self.other.exec_task("far.pass", args! { route: route }).await?.get()?)
    }
}

#[tokio::test]
async fn a_module_calls_into_another_application_of_the_same_process() {
    let far = App::builder().module("far", Relay::default()).start().await.unwrap();
    let near = App::builder().module("bridge", Bridge { other: far.handle() }).start().await.unwrap();
    let bridge: BridgeStub = near.handle().stub("bridge").unwrap();
    assert_eq!(bridge.cross(Vec::new()).await.unwrap(), 1);
}

#[test]
fn a_call_comes_from_a_task_of_another_runtime() {
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (home, abroad) = (runtime(), runtime());
    let (app, lamp) = home.block_on(lamp());
    let level = abroad.block_on(async move {
        lamp.set_level(40).await.unwrap();
        tokio::spawn(lamp.level()).await.unwrap().unwrap()
    });
    assert_eq!(level, 40);
    home.block_on(app.shutdown()).unwrap();
}
