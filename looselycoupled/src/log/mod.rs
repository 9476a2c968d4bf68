//! The log of a running application: what it said last, what it says next, and from which level on.
//!
//! [`log_to_stderr`], or [`AppBuilder::log_to_stderr`](crate::AppBuilder::log_to_stderr), writes the log to standard error and keeps its
//! last 1,000 lines in memory. They are there for whoever looks after the program while it runs, a console or a page:
//!
//! - [`recent`] gives the lines that are kept, [`follow`] those that come.
//! - A line that is logged inside of a handler or a hook names the *instance* to which that belongs. Tasks and threads that a handler spawns
//!   are outside of it, and so are functions that hear events; their lines name nobody. A line of the framework about an instance
//!   names that one.
//! - [`set_level`], or [`Handle::set_log_level`](crate::Handle::set_log_level), which knows the modules, shows more or less of one instance.
//!
//! The log belongs to the process: two applications in one share it, and instances of one name in both are one to it.
//!
//! ```
//! use looselycoupled::log::{self, LevelFilter};
//! use looselycoupled::prelude::*;
//!
//! # #[derive(Default)]
//! # struct Lamp;
//! # #[module]
//! # impl Lamp {
//! #     #[task]
//! #     fn set_level(&mut self, level: u8) -> u8 {
//! #         level
//! #     }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app = App::builder().module("hall_lamp", Lamp::default()).log_to_stderr().start().await?;
//! let handle = app.handle();
//! handle.set_log_level("hall_lamp", Some(LevelFilter::TRACE))?;
//! let seen = log::recent(None).next;
//! handle.exec_task("hall_lamp.set_level", args! { level: 40 }).await?;
//! for line in log::recent(Some(seen)).lines {
//!     println!("{} {:?}: {}", line.level, line.module, line.message);
//! }
//! let error = handle.set_log_level("hall_lmap", None).unwrap_err();
//! assert_eq!(error.to_string(), "unknown module `hall_lmap`; did you mean `hall_lamp`?");
//! # Ok(())
//! # }
//! ```
//!
//! # A program with a subscriber of its own
//!
//! Then [`log_to_stderr`] does nothing, [`recent`] has nothing and [says so](LogLines::is_recorded). Such a program adds the layers that
//! it wants: [`Recorder`] keeps the lines, and [`Selection`] decides which lines there are.
//!
//! ```
//! use looselycoupled::log::{Recorder, Selection};
//! use tracing_subscriber::prelude::*;
//!
//! tracing_subscriber::registry()
//!     .with(Selection::new(Some("warn,my_crate=debug")))
//!     .with(Recorder::new())
//!     .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
//!     .init();
//! ```
//!
//! Without a [`Selection`] its own filters decide, and levels that are set by [`set_level`] hold for what is recorded only, and only
//! downwards: what a filter keeps back never gets there.

mod follower;
mod levels;
mod line;
mod reading;
mod record;
mod recorder;
mod roll;
mod selection;
mod stderr;
mod whose;

pub use follower::{LogFollower, LogUpdate, follow};
pub use levels::{Levels, levels, set_level};
pub use line::{LogLine, LogLines};
pub use record::recent;
pub use recorder::Recorder;
pub use selection::Selection;
pub(crate) use stderr::fault;
pub use stderr::log_to_stderr;
pub use tracing::level_filters::LevelFilter;
