//! Modules that only listen and answer.

use std::any::type_name;
use std::panic::Location;
use std::sync::Arc;

use super::SpyCall;
use super::record::Record;
use crate::__private::{Answer, Outline, encode};
use crate::value::Writable;
use crate::{AppBuilder, BoxError, CallError, Value};

type Reaction = Box<dyn FnMut() -> Result<Value, BoxError> + Send>;

/// Stands in for a module: takes any call of its tasks, answers what it was told to, and keeps the call for
/// [`TestApp::calls`](super::TestApp::calls).
///
/// A spy is called by name. A task that it lacks is refused as every module refuses it, with the nearest name; its
/// arguments are not compared with anything. It hears no events, those are kept for
/// [`emitted`](super::TestApp::emitted) anyway.
///
/// Typed stubs do not reach it: a stub leads to the state of its very type, without any detour through values that a spy
/// could read. `stub` answers [`WrongType`](CallError::WrongType), or [`WrongInterface`](CallError::WrongInterface). What a
/// module does through a stub is tested with that module, or with a small one under the same name; one that implements the
/// [interface](macro@crate::interface) is enough where the stub is that of an interface.
///
/// # Examples
///
/// ```
/// use looselycoupled::prelude::*;
///
/// looselycoupled::testing::rehearse(1, async {
///     let mut level = 0;
///     let tank = Spy::new("tank")
///         .task("level", move || { level += 10; level })
///         .failing_task("drain", || "jammed");
///     let app = TestApp::new().with_spy(tank).start().await;
///     for expected in [10, 20] {
///         let reply = app.exec_task("tank.level", args! { unit: "l" }).await.unwrap();
///         assert_eq!(reply.get::<u8>().unwrap(), expected);
///     }
///     let refused = app.exec_task("tank.drain", args! {}).await.unwrap_err();
///     assert_eq!(refused.to_string(), "jammed");
///     assert_eq!(app.calls("tank.level")[1].get::<String>("unit").unwrap(), "l");
/// });
/// ```
#[must_use = "a spy does nothing before `TestApp::with_spy` takes it"]
pub struct Spy {
    pub(super) name: String,
    location: &'static Location<'static>,
    tasks: Vec<SpyTask>,
}

struct SpyTask {
    name: String,
    result: &'static str,
    reaction: Reaction,
}

impl std::fmt::Debug for Spy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spy")
            .field("name", &self.name)
            .field("tasks", &self.addresses())
            .finish_non_exhaustive()
    }
}

impl Spy {
    /// A spy without tasks, for the module of this name.
    #[track_caller]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), location: Location::caller(), tasks: Vec::new() }
    }

    /// Adds a task that answers with what the function makes, anew for every call. A task that is named again answers
    /// otherwise from then on.
    ///
    /// The answer is what a caller gets by `get`; for a task that fails there is [`failing_task`](Self::failing_task).
    pub fn task<T: Writable>(self, name: &str, mut answer: impl FnMut() -> T + Send + 'static) -> Self {
        self.with(name, type_name::<T>(), Box::new(move || encode(&answer()).map_err(Into::into)))
    }

    /// Adds a task that fails with what the function makes, anew for every call.
    pub fn failing_task<E: Into<BoxError>>(
        self,
        name: &str,
        mut error: impl FnMut() -> E + Send + 'static,
    ) -> Self {
        self.with(name, "an error", Box::new(move || Err(error().into())))
    }

    fn with(mut self, name: &str, result: &'static str, reaction: Reaction) -> Self {
        self.tasks.retain(|known| known.name != name);
        self.tasks.push(SpyTask { name: name.to_owned(), result, reaction });
        self
    }

    pub(super) fn addresses(&self) -> Vec<String> {
        self.tasks.iter().map(|task| format!("{}.{}", self.name, task.name)).collect()
    }

    /// Takes its place in an application.
    #[track_caller]
    pub(super) fn enlist(self, app: AppBuilder, record: Arc<Record>) -> AppBuilder {
        let Self { name, location, tasks } = self;
        let outline = Outline {
            type_name: "Spy",
            location: (location.file(), location.line()),
            tasks: tasks.iter().map(|task| (task.name.clone(), task.result)).collect(),
        };
        app.improvised(&name, outline, answer(name.clone(), tasks, record))
    }
}

fn answer(module: String, mut tasks: Vec<SpyTask>, record: Arc<Record>) -> Answer {
    Box::new(move |context, asked, arguments| {
        record.note_call(SpyCall {
            module: module.clone(),
            task: asked.name.to_owned(),
            arguments,
            metadata: context.metadata(),
        });
        // Tasks stand in the outline in the order in which they stand here.
        match tasks.get_mut(asked.index) {
            Some(task) => (task.reaction)(),
            None => Err(CallError::<crate::TaskFailure>::UnknownTask {
                address: format!("{module}.{}", asked.name).into(),
                suggestion: None,
                known: Box::default(),
            }
            .into()),
        }
    })
}
