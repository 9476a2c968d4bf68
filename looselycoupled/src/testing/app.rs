//! An application under test.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::RuntimeFlavor;

use super::record::Record;
use super::{SpyCall, TestAppBuilder};
use crate::address::{hint, split};
use crate::{App, AppError, Event, EventRecord, Handle};

/// By the paused clock of a test this is no time; by a real one it is longer than anybody watches.
const PATIENCE: Duration = Duration::from_secs(3600);

/// A running application that remembers what happened in it. It has all verbs of a [`Handle`].
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// #[event]
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// struct Watered {
///     litres: u8,
/// }
///
/// #[derive(Default)]
/// struct Pump;
///
/// #[module]
/// impl Pump {
///     #[task]
///     async fn water(&mut self, ctx: &Context, litres: u8) -> Result<()> {
///         ctx.exec_task("valve.open", args! { seconds: litres * 10 }).await?;
///         ctx.trigger(Watered { litres }).await.map(drop)
///     }
/// }
///
/// looselycoupled::testing::rehearse(1, async {
///     let app = TestApp::new().module("pump", Pump).spy("valve", &["open"]).start().await;
///     app.enqueue_task("pump.water", args! { litres: 3 }).await.unwrap();
///     app.quiesce().await;
///     assert_eq!(app.calls("valve.open")[0].get::<u8>("seconds").unwrap(), 30);
///     assert_eq!(app.emitted::<Watered>()[0].typed::<Watered>().unwrap().litres, 3);
/// });
/// ```
#[derive(Debug)]
pub struct TestApp {
    app: Option<App>,
    handle: Handle,
    record: Arc<Record>,
    spied: Vec<String>,
    obstacles: Vec<String>,
}

impl Deref for TestApp {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl TestApp {
    /// An application without modules, to be filled and started.
    #[expect(clippy::new_ret_no_self, reason = "one begins to write a test with `TestApp::new()`")]
    pub fn new() -> TestAppBuilder {
        TestAppBuilder::new()
    }

    pub(super) fn new_running(app: App, record: Arc<Record>, spied: Vec<String>, has_seed: bool) -> Self {
        let obstacles = obstacles(&app, has_seed);
        tell(&obstacles);
        Self { handle: app.handle(), app: Some(app), record, spied, obstacles }
    }

    /// Why the order of this run cannot be replayed exactly; nothing if it can. See
    /// [what is replayed](super#what-is-replayed).
    #[must_use]
    pub fn obstacles(&self) -> &[String] {
        &self.obstacles
    }

    /// Waits until nothing runs and nothing waits anywhere; see [`App::quiesce`]. Timers that are not yet due and run
    /// hooks do not count.
    ///
    /// # Panics
    ///
    /// An hour later by the clock of the test something is still busy; the message names it. Where the clock is paused,
    /// that is at once.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    #[expect(clippy::panic, reason = "this is how a test fails")]
    pub async fn quiesce(&self) {
        if let Err(busy) = self.handle.quiesce_within(PATIENCE).await {
            panic!("{busy}");
        }
    }

    /// Ends the application in order. What happened until then, and at the end, can still be asked for.
    ///
    /// # Errors
    ///
    /// As for [`App::shutdown`].
    ///
    /// # Cancel safety
    ///
    /// Safe: the end goes on in the background.
    pub async fn shutdown(&mut self) -> Result<(), AppError> {
        match self.app.take() {
            Some(app) => app.shutdown().await,
            None => Ok(()),
        }
    }

    /// The events of a type that were sent so far, in order: by type and by name, whether anybody heard them or not.
    #[must_use]
    pub fn emitted<E: Event>(&self) -> Vec<EventRecord> {
        self.emitted_event(E::NAME)
    }

    /// The events of a name that were sent so far, in order, whether anybody heard them or not; also the framework's own,
    /// such as `exception`.
    #[must_use]
    pub fn emitted_event(&self, name: &str) -> Vec<EventRecord> {
        self.record.events(name)
    }

    /// The calls that a spy has taken so far, in order: of one task (`valve.open`), or of all its tasks (`valve`). Calls that
    /// still wait for their turn are not there yet.
    ///
    /// # Panics
    ///
    /// There is no such spy, or it has no such task; the message knows the nearest.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "a misspelt address would make a test pass that looks for no calls")]
    pub fn calls(&self, address: &str) -> Vec<SpyCall> {
        let has_task = address.contains('.');
        let known = self.spied.iter().map(|known| if has_task { known } else { module_of(known) });
        let known: BTreeSet<&str> = known.collect();
        if !known.contains(address) {
            let known: Vec<&str> = known.into_iter().collect();
            panic!("no spy takes calls of `{address}`{}", hint(address, &known));
        }
        self.record
            .calls(|call| call.module == address || format!("{}.{}", call.module, call.task) == address)
    }
}

fn module_of(address: &str) -> &str {
    split(address).0.unwrap_or(address)
}

/// What makes a run depend on more than its seed.
fn obstacles(app: &App, has_seed: bool) -> Vec<String> {
    let mut obstacles = Vec::new();
    let flavor = tokio::runtime::Handle::try_current().map(|runtime| runtime.runtime_flavor());
    // Whoever asks for several threads gets no seed, whatever stands above the test.
    if flavor.is_ok_and(|flavor| flavor != RuntimeFlavor::CurrentThread) {
        obstacles.push("the runtime has several threads".to_owned());
    } else if !has_seed {
        obstacles.push("the test has no seed: write `#[looselycoupled::test]` above it".to_owned());
    }
    let threads = app.on_own_threads();
    obstacles.extend(threads.iter().map(|label| format!("`{label}` runs on a thread of its own")));
    obstacles
}

#[expect(clippy::print_stderr, reason = "a test tells so; what runs tests shows it where one fails")]
fn tell(obstacles: &[String]) {
    if !obstacles.is_empty() {
        eprintln!("warning: this run cannot be replayed exactly: {}", obstacles.join("; "));
    }
}
