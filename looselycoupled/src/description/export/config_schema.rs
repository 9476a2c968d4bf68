//! The schema of the configuration.

use serde_json::{Map, Value, json};

use super::{DIALECT, Definitions, described, text};
use crate::app::own_section;
use crate::description::{Description, ModuleDescription};

impl Description {
    /// The JSON Schema (draft 2020-12) of the application's `config.yaml`, for editors and for checks.
    ///
    /// It knows the framework's own section, with the types of modules that this program has, and the section of each
    /// instance. A section of another name is left open, since it may belong to an instance that the file is yet to list.
    ///
    /// Editors take it from a line at the top of the file: `# yaml-language-server: $schema=config.schema.json`.
    #[must_use]
    pub fn to_config_schema(&self) -> String {
        let listable = self.types.iter().filter(|known| known.listable);
        let names: Vec<&str> = listable.flat_map(|known| &known.names).map(String::as_str).collect();
        let mut types = Definitions::new("#/$defs/");
        let sections = self.modules.iter().map(|module| (module.name.clone(), types.share(&section(module))));
        let mut properties: Map<String, Value> = sections.collect();
        properties.insert("looselycoupled".to_owned(), own_section(&names));
        text(json!({
            "$schema": DIALECT,
            "title": format!("Configuration of {}", self.title),
            "type": ["object", "null"],
            "properties": properties,
            "$defs": types.finish(),
        }))
    }
}

/// What an instance reads its section as. Keys that it does not know are refused; where serde takes a struct apart in other
/// ways than field by field, they may not be.
fn section(module: &ModuleDescription) -> Value {
    let Some(config) = &module.config else { return described(json!({}), &module.documentation) };
    let mut schema = root(&config.schema);
    let Value::Object(properties) = &mut schema else { return schema };
    let is_plain = properties.contains_key("properties")
        && !["$ref", "allOf", "anyOf", "oneOf", "unevaluatedProperties"]
            .iter()
            .any(|key| properties.contains_key(*key));
    if is_plain {
        properties.entry("additionalProperties").or_insert(Value::Bool(false));
        if !properties.contains_key("required") {
            // An empty section is one with nothing in it.
            properties.insert("type".to_owned(), json!(["object", "null"]));
        }
    }
    described(schema, &module.documentation)
}

/// The definition itself where a schema is nothing but a reference to one of its own.
fn root(schema: &Value) -> Value {
    let definition = || {
        let definitions = schema.get("$defs")?;
        let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        let mut definition = definitions.get(name)?.clone();
        definition.as_object_mut()?.insert("$defs".to_owned(), definitions.clone());
        Some(definition)
    };
    definition().unwrap_or_else(|| schema.clone())
}
