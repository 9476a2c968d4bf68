//! What an application consists of: modules, tasks, events and how they are wired, as data and as documents.
//!
//! [`Handle::describe`](crate::Handle::describe) gives a [`Description`]. It is plain data: whoever shows it, a console, a
//! command line or another process, reads its fields or one of the documents that it becomes, from
//! [JSON](Description::to_json) to [OpenAPI](Description::to_openapi). Values of the configuration are no part of it, so there
//! is no secret in it, either.
//!
//! # Schemas
//!
//! Parameters, results, events and sections carry a JSON Schema (draft 2020-12). With the feature `schema` it is that of the
//! type's `schemars::JsonSchema`, which numbers, texts, lists, `Option` and most types of the standard library have already;
//! types of one's own derive it (`looselycoupled::schemars` is the crate, for `#[schemars(crate = "…")]`). A type that does
//! not say what it looks like has an open schema, which takes everything and bears the type's name as `x-rust-type`. So have
//! all types without the feature, and those that depend on the parameters of a generic module.

mod application;
mod event;
mod export;
mod module;
mod schema;
mod survey;

pub use application::Description;
pub use event::{EmittedBy, EmitterDescription, EventDescription, EventTypeDescription, ListenerDescription};
pub use module::{
    BodyKind, ConfigDescription, FieldDescription, HandlerDescription, HeardBy, ModuleDescription,
    ParameterDescription, SourceLocation, TaskDescription, TypeDescription,
};
