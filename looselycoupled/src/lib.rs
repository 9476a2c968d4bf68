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
//! What every verb promises is written down in `docs/semantics.md` of the repository, how the crate is built in
//! `ARCHITECTURE.md`.
//!
//! # Features
//!
//! | feature | default | gives |
//! |---|---|---|
//! | `macros` | yes | `#[module]` and its companions |
//! | `yaml` | yes | configuration from YAML files |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadmeExamples;

// The macros name this crate by its own name, in its own documentation and tests, too.
#[allow(unused_extern_crates, reason = "used by the expansions of macros only")]
extern crate self as looselycoupled;

// The rooms, from the lowest layer to the highest: a room imports only from layers that stand above its own here.
// 0: words
pub mod address;
pub mod config;
mod metadata;
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
mod router;
// 3: modules
mod dispatch;
mod lifecycle;
mod module;
mod registry;
mod reply;
// 4: verbs
mod call;
mod error;
mod event;
// 5: failures
mod supervision;
// 7: applications
mod app;

#[doc(hidden)]
pub mod __private;
pub mod prelude;

pub use app::{
    App, AppBuilder, AppError, Fault, Late, LoopOptions, NotQuiet, Overflow, StartError, log_to_stderr,
};
pub use call::{Call, CallByName, Enqueue, EnqueueByName, FromReply, Reply, Ticket};
pub use envelope::{Event, EventInfo, EventRecord, EventShape, FieldInfo, Location};
pub use error::{Error, EventError, Result};
pub use event::Trigger;
pub use lifecycle::Phase;
#[cfg(feature = "macros")]
pub use looselycoupled_macros::{
    event, finalize, initialize, main, module, new, on_event, on_idle, register, run, run_passively, task,
};
pub use metadata::{Headers, MessageId, Metadata, Priority, TransactionId, TransactionIdError};
pub use module::{Address, Configured, Context, Handle, Module, Stub, Task};
pub use reply::{BoxError, CallError, TaskFailure};
pub use statistics::{LoopStatistics, ModuleStatistics, Statistics};
pub use supervision::Policy;
pub use value::{ArgumentError, Arguments, DecodeError, EncodeError, Value};
pub use waits::CallPath;
