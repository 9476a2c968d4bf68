//! The codes of errors that callers and senders get.

use super::codes;

codes! {
    /// What sort of error a call, a queued task or an event ended with. `docs/errors.md` of the repository explains each, with a message
    /// as it is told.
    ///
    /// For those who pass errors on to where Rust's types are not: an answer over HTTP, a line of a console, a metric.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::ErrorCode;
    /// use looselycoupled::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder().start().await?;
    /// let error = app.handle().exec_task("lamp.set_level", args! { level: 40 }).await.unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::UnknownModule);
    /// assert_eq!(error.code().to_string(), "LC0705");
    /// # Ok(())
    /// # }
    /// ```
    ErrorCode, each of them "error":
    /// The task itself returned an error.
    Failed = "LC0701", "tasks that failed";
    /// The task panicked.
    Panicked = "LC0702", "tasks that panicked";
    /// The call would have waited for itself.
    Cycle = "LC0703", "calls that would wait for themselves";
    /// The deadline passed.
    Timeout = "LC0704", "calls whose deadline passed";
    /// There is no module of this name.
    UnknownModule = "LC0705", "calls of modules that there are not";
    /// The module has no task of this name.
    UnknownTask = "LC0706", "calls of tasks that there are not";
    /// A local task was called by its name.
    LocalTask = "LC0707", "calls of local tasks by name";
    /// The arguments do not fit the task.
    Argument = "LC0708", "arguments that do not fit their tasks";
    /// The result is no value.
    Result = "LC0709", "results that are no values";
    /// The module is neither passive nor active.
    NotReady = "LC0710", "calls of modules that take none";
    /// The calling module is not active.
    NotActive = "LC0711", "calls by modules that are not active yet";
    /// The target's queue has no room.
    QueueFull = "LC0712", "calls and tasks that find no room";
    /// The application is ending.
    ShuttingDown = "LC0713", "calls while the application ends";
    /// The stub belongs to another module's type.
    WrongType = "LC0714", "stubs of another type than the module's";
    /// The stub is for an interface that the module does not implement.
    WrongInterface = "LC0715", "stubs of interfaces that the module does not implement";
    /// To be sent again and again without time in between.
    NoPeriod = "LC0716", "tasks to be sent again and again without time in between";
    /// A verb that blocks, on a thread that must not block.
    WrongThread = "LC0717", "calls that would block a thread of the runtime";
    /// The event loop has been closed.
    Closed = "LC0718", "calls on event loops that have been closed";
    /// An interceptor did not let the call pass.
    Rejected = "LC0719", "calls that an interceptor rejected";
    /// The module is in another process that is not to be had.
    Unreachable = "LC0720", "calls of modules in processes that are not to be had";
    /// An argument of an event is no value.
    EventArgument = "LC0721", "arguments of events that are no values";
    /// A name that no event can have.
    EventName = "LC0722", "events under names that none can have";
    /// An event's name belongs to another type.
    EventType = "LC0723", "events of another type than their handlers'";
    /// The sending module is not active.
    SenderNotActive = "LC0724", "events of modules that are not active yet";
    /// An event to be sent again and again without time in between.
    EventNoPeriod = "LC0725", "events to be sent again and again without time in between";
    /// A verb that blocks, on a thread that must not block.
    EventWrongThread = "LC0726", "events whose sending would block a thread of the runtime";
    /// The application is ending.
    EventShuttingDown = "LC0727", "events while the application ends";
    /// An interceptor did not let the event pass.
    EventRejected = "LC0728", "events that an interceptor rejected";
    /// Nobody said that a durable event is kept.
    EventUnconfirmed = "LC0729", "durable events that no provider confirmed";
}
