//! Independent modules that call and notify each other by name: typed, ordered, and never silent.
//!
//! A *module* is a struct whose `impl` block carries [`#[module]`](macro@module). Its [`#[task]`](macro@task) methods
//! can be called by others, through a typed stub or by the address `"<module>.<task>"`; its
//! [`#[on_event]`](macro@on_event) methods receive events that anybody broadcasts. An [`App`] holds named instances of
//! modules, starts and ends them in order, and carries every message by priority.
//!
//! ```
//! use looselycoupled::prelude::*;
//!
//! #[derive(Default)]
//! struct Lamp {
//!     level: u8,
//! }
//!
//! #[module]
//! impl Lamp {
//!     /// Sets the brightness and returns the one before.
//!     #[task]
//!     fn set_level(&mut self, level: u8) -> u8 {
//!         std::mem::replace(&mut self.level, level)
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app = App::builder().module("hall_lamp", Lamp::default()).start().await?;
//! let lamp: LampStub = app.handle().stub("hall_lamp")?;
//! lamp.set_level(40).await?;
//! let before: u8 = app.handle().exec_task("hall_lamp.set_level", args! { level: 0 }).await?.get()?;
//! assert_eq!(before, 40);
//! app.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! | to | see |
//! |---|---|
//! | write a module | [`#[module]`](macro@module), [`#[task]`](macro@task), [`#[on_event]`](macro@on_event), [`#[run]`](macro@run) |
//! | put modules together, start and end them | [`App`], [`AppBuilder`], [`#[looselycoupled::main]`](macro@main) |
//! | call by stub | [`Handle::stub`], [`Call`] |
//! | call modules whose types one does not know | [`#[interface]`](macro@interface) |
//! | call by name | [`Handle::exec_task`], [`Handle::enqueue_task`], [`args!`](macro@args) |
//! | send later, or again and again | [`Call::after`], [`Enqueue::after`], [`Trigger::after`], [`Timer`] |
//! | send events | [`#[event]`](macro@event), [`Handle::trigger`], [`Handle::trigger_event`] |
//! | hear events at one's own pace | [`Handle::subscribe`], [`Handle::wait_for`] |
//! | wire modules from outside | [`Handle::connect`], [`Handle::forward`], [`Wire`] |
//! | tell what happens to a plain struct | [`Signal`] |
//! | do all that inside of a module | [`Context`], which is a [`Handle`] |
//! | read settings | [`config`], [`Context::config`], [`Context::setting`] |
//! | look at every message on its way | [`interceptor`], [`AppBuilder::interceptor`] |
//! | test an application | [`#[looselycoupled::test]`](macro@test), [`testing::TestApp`], [`testing::Spy`] |
//! | show what an application consists of | [`Handle::describe`], [`description`] |
//! | read the log while it runs, and change its levels | [`log`], [`Handle::set_log_level`] |
//! | know what went wrong | [`CallError`], [`ErrorCode`], [`StartError`], [`AppError`], [`Statistics`], [`Handle::dead_letters`] |
//!
//! What every verb promises is written down in `docs/semantics.md` of the repository, how the crate is built in
//! `ARCHITECTURE.md`.
//!
//! # Features
//!
//! | feature | default | gives |
//! |---|---|---|
//! | `macros` | yes | `#[module]` and its companions |
//! | `yaml` | yes | configuration from YAML files |
//! | `console` | no | `modules::console`: a page that shows the application live; `web` and `schema` come along |
//! | `gpio` | no | [`modules::gpio`]: lines of a GPIO chip, real or simulated |
//! | `click` | no | [`modules::click`]: pushes of buttons |
//! | `metrics` | no | [`Handle::measurements`]: counts and durations of tasks, events and queues, and who calls whom |
//! | `schema` | no | JSON Schemas of types that implement `schemars::JsonSchema`, in [`description`] |
//! | `testing` | no | [`testing`]: tests of applications, with spies and runs that can be replayed |
//! | `prometheus` | no | `modules::prometheus`: metrics of the framework and of users, read over HTTP or HTTPS |
//! | `socket` | no | `provider::Socket`: processes of one machine that meet at a Unix socket |
//! | `stomp` | no | `provider::Stomp`: events at a broker of STOMP 1.2, RabbitMQ or ActiveMQ |
//! | `nsq` | no | `provider::Nsq`: events with programs in any language that use NSQ |
//! | `zeromq` | no | `provider::ZeroMq`: events with programs in Python that use MrEventLoop |
//! | `web` | no | `modules::web`: tasks, events and the state of the application over HTTP and WebSockets, and pages of one's own |

#![cfg_attr(docsrs, feature(doc_cfg))]

// One of them is a test of an application.
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../../README.md")]
struct ReadmeExamples;

// The macros name this crate by its own name, in its own documentation and tests, too.
#[allow(unused_extern_crates, reason = "used by the expansions of macros only")]
extern crate self as looselycoupled;

// The rooms, from the lowest layer to the highest: a room imports only from layers that stand above its own here.
// 0: words
pub mod address;
mod code;
pub mod config;
mod metadata;
mod schema;
mod sync;
pub mod value;
// 1: machines
mod blocking;
mod event_loop;
mod mailbox;
mod statistics;
mod waits;
// 2: post office
mod envelope;
pub mod interceptor;
mod router;
// 3: modules
mod dispatch;
mod interface;
mod lifecycle;
mod module;
mod registry;
mod reply;
// 4: verbs
mod call;
mod checked;
mod error;
mod event;
mod loops;
mod signal;
// 5: failures
mod supervision;
// 6: other processes
pub mod provider;
// 7: applications
mod app;
pub mod description;
pub mod log;
// 8: what could as well stand outside
pub mod modules;
#[cfg(feature = "testing")]
pub mod testing;

#[doc(hidden)]
pub mod __private;
pub mod prelude;

pub use app::{App, AppBuilder, AppError, Fault, FaultCode, Late, Lint, LintCode, NotQuiet, StartError};
pub use call::{Call, CallByName, Delayed, Enqueue, EnqueueByName, Later, Ticket, Timer, TimerId, TimerInfo};
pub use code::ErrorCode;
pub use dispatch::Callee;
pub use envelope::{Event, EventInfo, EventRecord, EventShape, FieldInfo, Location};
pub use error::{
    ConnectionError, ConnectionFault, ConnectionProblem, Error, EventError, LoopError, Result, WaitError,
};
pub use event::{
    CallbackResult, EventStream, Subscription, SubscriptionId, SubscriptionInfo, Trigger, TypedEvent,
    WaitFor, Wire,
};
pub use event_loop::{EventOverflow, LoopOptions, Overflow};
pub use interface::Method;
pub use lifecycle::Phase;
pub use log::log_to_stderr;
pub use loops::{Borrowing, EventLoop, Hosted, LongVisit, Visit};
#[cfg(feature = "macros")]
/// Names the instances of an application where the compiler sees them, for [`exec!`], [`enqueue!`] and [`emit!`].
///
/// It stands once, at the crate root, and says again what is listed elsewhere: the check at the start compares. An instance that is not
/// listed, or is of another type, is a fault of the start; [`AppBuilder::partial`] lets some be missing. Instances that it does not name
/// are none: they are called by their stubs or by strings.
///
/// - `hall_lamp: Lamp`: an instance; `"hall-lamp": Lamp` where the name is no identifier.
/// - `check = application()`: an expression that gives the [`AppBuilder`]. It becomes a test, `the_application_is_whole`, which makes
///   the [check of the start](AppBuilder::check).
/// - `crate = path`: where looselycoupled is, if the dependency has another name.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[derive(Default)]
/// struct Lamp {
///     level: u8,
/// }
///
/// #[module(emits(level_changed(level: u8)))]
/// impl Lamp {
///     #[task]
///     async fn set_level(&mut self, ctx: &Context, level: u8, #[default(100)] most: u8) -> Result<u8> {
///         emit!(ctx, "level_changed", level = level.min(most)).await?;
///         Ok(std::mem::replace(&mut self.level, level.min(most)))
///     }
/// }
///
/// app! { hall_lamp: Lamp, check = application() }
///
/// fn application() -> AppBuilder {
///     App::builder().module("hall_lamp", Lamp::default())
/// }
///
/// #[looselycoupled::main(flavor = "current_thread")]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let app = application().start().await?;
///     let ctx = app.handle();
///     enqueue!(ctx, "hall_lamp.set_level", level = 40).await?;
///     app.quiesce().await;
///     let before: u8 = exec!(ctx, "hall_lamp.set_level", level = 90, most = 80).await?;
///     assert_eq!(before, 40);
///     Ok(())
/// }
/// ```
///
/// A misspelt name does not compile, and the compiler shows it where it stands:
///
/// ```text
/// error[E0080]: evaluation panicked: no task `set_levl` in `hall_lamp: Lamp`; did you mean `set_level`?
///   --> src/main.rs:25:16
///    |
/// 25 |     exec!(ctx, "hall_lamp.set_levl", level = 40).await?;
///    |                ^^^^^^^^^^^^^^^^^^^^ evaluation of `main::__Task::{constant#0}` failed here
/// ```
pub use looselycoupled_macros::app;
#[cfg(feature = "macros")]
/// Sends an event by its name, checked while the program is compiled: `emit!(ctx, "level_changed", lamp, level = 40)`.
///
/// The name is one that a module of [`app!`] lists in `emits(…)` or hears by its type (`#[on_event(Motion)]`); all fields are given,
/// in any order, each of its type. The result is a [`Trigger`], as of [`trigger`](Handle::trigger).
///
/// An event that `emits` lists without fields has none here. Of an enum somebody has to say which variant is meant: send it by
/// [`trigger`](Handle::trigger), and so those with more than 12 fields.
///
/// The example of [`app!`] shows it.
pub use looselycoupled_macros::emit;
#[cfg(feature = "macros")]
/// Puts a task in line by its address, checked while the program is compiled: `enqueue!(ctx, "hall_lamp.set_level", level = 40)`.
///
/// As [`exec!`], but the result is an [`Enqueue`], which yields a [`Ticket`].
pub use looselycoupled_macros::enqueue;
#[cfg(feature = "macros")]
/// Makes a struct or an enum an event, which [`trigger`](Handle::trigger) broadcasts.
///
/// It stands above the derives of `Serialize` and `Deserialize`, and tells them where serde is: in looselycoupled, so that
/// no dependency on it is needed, unless a `#[serde(crate = "…")]` says otherwise.
///
/// - `name = "…"`: by default the type's name in snake case.
/// - `durable`: where it goes to other processes, it is kept until it has been handled, unless its route says `durable: false`;
///   see [`provider`].
/// - `broadcast = false`: where it goes to other processes, of each listener those of one process hear it, in turn; see
///   [`#[on_event]`](macro@on_event).
/// - `crate = path`: where looselycoupled is, if the dependency has another name; `extern crate lc as looselycoupled;` at
///   the root of the crate says it once for all macros.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[event] // broadcast as `level_changed`
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// struct LevelChanged {
///     level: u8,
/// }
///
/// #[event(name = "door.opened")]
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// struct Opened;
///
/// assert_eq!((LevelChanged::NAME, Opened::NAME), ("level_changed", "door.opened"));
/// ```
pub use looselycoupled_macros::event;
#[cfg(feature = "macros")]
/// Calls a task by its address, checked while the program is compiled: `exec!(ctx, "hall_lamp.set_level", level = 40)`.
///
/// Module and task, the names of the arguments and their types are compared with what [`app!`] says; a mistake is an error that stands at
/// the name. The result is a [`Call`], as of the module's stub: with the task's own types, without serde, and with everything that a
/// call can be told (`.timeout(…)`, `.after(…)`, `.blocking()`). Local tasks can be called as well.
///
/// Arguments are given in any order; `level` is short for `level = level`, and those with a default, and `Option`s, may be left out: a
/// default is evaluated where `exec!` stands, so its panic is the caller's. A task with more than 12 parameters is called by its stub. A name that is made at run time goes to [`exec_task`](Handle::exec_task).
///
/// Where the application is only a [part](AppBuilder::partial) of what `app!` names, a call to an instance that is missing is refused
/// when it is awaited ([`CallError::UnknownModule`]), and one to a spy as well ([`CallError::WrongType`]): spies are called by name.
///
/// The example of [`app!`] shows it.
pub use looselycoupled_macros::exec;
#[cfg(feature = "macros")]
/// Makes a trait an interface: what callers can rely on, whoever implements it. It stands in a crate that provider and
/// consumer share, and neither knows the other.
///
/// For `Dimmer` it makes `DimmerStub`, as visible as the trait: `ctx.stub::<DimmerStub>("hall_lamp")?` calls any module that
/// says `#[module(implements(Dimmer))]`. A call through it goes the way of a call through the module's own stub, with its
/// types, and means the same. The task's own error becomes a [`TaskFailure`]. The stub implements the trait as well, so code
/// that takes `impl Dimmer` can be given a stand-in.
///
/// - Methods are `async fn` with `&self`, whatever the tasks are. Their parameters are owned.
/// - They return `Result<_, CallError>`, since every call can fail on its way.
/// - Futures can be sent to other threads, and methods are there for sized types only, so that `dyn Dimmer` names the interface.
///
/// # The module
///
/// `implements(Dimmer, version = 2, Switchable)` compares each task that has the name of a method while the module is compiled:
/// names, order and types of its parameters, and the type of its value. The errors of tasks are their own, and so is whether
/// they are `async`, `blocking` or `local`. In a generic module, types that depend on its parameters are compared when a stub
/// is made ([`CallError::WrongInterface`]).
///
/// # Options
///
/// - `name = "…"`: by default the trait's.
/// - `version = 2`: 1 unless stated. A module that states another one does not compile.
/// - `crate = path`: where looselycoupled is, if the dependency has another name.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// /// What can be made brighter and darker.
/// #[interface]
/// pub trait Dimmer {
///     /// Sets the brightness in percent and returns the one before.
///     async fn set_level(&self, level: u8) -> Result<u8, CallError>;
/// }
///
/// #[derive(Default)]
/// struct Lamp {
///     level: u8,
/// }
///
/// #[module(implements(Dimmer))]
/// impl Lamp {
///     #[task]
///     fn set_level(&mut self, level: u8) -> Result<u8, String> {
///         if level > 100 { Err(format!("{level} % is too bright")) } else { Ok(std::mem::replace(&mut self.level, level)) }
///     }
/// }
///
/// /// Knows no lamp.
/// async fn twice_as_bright(dimmer: &impl Dimmer, level: u8) -> Result<u8, CallError> {
///     dimmer.set_level(level * 2).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("hall_lamp", Lamp::default()).start().await?;
/// let dimmer: DimmerStub = app.handle().stub("hall_lamp")?;
/// dimmer.set_level(40).priority(Priority::High).await?;
/// assert_eq!(twice_as_bright(&dimmer, 20).await?, 40);
///
/// let Err(CallError::Failed(failure)) = twice_as_bright(&dimmer, 60).await else { panic!("a lamp has limits") };
/// assert_eq!(failure.to_string(), "120 % is too bright");
///
/// struct Broken;
///
/// impl Dimmer for Broken {
///     async fn set_level(&self, _level: u8) -> Result<u8, CallError> {
///         Ok(0)
///     }
/// }
///
/// assert_eq!(twice_as_bright(&Broken, 40).await?, 0);
/// # Ok(())
/// # }
/// ```
pub use looselycoupled_macros::interface;
#[cfg(feature = "macros")]
/// Starts the runtime for an `async fn main`.
///
/// Options: `flavor = "current_thread"` or `"multi_thread"`, `worker_threads = N`, `crate = path`.
///
/// An error that `main` returns is written to standard error with its causes, and makes the exit code.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[looselycoupled::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let app = App::builder().start().await?;
///     Ok(app.shutdown().await?)
/// }
/// ```
pub use looselycoupled_macros::main;
#[cfg(feature = "macros")]
/// Makes the type of an `impl` block a module and generates its stub, `<Type>Stub`.
///
/// # Methods
///
/// | attribute | method | when |
/// |---|---|---|
/// | [`#[task]`](macro@task) | `fn` or `async fn`, `&self` or `&mut self` | somebody calls or queues it |
/// | [`#[on_event]`](macro@on_event) | the same | an event is broadcast |
/// | [`#[new]`](macro@new) | `fn(…) -> Self` or `Result<Self, _>` | the configuration lists an instance |
/// | [`#[initialize]`](macro@initialize), [`#[finalize]`](macro@finalize) | `&self` or `&mut self` | first, last |
/// | [`#[run_passively]`](macro@run_passively), [`#[run]`](macro@run) | `async fn(ctx: Context)` | beside the handlers |
/// | [`#[on_idle]`](macro@on_idle) | `&self` or `&mut self` | nothing is left to do |
///
/// All but `#[new]` may take `ctx: &Context` as the first parameter. Methods without an attribute are ordinary ones.
///
/// # Options
///
/// - `name = "hall_lamp"`: there is one instance, of that name, without being listed.
/// - `concurrent`: up to 64 handlers overlap (`LoopOptions::concurrency`); all take `&self`.
/// - `pinned`: the state need not be `Send`. It is made, used and dropped on the thread of its loop, which it has for itself or
///   shares ([`AppBuilder::module_pinned`]); all calls take the queue.
/// - `config = LampConfig`: the type of the instance's section; see [`Context::config`].
/// - `emits(level_changed(level: u8), bare)`: events by name that the module sends. [`Handle::connect`] refuses others, and tasks
///   that need other fields; without a word of it, any. One that no module hears is a [lint](Lint), unless a reason stands behind it:
///   `emits(level_changed, unheard = "consoles listen to it")`.
/// - `calls("garage.open", "garage", hall_lamp: dyn Dimmer)`: addresses that the module calls although its code does not say so in a
///   literal: tasks, modules, and modules with the interface that they have to implement. One that leads nowhere is a
///   [fault](FaultCode::NoTarget) of the start; what runs elsewhere has a reason behind it:
///   `calls("cellar.pump", external = "it has a controller of its own")`. Literals in the block's code that lead nowhere are lints.
/// - `implements(Dimmer, version = 2, Switchable)`: the interfaces whose methods are tasks of the module; see
///   [`#[interface]`](macro@interface).
/// - `crate = path`: where looselycoupled is, if the dependency has another name; `extern crate lc as looselycoupled;` at
///   the root of the crate says it once for all macros.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// struct Lamp {
///     level: u8,
/// }
///
/// #[module]
/// impl Lamp {
///     #[new]
///     fn new() -> Self {
///         Self { level: 10 }
///     }
///
///     /// The stub has a method `set_level(u8)`, which yields a `u8`.
///     #[task]
///     fn set_level(&mut self, level: u8) -> u8 {
///         std::mem::replace(&mut self.level, level)
///     }
///
///     #[on_event]
///     fn on_sunset(&mut self) {
///         self.level = 80;
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("lamp", Lamp::new()).start().await?;
/// app.handle().trigger_event("sunset", args! {}).await?;
/// app.quiesce().await;
/// assert_eq!(app.handle().stub::<LampStub>("lamp")?.set_level(0).await?, 80);
/// # Ok(())
/// # }
/// ```
pub use looselycoupled_macros::module;
#[cfg(feature = "macros")]
/// A method that hears an event.
///
/// - `#[on_event(Motion)]` with a parameter `motion: &Motion`: by type.
/// - `#[on_event]` on a method `on_motion`, or `#[on_event("motion")]`: by name, with those fields as parameters that it
///   needs. `Option` and `#[default]` may be missing.
///   The framework's own events come by name only: `exception`, `becoming_idle`, and `gap`, which tells a module how many
///   events (`count`) one of its handlers (`handler`, `event`) has missed because the queue was full.
/// - `#[on_event("sensor.*")]`: by pattern, usually with a parameter `event: &EventRecord`. `*` stands for one segment,
///   `**` for any number.
///
/// An event that no module is known to send is a [lint](Lint). Who else sends it stands behind the event, or alone:
/// `#[on_event(Motion, external = "the alarm system sends it")]`, `#[on_event(external = "…")]`.
///
/// Where the event goes to other processes ([`provider`]), every process hears it, unless something else stands behind the event:
///
/// - `group = "billing"`: of the processes that have handlers in this group one hears each event, here and there alike.
/// - `per_process`: every process hears it, although its type says `broadcast = false`.
/// - `name = "bookkeeper"`: what the handler is called among processes, as whose those count that hear an event with `broadcast = false`;
///   otherwise its module and its method, as `office-on_order`.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[event]
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// struct Motion {
///     room: String,
///     strength: u8,
/// }
///
/// #[derive(Default)]
/// struct Diary(Vec<String>);
///
/// #[module]
/// impl Diary {
///     #[on_event(Motion)]
///     fn by_type(&mut self, motion: &Motion) {
///         self.0.push(format!("strength {}", motion.strength));
///     }
///
///     #[on_event]
///     fn on_motion(&mut self, room: String) {
///         self.0.push(room);
///     }
///
///     #[on_event("sensor.*")]
///     fn by_pattern(&mut self, event: &EventRecord) {
///         self.0.push(event.name().to_owned());
///     }
///
///     #[task]
///     fn read(&self) -> Vec<String> {
///         self.0.clone()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("diary", Diary::default()).start().await?;
/// app.handle().trigger(Motion { room: "hall".to_owned(), strength: 7 }).await?;
/// app.handle().trigger_event("sensor.battery", args! { percent: 80 }).await?;
/// app.quiesce().await;
/// let read = app.handle().stub::<DiaryStub>("diary")?.read().await?;
/// assert_eq!(read, ["strength 7", "hall", "sensor.battery"]);
/// # Ok(())
/// # }
/// ```
pub use looselycoupled_macros::on_event;
#[cfg(feature = "macros")]
/// Lets a configuration list a generic module.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
/// use looselycoupled::config::Config;
///
/// #[derive(Default)]
/// struct Celsius;
///
/// #[derive(Default)]
/// struct Meter<T>(T);
///
/// #[module]
/// impl<T: Default + Send + 'static> Meter<T> {
///     #[task]
///     fn read(&self) -> u8 {
///         21
///     }
/// }
///
/// register!(Meter<Celsius> as "MeterCelsius");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::parse("looselycoupled: { modules: { hall: MeterCelsius } }", "config.yaml")?;
/// let app = App::builder().config(config).start().await?;
/// assert_eq!(app.handle().exec_task("hall.read", args! {}).await?.get::<u8>()?, 21);
/// # Ok(())
/// # }
/// ```
pub use looselycoupled_macros::register;
#[cfg(feature = "macros")]
/// A function that runs beside the module while it is active.
///
/// It has no receiver, since handlers go on meanwhile; it calls them by `ctx.me::<Self>()?`. It ends by itself or when
/// [`Context::no_longer_active`] returns. With `(thread)` it is a plain `fn` that may block.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[derive(Default)]
/// struct Clock;
///
/// #[module]
/// impl Clock {
///     #[run]
///     async fn tick(ctx: Context) -> Result<()> {
///         tokio::select! {
///             () = ctx.no_longer_active() => {}
///             () = tokio::time::sleep(Duration::from_millis(1)) => {
///                 ctx.me::<Self>()?.strike().await?;
///                 ctx.trigger_event("exit", args! {}).await?;
///             }
///         }
///         Ok(())
///     }
///
///     #[task]
///     fn strike(&self) {
///         println!("dong");
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), AppError> {
/// App::builder().module("clock", Clock).run().await
/// # }
/// ```
pub use looselycoupled_macros::run;
#[cfg(feature = "macros")]
/// A method that others call, by the stub or by the address `<instance>.<name>`.
///
/// Parameters are owned and can be read by serde, an `Option` may be left out, and so may one with `#[default]` or
/// `#[default(90)]`. The result is anything that serde can write, or a `Result` of that and an error.
///
/// - `name = "set"`: the name by which it is called; by default the method's.
/// - `timeout = "2s"`: the deadline of calls that state none; [`AppBuilder::default_timeout`] is one for all tasks.
/// - `local`: for stubs only; nothing has to be read or written by serde.
/// - `blocking`: a plain `fn` that may block; it runs on a thread of its own pool, and has the module to itself all the same.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[derive(Default)]
/// struct Lamp {
///     level: u8,
/// }
///
/// #[module]
/// impl Lamp {
///     #[task(timeout = "2s")]
///     async fn set_level(&mut self, ctx: &Context, level: u8, #[default(100)] most: u8) -> Result<u8> {
///         if level > most {
///             return Err(Error::other(format!("{} cannot do {level} %", ctx.name())));
///         }
///         Ok(std::mem::replace(&mut self.level, level))
///     }
///
///     #[task(blocking)]
///     fn calibrate(&mut self) {
///         std::thread::sleep(Duration::from_millis(1));
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::builder().module("lamp", Lamp::default()).start().await?;
/// app.handle().exec_task("lamp.calibrate", args! {}).await?;
/// let refused = app.handle().exec_task("lamp.set_level", args! { level: 120 }).await.unwrap_err();
/// assert_eq!(refused.to_string(), "lamp cannot do 120 %");
/// # Ok(())
/// # }
/// ```
pub use looselycoupled_macros::task;
#[cfg(feature = "testing")]
/// Makes a test of an `async fn`: on one thread, with a paused clock, in an order that a seed decides.
///
/// The seed stems from the test's name, so it is the same in every run; where a test fails, standard error names it.
/// `LOOSELYCOUPLED_SEED=…` in the environment runs the tests with that seed instead, and so replays the failure. What a seed
/// decides, and what cannot be replayed, stands at [`testing`].
///
/// A test returns nothing or a `Result<(), E>` with an `E: Debug`.
///
/// - `seed = 42`: this seed instead of that of the name.
/// - `seeds = 100`: once for each of so many seeds, from the first one on.
/// - `flavor = "multi_thread"`, `worker_threads = N`: on real threads and by the real clock, without a seed.
/// - `crate = path`: where looselycoupled is, if the dependency has another name.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[derive(Default)]
/// struct Pump;
///
/// #[module]
/// impl Pump {
///     #[on_event]
///     async fn on_soil_dry(&mut self, ctx: &Context) -> Result<()> {
///         tokio::time::sleep(Duration::from_secs(60)).await;
///         ctx.enqueue_task("valve.open", args! {}).await.map(drop)
///     }
/// }
///
/// #[looselycoupled::test(seeds = 20)]
/// async fn waters_a_minute_later() -> Result<()> {
///     let app = TestApp::new().module("pump", Pump).spy("valve", &["open"]).start().await;
///     app.trigger_event("soil_dry", args! {}).await?;
///     app.quiesce().await; // takes no minute
///     assert_eq!(app.calls("valve.open").len(), 1);
///     Ok(())
/// }
/// ```
pub use looselycoupled_macros::test;
#[cfg(feature = "macros")]
pub use looselycoupled_macros::{finalize, initialize, new, on_idle, run_passively};
pub use metadata::{Headers, MessageId, Metadata, Priority, TransactionId, TransactionIdError};
pub use module::{Address, Configured, Context, FromReply, GivenByValue, Handle, Module, Reply, Stub, Task};
pub use reply::{BoxError, CallError, FullQueue, InterfaceFault, TaskFailure};
#[cfg(feature = "schema")]
/// The crate whose `JsonSchema` says what a type looks like: `#[schemars(crate = "looselycoupled::schemars")]` below the derive.
pub use schemars;
pub use signal::{Connection, Next, Signal};
#[cfg(feature = "metrics")]
pub use statistics::{
    CallMeasurement, Durations, EventMeasurement, ExecutionMode, ExecutionOutcome, Executions,
    HandlerMeasurement, LostMessages, Measurements, TaskMeasurement,
};
pub use statistics::{
    DeadLetter, DeadLetters, DelayedEvents, LoopStatistics, Loss, MessageKind, ModuleStatistics, Statistics,
};
pub use supervision::{Policy, Restart};
pub use value::{ArgumentError, Arguments, DecodeError, EncodeError, Value};
pub use waits::CallPath;
