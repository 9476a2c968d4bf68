//! OpenAPI.

use serde_json::{Map, Value, json};

use super::{Definitions, described, summary, text};
use crate::description::{Description, EventDescription, TaskDescription};
use crate::metadata::Priority;

/// What a problem is called among the schemas; names of types have no dots.
const PROBLEM: &str = "rfc9457.problem";

/// What can go wrong with a task, by the status of the answer.
const PROBLEMS: [(&str, &str); 5] = [
    ("404", "There is no such task."),
    ("422", "An argument is unknown, missing, or does not fit."),
    ("500", "The task failed or panicked."),
    ("503", "The module does not take calls, or its queue is full."),
    ("504", "The task did not answer in time."),
];

impl Description {
    /// A document of OpenAPI 3.1: `POST /api/v1/tasks/<module>.<task>` for every task that has an address, with its arguments
    /// as an object, and `POST /api/v1/events/<name>` for every event but the framework's own.
    #[must_use]
    pub fn to_openapi(&self) -> String {
        let mut types = Definitions::new("#/components/schemas/");
        let mut paths = Map::new();
        for module in &self.modules {
            for task in module.tasks.iter().filter(|task| !task.local) {
                let path = format!("/api/v1/tasks/{}", encoded(&task.address));
                paths.insert(path, json!({ "post": call(&module.name, task, &mut types) }));
            }
        }
        for event in self.events.iter().filter(|event| !event.own) {
            let path = format!("/api/v1/events/{}", encoded(&event.name));
            paths.insert(path, json!({ "post": trigger(event, &mut types) }));
        }
        let mut schemas = types.finish();
        schemas.insert(PROBLEM.to_owned(), problem());
        let tags = self
            .modules
            .iter()
            .map(|module| described(json!({ "name": module.name }), &module.documentation));
        text(json!({
            "openapi": "3.1.0",
            "info": self.info(),
            "paths": paths,
            "components": { "schemas": schemas },
            "tags": tags.collect::<Vec<_>>(),
        }))
    }
}

fn call(module: &str, task: &TaskDescription, types: &mut Definitions) -> Value {
    let has_required = task.parameters.iter().any(|parameter| parameter.required);
    let problems = PROBLEMS.into_iter().map(|(status, meaning)| (status.to_owned(), answer(meaning)));
    let mut responses: Map<String, Value> = problems.collect();
    let result = content("application/json", &types.share(&task.result_schema));
    responses.insert("200".to_owned(), json!({ "description": "Its result.", "content": result }));
    responses.insert("202".to_owned(), json!({ "description": "It has been put in line." }));
    let operation = json!({
        "operationId": format!("task.{}", task.address),
        "tags": [module],
        "parameters": options(),
        "requestBody": {
            "required": has_required,
            "content": content("application/json", &types.share(&task.arguments_schema())),
        },
        "responses": responses,
    });
    documented(operation, &task.documentation)
}

fn trigger(event: &EventDescription, types: &mut Definitions) -> Value {
    let operation = json!({
        "operationId": format!("event.{}", event.name),
        "requestBody": { "content": content("application/json", &types.share(&event.schema)) },
        "responses": {
            "202": { "description": "It has been handed to everybody who hears it." },
            "422": answer("Its content is malformed."),
            "503": answer("The application is about to end."),
        },
    });
    documented(operation, event.documentation())
}

/// How a task is called.
fn options() -> Value {
    json!([
        {
            "name": "mode",
            "in": "query",
            "description": "Whether to wait for the result, or to put the task in line.",
            "schema": { "enum": ["exec", "queue"], "default": "exec" },
        },
        { "name": "priority", "in": "query", "schema": { "enum": Priority::ALL, "default": Priority::default() } },
    ])
}

fn content(media_type: &str, schema: &Value) -> Value {
    let schema = json!({ "schema": schema });
    Value::Object(Map::from_iter([(media_type.to_owned(), schema)]))
}

fn answer(meaning: &str) -> Value {
    let problem = json!({ "$ref": format!("#/components/schemas/{PROBLEM}") });
    json!({ "description": meaning, "content": content("application/problem+json", &problem) })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "code": { "type": "string" },
            "help": { "type": "string" },
        },
    })
}

fn documented(mut operation: Value, documentation: &str) -> Value {
    if let Value::Object(entries) = &mut operation
        && !documentation.is_empty()
    {
        entries.insert("summary".to_owned(), summary(documentation).into());
    }
    described(operation, documentation)
}

/// Names have letters of any script, paths have not.
fn encoded(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    name.bytes().map(byte).collect()
}
