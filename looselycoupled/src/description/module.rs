//! Modules and what is in them.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lifecycle::Phase;
use crate::supervision::Policy;

/// A place in the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceLocation {
    /// The file as the compiler was given it.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A module of an application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModuleDescription {
    /// The name of the instance.
    pub name: String,
    /// The name of its type.
    pub type_name: String,
    /// The documentation of its block.
    pub documentation: String,
    /// How far it is.
    pub phase: Phase,
    /// The event loop that it is on; its own is called like itself.
    pub event_loop: String,
    /// Whether that loop has a thread of its own.
    pub thread: bool,
    /// Whether its handlers overlap.
    pub concurrent: bool,
    /// Whether its state stays on one thread.
    pub pinned: bool,
    /// What a panic of a handler means.
    pub policy: Policy,
    /// The type of its section, if it names one.
    pub config: Option<ConfigDescription>,
    /// Its tasks as they stand in the source.
    pub tasks: Vec<TaskDescription>,
    /// Its event handlers as they stand in the source.
    pub handlers: Vec<HandlerDescription>,
    /// The events that it says it sends.
    pub emits: Vec<String>,
    /// Where its block stands.
    pub location: SourceLocation,
}

/// What the section of an instance is read as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConfigDescription {
    /// The type's full name.
    pub type_name: String,
    /// Its JSON Schema.
    pub schema: Value,
}

/// A type of modules that this program has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TypeDescription {
    /// The name under which a configuration lists it: the shortest that means no other type.
    pub name: String,
    /// All such names, the shortest first.
    pub names: Vec<String>,
    /// The documentation of its block.
    pub documentation: String,
    /// Whether a configuration can list it: it has `Default` or a `#[new]`.
    pub listable: bool,
    /// The type of an instance's section, if it names one.
    pub config: Option<ConfigDescription>,
    /// Where its block stands.
    pub location: SourceLocation,
}

/// How the body of a task or of a handler runs.
// No variant is called `Sync`: rustc writes the trait of that name out in full where a crate shows another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BodyKind {
    /// `async fn`
    Async,
    /// `fn`
    Plain,
    /// `fn` on the blocking pool
    Blocking,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskDescription {
    /// Its name.
    pub name: String,
    /// The address by which it is called, `module.task`.
    pub address: String,
    /// Its documentation.
    pub documentation: String,
    /// Its parameters in order.
    pub parameters: Vec<ParameterDescription>,
    /// The type of its value if all went well, as written.
    pub result: String,
    /// The JSON Schema of that value.
    pub result_schema: Value,
    /// The full name of its error's type, if it has one.
    pub error: Option<String>,
    /// How its body runs.
    pub kind: BodyKind,
    /// The deadline of calls that state none.
    #[serde(with = "crate::config::duration::optional")]
    pub timeout: Option<Duration>,
    /// Whether it is reached through its stub only, and by no address.
    pub local: bool,
    /// Where it stands.
    pub location: SourceLocation,
}

/// A parameter of a task, or a field of an event that a handler by name wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ParameterDescription {
    /// Its name.
    pub name: String,
    /// Its type as written.
    pub type_name: String,
    /// Whether it must be given.
    pub required: bool,
    /// What stands in for it otherwise, as written: an expression of Rust.
    pub default: Option<String>,
    /// The JSON Schema of its type.
    pub schema: Value,
}

/// How a handler came to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HeardBy {
    /// It names the event's type.
    Type,
    /// It names the event.
    Name,
    /// Its pattern matches the event's name.
    Pattern,
    /// The event is connected to a task.
    Connection,
}

/// An event handler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HandlerDescription {
    /// The name of its method.
    pub method: String,
    /// Its documentation.
    pub documentation: String,
    /// The name or pattern of the events that it hears.
    pub hears: String,
    /// Whether that is by type, by name or by pattern.
    pub by: HeardBy,
    /// The fields that it wants, if it hears an event by name.
    pub fields: Vec<ParameterDescription>,
    /// How its body runs.
    pub kind: BodyKind,
    /// The group in which it says that it takes turns with handlers of other processes.
    pub group: Option<String>,
    /// Where it stands.
    pub location: SourceLocation,
}

/// A field of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldDescription {
    /// Its name; `0`, `1`, … in tuples. Of an enum, the name of a variant.
    pub name: String,
    /// Its type as written.
    pub type_name: String,
}
