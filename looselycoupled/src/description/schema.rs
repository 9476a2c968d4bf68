//! Schemas that are put together from others.

use serde_json::{Map, Value, json};

use super::export::Definitions;
use super::{ParameterDescription, TaskDescription};
use crate::schema::{Direction, TypeSchema};

/// What a type looks like; one that does not say so may look like anything.
pub(super) fn of_type(schema: TypeSchema, direction: Direction, type_name: &str) -> Value {
    schema.write(direction).unwrap_or_else(|| open(type_name))
}

/// Takes everything, and says what it should be.
fn open(type_name: &str) -> Value {
    json!({ "x-rust-type": type_name })
}

/// One entry of an object.
pub(super) struct Property<'a> {
    pub(super) name: &'a str,
    pub(super) schema: Value,
    pub(super) required: bool,
}

impl<'a> Property<'a> {
    pub(super) fn of(parameter: &'a ParameterDescription) -> Self {
        let ParameterDescription { name, required, default, schema, .. } = parameter;
        let schema = with_default(schema.clone(), default.as_deref());
        Self { name, schema, required: *required }
    }
}

/// An object of these properties, complete in itself.
pub(super) fn object<'a>(properties: impl IntoIterator<Item = Property<'a>>, is_closed: bool) -> Value {
    let mut definitions = Definitions::new("#/$defs/");
    let (mut required, mut shared) = (Vec::new(), Map::new());
    for Property { name, schema, required: is_required } in properties {
        required.extend(is_required.then(|| Value::from(name)));
        shared.insert(name.to_owned(), definitions.share(&schema));
    }
    let mut object = Map::from_iter([
        ("type".to_owned(), "object".into()),
        ("properties".to_owned(), shared.into()),
        ("required".to_owned(), required.into()),
        ("additionalProperties".to_owned(), (!is_closed).into()),
        ("$defs".to_owned(), definitions.finish().into()),
    ]);
    object.retain(|key, value| !says_nothing(key, value));
    let mut object = Value::Object(object);
    object.sort_all_objects();
    object
}

fn says_nothing(key: &str, value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => key == "$defs" && entries.is_empty(),
        value => *value == Value::Bool(true),
    }
}

/// A default is code. Where that is also JSON, schemas can say what it gives.
fn with_default(schema: Value, default: Option<&str>) -> Value {
    let Some(written) = default else { return schema };
    // `true` is the schema that takes everything.
    let mut properties = match schema {
        Value::Object(properties) => properties,
        _ => Map::new(),
    };
    match serde_json::from_str(written) {
        Ok(value) => properties.insert("default".to_owned(), value),
        Err(_) if written == "None" => properties.insert("default".to_owned(), Value::Null),
        Err(_) => properties.insert("x-rust-default".to_owned(), written.into()),
    };
    properties.into()
}

impl TaskDescription {
    /// The JSON Schema of all arguments together, as an object: what a call by name may give, and must give.
    #[must_use]
    pub fn arguments_schema(&self) -> Value {
        object(self.parameters.iter().map(Property::of), true)
    }
}
