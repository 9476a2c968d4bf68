//! The schema of the framework's own section; what is read there stands in `plan.rs`.

use serde_json::{Value, json};

use crate::blocking::BlockingPool;

/// What the section `looselycoupled` may hold, given the names by which types of modules are listed.
pub(crate) fn own_section(types: &[&str]) -> Value {
    json!({
        "description": "The framework's own settings.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "modules": modules(types),
            "loops": map_of(&event_loop(), "Event loops by name; that of a module is called like it."),
            "connections": { "type": "array", "items": connection() },
            "process": { "description": "What other processes call this one.", "type": "string" },
            "providers": map_of(&provider(), "Ways to other processes by name."),
            "routes": { "type": "array", "items": route() },
            "blocking_threads": {
                "description": "How many blocking tasks run at once.",
                "type": "integer", "minimum": 1, "maximum": BlockingPool::LARGEST,
            },
            "default_timeout": duration("The deadline of calls that would have none."),
            "dead_letters": {
                "description": "How many of the last messages that were lost are kept.",
                "type": "integer", "minimum": 0,
            },
            "shutdown_deadline": duration("How long the end may take altogether."),
            "watchdog": duration("How long a handler may keep its loop before the log names it."),
            "exception_file": { "description": "A file that gets a line for every failure.", "type": "string" },
            "log": { "description": "Directives of the log, as in `RUST_LOG`.", "type": "string" },
        },
    })
}

fn map_of(schema: &Value, description: &str) -> Value {
    json!({ "description": description, "type": ["object", "null"], "additionalProperties": schema })
}

fn modules(types: &[&str]) -> Value {
    let detailed = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type"],
        "properties": {
            "type": { "enum": types },
            "loop": { "description": "The event loop that it shares with others.", "type": "string" },
            "policy": policy(),
        },
    });
    map_of(&json!({ "anyOf": [{ "enum": types }, detailed] }), "Instances and their types.")
}

fn policy() -> Value {
    let restart = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "budget": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
            "within": duration("The time within which the budget counts."),
            "first_delay": duration("How long the first restart waits."),
            "longest_delay": duration("How long any of them waits at most."),
        },
    });
    json!({
        "description": "What a panic of a handler means.",
        "anyOf": [
            { "enum": ["report", "restart", "exit"] },
            {
                "type": "object",
                "additionalProperties": false,
                "required": ["restart"],
                "properties": { "restart": restart },
            },
        ],
    })
}

fn event_loop() -> Value {
    let bound = |overflow: [&str; 2]| {
        json!({
            "type": "object",
            "additionalProperties": false,
            "properties": { "capacity": at_least_one(), "overflow": { "enum": overflow } },
        })
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "modules": { "type": "array", "items": { "type": "string" } },
            "tasks": bound(["wait", "reject"]),
            "events": bound(["drop_newest", "drop_oldest"]),
            "fairness": { "type": "integer", "minimum": 0 },
            "concurrency": at_least_one(),
            "thread": { "type": "boolean" },
            "exit_on_failure": { "type": "boolean" },
        },
    })
}

fn at_least_one() -> Value {
    json!({ "type": "integer", "minimum": 1 })
}

fn connection() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["from", "to"],
        "properties": {
            "from": { "description": "`<module>/<event>`, or a module.", "type": "string" },
            "to": { "description": "`<module>.<task>`, `<module>/<event>`, or a module.", "type": "string" },
            "arguments": { "enum": ["by_name", "positional"] },
        },
    })
}

fn provider() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["kind"],
        "properties": {
            "kind": { "enum": ["amqp", "local", "nsq", "socket", "stomp", "zeromq"] },
            "name": { "description": "Of `local`: what those call it who are together.", "type": "string" },
            "url": { "description": "Of `amqp`, `socket` and `stomp`: where the broker is, `unix:<path>`, `tcp://<host>:<port>` or `amqp://<host>:<port>`.", "type": "string" },
            "host": { "description": "Of `socket` and `zeromq`: the process that hosts the broker.", "type": "string" },
            "journal": {
                "description": "Of `socket`: the file in which the process that hosts keeps durable events.",
                "type": "string",
            },
            "forget": {
                "description": "Of `socket`: processes and groups that come no more, for which nothing is to be kept.",
                "type": "array",
                "items": { "type": "string" },
            },
            "token": {
                "description": "Of `socket` at a port: what whoever connects has to show, 16 to 1024 bytes. Of `nsq`: the secret for its AUTH.",
                "type": "string",
            },
            "token_file": { "description": "Of `socket` at a port, and of `nsq`: the file in which the token stands.", "type": "string" },
            "authority_file": {
                "description": "Of `socket` at a port: the certificates (PEM) by which that of the broker has to be made.",
                "type": "string",
            },
            "certificate_file": { "description": "Of `socket` at a port: the broker's certificate (PEM).", "type": "string" },
            "key_file": { "description": "Of `socket` at a port: the key (PEM) of that certificate.", "type": "string" },
            "publishes": {
                "description": "Of `zeromq`: where the broker publishes, `ipc://<path>` or `tcp://<host>:<port>`.",
                "type": "string",
            },
            "takes": {
                "description": "Of `zeromq`: where the broker takes what processes send.",
                "type": "string",
            },
            "addresses": { "description": "Of `amqp` and `stomp`: where events lie at the broker.", "enum": ["activemq", "artemis", "queue", "rabbitmq"] },
            "user": { "description": "Of `amqp` and `stomp`: as whom one comes.", "type": "string" },
            "password": { "description": "Of `amqp` and `stomp`: what that user shows.", "type": "string" },
            "password_file": { "description": "Of `amqp` and `stomp`: the file in which the password stands.", "type": "string" },
            "virtual_host": { "description": "Of `amqp` and `stomp`: to which part of the broker one comes.", "type": "string" },
            "plain": { "description": "Of `amqp`, `nsq` and `stomp`: whether another machine may be reached without encryption.", "type": "boolean" },
            "only_sends": { "description": "Of `stomp`: whether events go out, and none come in.", "type": "boolean" },
            "nsqd": {
                "description": "Of `nsq`: where each nsqd is, `tcp://<host>:<port>`.",
                "type": "array",
                "items": { "type": "string" },
            },
            "body": { "description": "Of `nsq`: how contents are written and read.", "enum": ["json", "cbor"] },
        },
    })
}

fn route() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["via"],
        "properties": {
            "event": { "description": "An event, or a pattern, that goes out and comes in.", "type": "string" },
            "module": { "description": "A module that is elsewhere, or that others call.", "type": "string" },
            "via": { "description": "The provider.", "type": "string" },
            "durable": {
                "description": "Whether the event is kept until it has been handled.",
                "type": "boolean",
            },
            "group": { "description": "Of its processes one hears each event.", "type": "string" },
            "priority": {
                "description": "The highest priority at which calls from elsewhere are handled.",
                "enum": ["highest", "high", "normal", "low", "lowest"],
            },
        },
    })
}

fn duration(description: &str) -> Value {
    json!({
        "description": description,
        "anyOf": [
            { "type": "string", "pattern": r"^\s*(0|([0-9]+(\.[0-9]+)?\s*(d|h|ms|m|s|us|µs|ns)\s*)+)\s*$" },
            { "const": 0 },
        ],
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::de::{Deserialize, Deserializer, Error, Visitor, value};
    use serde::forward_to_deserialize_any;

    use super::*;
    use crate::app::listed_providers::ListedProvider;
    use crate::app::plan::{Detailed, EventBounds, Framework, LoopSection, TaskBounds};
    use crate::app::routes::ListedRoute;
    use crate::app::wiring::ListedWire;
    use crate::supervision::Restart;

    /// Learns which fields a struct reads, and gives it nothing.
    struct Asked<'a>(&'a mut BTreeSet<&'static str>);

    impl<'de> Deserializer<'de> for Asked<'_> {
        type Error = value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(Error::custom("no struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            self.0.extend(fields);
            Err(Error::custom("that is all"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn read<'de, T: Deserialize<'de>>() -> BTreeSet<&'static str> {
        let mut fields = BTreeSet::new();
        assert!(T::deserialize(Asked(&mut fields)).is_err());
        fields
    }

    fn shown<'a>(schema: &'a Value, pointer: &str) -> BTreeSet<&'a str> {
        let properties = schema.pointer(&format!("{pointer}/properties")).and_then(Value::as_object);
        properties.unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let section = own_section(&["Lamp"]);
        assert_eq!(shown(&section, ""), read::<Framework>());
        assert_eq!(shown(&section, "/properties/connections/items"), read::<ListedWire>());
        assert_eq!(shown(&section, "/properties/providers/additionalProperties"), read::<ListedProvider>());
        assert_eq!(shown(&section, "/properties/routes/items"), read::<ListedRoute>());
        let event_loop = "/properties/loops/additionalProperties";
        assert_eq!(shown(&section, event_loop), read::<LoopSection>());
        assert_eq!(shown(&section, &format!("{event_loop}/properties/tasks")), read::<TaskBounds>());
        assert_eq!(shown(&section, &format!("{event_loop}/properties/events")), read::<EventBounds>());
        let module = "/properties/modules/additionalProperties/anyOf/1";
        assert_eq!(shown(&section, module), read::<Detailed>());
        let restart = format!("{module}/properties/policy/anyOf/1/properties/restart");
        assert_eq!(shown(&section, &restart), read::<Restart>());
    }
}
