//! The documents that a description becomes.

mod asyncapi;
mod config_schema;
mod definitions;
mod json;
mod json_schema;
mod markdown;
mod mermaid;
mod openapi;

use serde_json::{Value, json};

pub(super) use definitions::Definitions;

use super::{Description, TaskDescription};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Description {
    /// The tasks that have an address.
    fn tasks_by_name(&self) -> impl Iterator<Item = &TaskDescription> {
        self.modules.iter().flat_map(|module| &module.tasks).filter(|task| !task.local)
    }

    fn info(&self) -> Value {
        json!({ "title": self.title, "version": self.version })
    }
}

/// Keys by the alphabet: whether maps keep an order of their own depends on what else is compiled into the program.
fn text(mut document: Value) -> String {
    document.sort_all_objects();
    format!("{document:#}")
}

/// A schema with a word about what it is for, unless there is nothing to say or it says something itself.
fn described(mut schema: Value, documentation: &str) -> Value {
    if let Value::Object(properties) = &mut schema
        && !documentation.is_empty()
    {
        properties.entry("description").or_insert_with(|| documentation.into());
    }
    schema
}

/// The first paragraph on one line.
fn summary(documentation: &str) -> String {
    let first = documentation.trim().split("\n\n").next().unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}
