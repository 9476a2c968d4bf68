//! JSON Schema.

use serde_json::{Map, json};

use super::{DIALECT, Definitions, described, text};
use crate::description::Description;

impl Description {
    /// All schemas in one document of JSON Schema (draft 2020-12).
    ///
    /// Below `$defs` stand `arguments.<module>.<task>`, an object, and `result.<module>.<task>` of every task that has an
    /// address, `event.<name>` of every event, and the types that these refer to, whose names have no dot.
    #[must_use]
    pub fn to_json_schema(&self) -> String {
        let mut types = Definitions::new("#/$defs/");
        let mut schemas = Map::new();
        for task in self.tasks_by_name() {
            let arguments = described(types.share(&task.arguments_schema()), &task.documentation);
            schemas.insert(format!("arguments.{}", task.address), arguments);
            schemas.insert(format!("result.{}", task.address), types.share(&task.result_schema));
        }
        for event in &self.events {
            let content = described(types.share(&event.schema), event.documentation());
            schemas.insert(format!("event.{}", event.name), content);
        }
        schemas.extend(types.finish());
        text(json!({ "$schema": DIALECT, "title": self.title, "$defs": schemas }))
    }
}
