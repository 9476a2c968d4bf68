//! Putting an application together for a test.

use std::sync::Arc;

use super::record::Record;
use super::rehearse::seed;
use super::{Spy, TestApp};
use crate::__private::Rehearsal;
use crate::{App, AppBuilder, EventRecord, GivenByValue, Module};

/// A [`TestApp`] that is being put together.
#[derive(Debug)]
#[must_use = "nothing starts before `start`"]
pub struct TestAppBuilder {
    app: AppBuilder,
    record: Arc<Record>,
    /// The addresses of all tasks of spies.
    spied: Vec<String>,
}

impl TestAppBuilder {
    pub(super) fn new() -> Self {
        Self { app: App::builder(), record: Arc::default(), spied: Vec::new() }
    }

    /// Adds an instance of a module.
    #[track_caller]
    pub fn module<M: Module<Mode: GivenByValue>>(mut self, name: &str, module: M) -> Self {
        self.app = self.app.module(name, module);
        self
    }

    /// Adds an instance that a factory makes.
    #[track_caller]
    pub fn module_with<M: Module>(mut self, name: &str, factory: impl Fn() -> M + Send + 'static) -> Self {
        self.app = self.app.module_with(name, factory);
        self
    }

    /// Adds a spy with tasks that answer nothing: [`with_spy`](Self::with_spy) for one that answers.
    #[track_caller]
    pub fn spy(self, name: &str, tasks: &[&str]) -> Self {
        let spy = tasks.iter().fold(Spy::new(name), |spy, task| spy.task(task, || ()));
        self.with_spy(spy)
    }

    /// Adds a spy.
    #[track_caller]
    pub fn with_spy(mut self, spy: Spy) -> Self {
        self.spied.extend(spy.addresses());
        self.app = spy.enlist(self.app, Arc::clone(&self.record));
        self
    }

    /// Whatever else an application is given: `.with(|app| app.policy("pump", Policy::Exit))`.
    pub fn with(mut self, change: impl FnOnce(AppBuilder) -> AppBuilder) -> Self {
        self.app = change(self.app);
        self
    }

    /// Starts the application in the current tokio runtime, with the seed of the test that runs on this thread.
    ///
    /// # Panics
    ///
    /// It did not start; the message is that of [`StartError`](crate::StartError). To look at the error itself, start an
    /// application by [`App::builder`].
    ///
    /// # Cancel safety
    ///
    /// Not safe: modules that have been initialised are not finalised when the future is dropped.
    #[expect(clippy::panic, reason = "this is how a test fails")]
    pub async fn start(self) -> TestApp {
        let Self { app, record, spied } = self;
        let seed = seed();
        let noted = Arc::clone(&record);
        let witness = Arc::new(move |event: &EventRecord| noted.note_event(event));
        match app.rehearsal(Rehearsal { seed, witness: Some(witness) }).start().await {
            Ok(app) => TestApp::new_running(app, record, spied, seed.is_some()),
            Err(error) => panic!("{error}"),
        }
    }
}
