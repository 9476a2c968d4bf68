//! Many schemas in one document.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

/// Where schemas that are complete in themselves keep what they refer to.
const OWN: &str = "#/$defs/";

/// What the schemas of one document refer to: each definition once, and different ones of one name apart.
pub(in crate::description) struct Definitions {
    /// Where they stand in the document.
    place: &'static str,
    schemas: BTreeMap<String, Value>,
    /// The names of those that are known, by everything that they mean.
    names: HashMap<String, String>,
}

impl Definitions {
    pub(in crate::description) fn new(place: &'static str) -> Self {
        Self { place, schemas: BTreeMap::new(), names: HashMap::new() }
    }

    /// Takes in what a schema refers to, and returns it without that.
    pub(in crate::description) fn share(&mut self, schema: &Value) -> Value {
        let mut schema = schema.clone();
        let own = schema.as_object_mut().and_then(|schema| schema.remove("$defs"));
        let Some(Value::Object(own)) = own else { return schema };
        let reached = reached(&schema, &own);
        let names: BTreeMap<&str, String> =
            reached.keys().map(|name| (*name, self.name(name, &own))).collect();
        for (name, definition) in reached {
            let Some(shared) = names.get(name) else { continue };
            let mut definition = definition.clone();
            self.redirect(&mut definition, &names);
            self.schemas.insert(shared.clone(), definition);
        }
        self.redirect(&mut schema, &names);
        schema
    }

    /// All of them.
    pub(in crate::description) fn finish(self) -> Map<String, Value> {
        self.schemas.into_iter().collect()
    }

    fn redirect(&self, schema: &mut Value, names: &BTreeMap<&str, String>) {
        each_reference(schema, &mut |reference| {
            if let Some(shared) = own_name(reference).and_then(|name| names.get(name.as_str()).cloned()) {
                *reference = format!("{}{shared}", self.place);
            }
        });
    }

    /// The name that a definition has in the document.
    fn name(&mut self, name: &str, own: &Map<String, Value>) -> String {
        let meaning = meaning(name, own);
        if let Some(known) = self.names.get(&meaning) {
            return known.clone();
        }
        let plain = plain(name);
        let mut shared = plain.clone();
        let mut number = 1;
        while self.names.values().any(|taken| *taken == shared) {
            number += 1;
            shared = format!("{plain}{number}");
        }
        self.names.insert(meaning, shared.clone());
        shared
    }
}

/// A definition with everything that it leads to, as text: two of the same text mean the same.
fn meaning(name: &str, own: &Map<String, Value>) -> String {
    let definition = own.get(name).unwrap_or(&Value::Null);
    let reached = reached(definition, own).into_iter();
    let texts = reached.map(|(name, definition)| format!(";{name}={definition}"));
    format!("{name}={definition}{}", texts.collect::<String>())
}

/// The definitions to which a schema leads, at whatever remove, by name.
fn reached<'a>(schema: &Value, own: &'a Map<String, Value>) -> BTreeMap<&'a str, &'a Value> {
    let mut reached = BTreeMap::new();
    let mut open = vec![schema];
    while let Some(next) = open.pop() {
        each_reference(&mut next.clone(), &mut |reference| {
            let found = own_name(reference).and_then(|name| own.get_key_value(&name));
            let new = found.filter(|(name, definition)| reached.insert(name.as_str(), *definition).is_none());
            open.extend(new.map(|(_, definition)| definition));
        });
    }
    reached
}

/// Shows every `$ref` below a schema.
fn each_reference(schema: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| each_reference(item, visit)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(reference) if key == "$ref" => visit(reference),
                    value => each_reference(value, visit),
                }
            }
        }
        _ => {}
    }
}

/// The name of the definition to which a reference leads: a JSON pointer in a fragment of a URI.
fn own_name(reference: &str) -> Option<String> {
    let encoded = reference.strip_prefix(OWN)?;
    let mut pieces = encoded.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.as_bytes());
    }
    Some(String::from_utf8(bytes).ok()?.replace("~1", "/").replace("~0", "~"))
}

/// A name that needs no quoting anywhere; OpenAPI and AsyncAPI allow few characters.
fn plain(name: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    name.chars().map(|character| if is_plain(character) { character } else { '_' }).collect()
}
