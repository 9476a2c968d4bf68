//! Tests of applications: spies instead of modules, what was sent, rest, and runs that can be replayed.
//!
//! With the feature `testing`, which is best turned on for tests alone:
//!
//! ```toml
//! [dev-dependencies]
//! looselycoupled = { version = "0.1", features = ["testing"] }
//! ```
//!
//! ```
//! use looselycoupled::prelude::*;
//!
//! #[derive(Default)]
//! struct Pump;
//!
//! #[module]
//! impl Pump {
//!     #[on_event]
//!     async fn on_soil_dry(&mut self, ctx: &Context) -> Result<()> {
//!         ctx.exec_task("valve.open", args! { litres: 2 }).await?;
//!         ctx.trigger_event("watered", args! { litres: 2 }).await.map(drop)
//!     }
//! }
//!
//! // In a test this is all of it; `rehearse` runs the same in any other place.
//! #[looselycoupled::test]
//! async fn waters_when_dry() {
//!     let app = TestApp::new().module("pump", Pump).spy("valve", &["open"]).start().await;
//!     app.trigger_event("soil_dry", args! {}).await.unwrap();
//!     app.quiesce().await;
//!     assert_eq!(app.calls("valve.open").len(), 1);
//! }
//!
//! looselycoupled::testing::rehearse(1, async {
//!     let app = TestApp::new().module("pump", Pump).spy("valve", &["open"]).start().await;
//!     app.trigger_event("soil_dry", args! {}).await.unwrap();
//!     app.quiesce().await;
//!     assert_eq!(app.calls("valve.open")[0].get::<u8>("litres").unwrap(), 2);
//!     assert_eq!(app.emitted_event("watered")[0].source(), Some("pump"));
//! });
//! ```
//!
//! # What a seed decides
//!
//! [`#[looselycoupled::test]`](macro@crate::test) and [`rehearse`] run a test on one thread, with tokio's clock paused: it
//! jumps to the next timer as soon as nothing else is left to do. The seed permutes the order in which handlers, run hooks
//! and the test itself go on, wherever several could, and interrupts handlers at their verbs: in every application that
//! [`TestApp`] starts. Every order that comes about is one that an application must expect.
//!
//! # What is replayed
//!
//! The same seed brings the same order, down to the numbers of transactions and messages, which begin anew in every test.
//! This holds for one thread. [`TestApp::obstacles`] names what of an application has threads of its own, and the start says
//! so on standard error: run hooks with `(thread)`, blocking tasks, a runtime of several threads, a test without a seed.
//!
//! The paused clock stands still while a blocking task works, but not for the threads of run hooks: it jumps, and whatever
//! waits for them with a deadline is late. Such modules are tested by the real clock, with `flavor = "multi_thread"`.
//!
//! Nobody can replay what a program takes from elsewhere: the time of day (`SystemTime`, `std::time::Instant`, `when` of a
//! dead letter), the order of
//! a `HashMap` with its usual hasher, `tokio::select!` without `biased;`, several who wait for one `tokio::sync::watch`,
//! `tokio::task::spawn_blocking`, files, sockets and processes.

mod app;
mod builder;
mod calls;
mod record;
mod rehearse;
mod spy;
mod test;
#[cfg(feature = "yaml")]
mod yaml;

pub use app::TestApp;
pub use builder::TestAppBuilder;
pub use calls::SpyCall;
pub use rehearse::rehearse;
pub use spy::Spy;
#[doc(hidden)]
pub use test::{Test, TestOutcome};
