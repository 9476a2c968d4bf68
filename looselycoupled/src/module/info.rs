//! Plain facts about modules, written down by the macros.

use std::time::Duration;

use super::{ConfigInfo, MentionInfo, PromiseInfo};
use crate::address::constant::NameKey;
use crate::envelope::{EventTypeInfo, FieldInfo, Location};
use crate::schema::TypeSchema;

/// A module type.
#[derive(Debug, Clone, Copy)]
pub struct ModuleInfo {
    /// The type's name.
    pub type_name: &'static str,
    /// The Rust module that it stands in.
    pub module_path: &'static str,
    /// Where its block stands.
    pub location: Location,
    /// Its documentation.
    pub documentation: &'static str,
    /// The instance that exists without being listed (`#[module(name = "…")]`).
    pub instance: Option<&'static str>,
    /// Whether its handlers overlap.
    pub concurrent: bool,
    /// Whether its state stays on the thread of its loop.
    pub pinned: bool,
    /// The events that it says it sends.
    pub emits: &'static [EmitInfo],
    /// The addresses that it says it calls.
    pub calls: &'static [PromiseInfo],
    /// The names that its code mentions.
    pub mentions: &'static [MentionInfo],
    /// Its typed configuration.
    pub config: Option<ConfigInfo>,
    /// Whether its code may read an instance's section: by type, in its constructor, or by look-up.
    pub reads_section: bool,
}

impl ModuleInfo {
    /// Those of a module that the framework itself makes: nothing but a name and a place.
    pub(crate) const fn bare(type_name: &'static str, module_path: &'static str, location: Location) -> Self {
        Self {
            type_name,
            module_path,
            location,
            documentation: "",
            instance: None,
            concurrent: false,
            pinned: false,
            emits: &[],
            calls: &[],
            mentions: &[],
            config: None,
            reads_section: false,
        }
    }
}

/// An event that a module says it sends.
#[derive(Debug, Clone, Copy)]
pub struct EmitInfo {
    /// The event's name.
    pub name: &'static str,
    /// The same as a number.
    pub key: NameKey,
    /// Its fields.
    pub fields: &'static [FieldInfo],
    /// Their names as numbers.
    pub keys: &'static [NameKey],
    /// What is known of their types, in the same order.
    pub schemas: &'static [TypeSchema],
    /// Why nobody hears it.
    pub unheard: Option<&'static str>,
}

/// How a task's body runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// `async fn`
    Async,
    /// `fn`
    Sync,
    /// `fn` on the blocking pool
    Blocking,
}

/// A task.
#[derive(Debug, Clone, Copy)]
pub struct TaskInfo {
    /// Its place in the block.
    pub index: usize,
    /// Its name.
    pub name: &'static str,
    /// The same as a number.
    pub key: NameKey,
    /// Its documentation.
    pub documentation: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [ParameterInfo],
    /// The type of its result as written.
    pub result: &'static str,
    /// The type of its value if all went well, as written.
    pub value: &'static str,
    /// What is known of that type.
    pub value_schema: TypeSchema,
    /// How its body runs.
    pub kind: TaskKind,
    /// The deadline of calls that set none.
    pub timeout: Option<Duration>,
    /// Where it is declared.
    pub location: Location,
}

impl TaskInfo {
    /// Those of a task that the framework itself makes: nothing but a name and a place.
    pub(crate) const fn bare(name: &'static str, location: Location) -> Self {
        Self {
            index: 0,
            name,
            key: NameKey::of(name),
            documentation: "",
            parameters: &[],
            result: "?",
            value: "?",
            value_schema: TypeSchema::OPEN,
            kind: TaskKind::Sync,
            timeout: None,
            location,
        }
    }
}

/// A parameter of a task, or a field that a handler wants.
#[derive(Debug, Clone, Copy)]
pub struct ParameterInfo {
    /// Its name.
    pub name: &'static str,
    /// The same as a number.
    pub key: NameKey,
    /// Its type as written.
    pub type_name: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What stands in for it otherwise, as written.
    pub default: Option<&'static str>,
    /// What is known of its type.
    pub schema: TypeSchema,
}

/// What a handler listens to.
#[derive(Debug, Clone, Copy)]
pub enum SubscriptionInfo {
    /// `#[on_event(Motion)]`
    Typed(EventTypeInfo),
    /// `#[on_event]`, `#[on_event("a.b")]`
    Named {
        /// The event's name.
        event: &'static str,
        /// The fields that the handler wants.
        fields: &'static [ParameterInfo],
    },
    /// `#[on_event("a.*")]`
    Pattern(&'static str),
}

impl SubscriptionInfo {
    /// The name or pattern as text.
    #[must_use]
    pub const fn pattern(&self) -> &'static str {
        match self {
            Self::Typed(of_type) => of_type.info.name,
            Self::Named { event, .. } => event,
            Self::Pattern(pattern) => pattern,
        }
    }
}

/// How a handler shares the events that come from and go to other processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenerInfo {
    /// What it is called among processes; otherwise after its module and method.
    pub name: Option<&'static str>,
    /// Of the processes that have handlers in this group one hears each event.
    pub group: Option<&'static str>,
    /// Every process hears each event, even if its type says otherwise.
    pub per_process: bool,
}

impl ListenerInfo {
    /// In which group the handler is, if all processes hear its event, or if they do not.
    #[must_use]
    pub fn group(&self, module: &str, method: &str, broadcast: bool) -> Option<String> {
        match (self.group, self.name) {
            (Some(group), _) => Some(group.to_owned()),
            _ if broadcast || self.per_process => None,
            (None, Some(name)) => Some(name.to_owned()),
            (None, None) => Some(format!("{module}-{method}")),
        }
    }
}

/// A handler of events.
#[derive(Debug, Clone, Copy)]
pub struct HandlerInfo {
    /// Its place in the block.
    pub index: usize,
    /// The method's name.
    pub method: &'static str,
    /// How its body runs.
    pub kind: TaskKind,
    /// Its documentation.
    pub documentation: &'static str,
    /// What it listens to.
    pub subscription: SubscriptionInfo,
    /// Who sends the event, since no module does.
    pub external: Option<&'static str>,
    /// How it shares events with other processes.
    pub listener: ListenerInfo,
    /// Where it is declared.
    pub location: Location,
}
