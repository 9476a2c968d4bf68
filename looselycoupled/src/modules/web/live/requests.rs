//! What a client asks for over a WebSocket.

use serde::{Deserialize, Deserializer};
use serde_json::{Value as Json, json};

use super::super::calls::{Options, Wanted, emit, enqueue, exec};
use super::super::problem::{Problem, Refusal};
use crate::address::hint;
use crate::prelude::*;

const TYPES: [&str; 6] = ["subscribe", "unsubscribe", "ping", "call", "enqueue", "emit"];

/// What a client wants.
#[derive(Debug)]
pub(super) enum Request {
    Subscribe(String),
    Unsubscribe(String),
    Ping,
    Act(Act),
}

/// What takes its time.
#[derive(Debug)]
pub(super) struct Act {
    verb: Verb,
    name: String,
    content: Option<Value>,
    options: Options,
}

#[derive(Debug, Clone, Copy)]
enum Verb {
    Call,
    Enqueue,
    Emit,
}

/// A frame as it comes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "given")]
    id: Option<Json>,
    event_name: Option<String>,
    task: Option<String>,
    arguments: Option<Value>,
    data: Option<Value>,
    priority: Option<Priority>,
    timeout: Option<String>,
}

/// An `id` that is null is one as well.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

impl Act {
    pub(super) const fn verb(&self) -> &'static str {
        match self.verb {
            Verb::Call => "call",
            Verb::Enqueue => "enqueue",
            Verb::Emit => "emit",
        }
    }

    /// The address of a task, or the name of an event.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// What a frame asks for, and what its answer is to be called. It is read from the text, as bodies are: JSON that is read already
/// has forgotten which fields stood twice.
pub(super) fn read(text: &str) -> (Option<Json>, Result<Request, Problem>) {
    match serde_json::from_str::<Fields>(text) {
        Ok(mut fields) => (fields.id.take(), fields.request()),
        Err(error) => {
            let id = serde_json::from_str::<Json>(text).ok().and_then(|frame| frame.get("id").cloned());
            (id, Err(malformed(format!("the frame cannot be read: {error}"))))
        }
    }
}

fn malformed(detail: String) -> Problem {
    Problem::new(Refusal::Malformed, detail)
}

impl Fields {
    fn request(mut self) -> Result<Request, Problem> {
        let request = match &*self.kind {
            "subscribe" => Request::Subscribe(self.event()?),
            "unsubscribe" => Request::Unsubscribe(self.event()?),
            "ping" => Request::Ping,
            "call" => Request::Act(self.act(Verb::Call)?),
            "enqueue" => Request::Act(self.act(Verb::Enqueue)?),
            "emit" => Request::Act(self.act(Verb::Emit)?),
            unknown => {
                return Err(malformed(format!("unknown type of frame `{unknown}`{}", hint(unknown, &TYPES))));
            }
        };
        self.nothing_left()?;
        Ok(request)
    }

    fn event(&mut self) -> Result<String, Problem> {
        self.event_name.take().ok_or_else(|| malformed(format!("`{}` needs `event_name`", self.kind)))
    }

    fn act(&mut self, verb: Verb) -> Result<Act, Problem> {
        let (name, content) = match verb {
            Verb::Emit => (self.event()?, self.data.take()),
            Verb::Call | Verb::Enqueue => {
                let missing = || malformed(format!("`{}` needs `task`, as `module.task`", self.kind));
                (self.task.take().ok_or_else(missing)?, self.arguments.take())
            }
        };
        let options = Options { priority: self.priority.take(), timeout: self.timeout.take() };
        Ok(Act { verb, name, content, options })
    }

    /// What is not looked at would be taken for granted.
    fn nothing_left(&self) -> Result<(), Problem> {
        let left = [
            ("event_name", self.event_name.is_some()),
            ("task", self.task.is_some()),
            ("arguments", self.arguments.is_some()),
            ("data", self.data.is_some()),
            ("priority", self.priority.is_some()),
            ("timeout", self.timeout.is_some()),
        ];
        match left.into_iter().find(|(_, is_there)| *is_there) {
            Some((field, _)) => Err(malformed(format!("`{}` has no `{field}`", self.kind))),
            None => Ok(()),
        }
    }
}

/// The answer to what a client asked for.
pub(super) async fn perform(handle: &Handle, act: Act, default: Duration) -> Result<Json, Problem> {
    let Act { verb, name, content, options } = act;
    let wanted = Wanted { name: &name, content, options, default };
    match verb {
        Verb::Call => {
            let done = exec(handle, wanted).await?;
            Ok(json!({ "type": "result", "value": done.value, "duration_seconds": done.duration_seconds }))
        }
        Verb::Enqueue => {
            enqueue(handle, wanted).await?;
            Ok(json!({ "type": "result", "value": null }))
        }
        Verb::Emit => {
            let receivers = emit(handle, wanted).await?;
            Ok(json!({ "type": "result", "value": { "receivers": receivers } }))
        }
    }
}
