//! What a task that is connected to an event gets of it.

use super::TaskInfo;
use crate::envelope::{EventRecord, EventShape, FieldInfo};
use crate::value::{Arguments, DecodeError};

/// How the parameters of a task find their values in an event.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Matching {
    /// By their names; those of a tuple event in their order, since its fields have none.
    ByName,
    /// In their order: that of these fields if they are known, otherwise that in which the event has them.
    InOrder(Option<&'static [FieldInfo]>),
}

/// A task that is fed by an event.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(crate) task: &'static TaskInfo,
    pub(crate) matching: Matching,
}

impl Feed {
    /// What the event has for the parameters; the rest of it is left out.
    pub(crate) fn arguments(&self, event: &EventRecord) -> Result<Arguments, DecodeError> {
        let mut arguments = Arguments::new();
        let names = self.task.parameters.iter().map(|parameter| parameter.name);
        match self.matching {
            Matching::InOrder(Some(fields)) => {
                for (name, field) in names.zip(fields) {
                    insert(&mut arguments, name, event, field.name)?;
                }
            }
            Matching::ByName if event.shape() != EventShape::Tuple => {
                for name in names {
                    insert(&mut arguments, name, event, name)?;
                }
            }
            Matching::ByName | Matching::InOrder(None) => {
                for (name, part) in names.zip(event.parts()?) {
                    arguments.insert(name, part.clone());
                }
            }
        }
        Ok(arguments)
    }
}

fn insert(
    arguments: &mut Arguments,
    name: &'static str,
    event: &EventRecord,
    field: &str,
) -> Result<(), DecodeError> {
    if let Some(part) = event.part(field)? {
        arguments.insert(name, part.clone());
    }
    Ok(())
}

/// Everything that the event has, for a task whose parameters are not known.
pub(crate) fn all_arguments(event: &EventRecord) -> Result<Arguments, DecodeError> {
    let value = event.value().map_err(|error| DecodeError::custom(error.to_string()))?;
    if let Ok(arguments) = Arguments::from_value(value.clone()) {
        return Ok(arguments);
    }
    let mut arguments = Arguments::new();
    for (number, part) in event.parts()?.into_iter().enumerate() {
        arguments.insert(number.to_string(), part.clone());
    }
    Ok(arguments)
}
