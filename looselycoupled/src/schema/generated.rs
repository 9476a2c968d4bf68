//! Types that know their schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::{Direction, SchemaProbe, TypeSchema};

impl<T: JsonSchema + ?Sized> SchemaProbe<T> {
    /// What the type says of itself.
    pub const SCHEMA: TypeSchema = TypeSchema(Some(write::<T>));
}

fn write<T: JsonSchema + ?Sized>(direction: Direction) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let settings = match direction {
        Direction::In => settings.for_deserialize(),
        Direction::Out => settings.for_serialize(),
    };
    let mut generator = settings.into_generator();
    let mut schema = generator.subschema_for::<T>();
    let definitions = generator.take_definitions(true);
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    let mut schema = schema.to_value();
    // Whether maps keep an order depends on what else is compiled into the program.
    schema.sort_all_objects();
    schema
}
