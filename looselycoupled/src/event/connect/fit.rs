//! Whether an event has what a task needs, as far as that is known before one comes.

use crate::envelope::{EventInfo, EventShape, FieldInfo};
use crate::error::ConnectionProblem;
use crate::module::{Matching, ModuleDescriptor, ParameterInfo, TaskInfo};

/// What is known of the fields of an event.
pub(super) enum Fields {
    Named(&'static [FieldInfo]),
    /// They have an order and no names.
    Numbered(&'static [FieldInfo]),
    Unknown,
}

/// By the event's type if a handler names it, otherwise by what its sender says. A sender that names no fields leaves them
/// open, and so does an enum, whose variants have each their own.
pub(super) fn known_fields(sender: &ModuleDescriptor, event: &str, of_type: Option<EventInfo>) -> Fields {
    if let Some(EventInfo { shape, fields, .. }) = of_type {
        return match shape {
            EventShape::Struct => Fields::Named(fields),
            EventShape::Tuple => Fields::Numbered(fields),
            EventShape::Unit => Fields::Named(&[]),
            EventShape::Enum => Fields::Unknown,
        };
    }
    let said = sender.info.emits.iter().find(|known| known.name == event);
    said.filter(|said| !said.fields.is_empty()).map_or(Fields::Unknown, |said| Fields::Named(said.fields))
}

impl Fields {
    /// How they go to the parameters of a task.
    pub(super) const fn matching(&self, positional: bool) -> Matching {
        match self {
            Self::Numbered(fields) => Matching::InOrder(Some(fields)),
            Self::Named(fields) if positional => Matching::InOrder(Some(fields)),
            Self::Unknown if positional => Matching::InOrder(None),
            Self::Named(_) | Self::Unknown => Matching::ByName,
        }
    }

    const fn known(&self) -> Option<&'static [FieldInfo]> {
        match self {
            Self::Named(fields) | Self::Numbered(fields) => Some(fields),
            Self::Unknown => None,
        }
    }
}

/// Refuses a task that needs more than the event is known to have.
pub(super) fn unfed(task: &TaskInfo, fields: &Fields, matching: Matching) -> Result<(), ConnectionProblem> {
    let Some(fields) = fields.known() else { return Ok(()) };
    let positional = matches!(matching, Matching::InOrder(_));
    let is_fed = |(place, parameter): &(usize, &ParameterInfo)| {
        if positional {
            *place < fields.len()
        } else {
            fields.iter().any(|field| field.name == parameter.name)
        }
    };
    let numbered = task.parameters.iter().enumerate();
    let missing = numbered.filter(|parameter| parameter.1.required && !is_fed(parameter));
    let missing: Vec<String> =
        missing.map(|(_, parameter)| format!("{}: {}", parameter.name, parameter.type_name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let fields = fields.iter().map(|field| field.name).collect();
    Err(ConnectionProblem::Unfed { missing, fields, positional })
}
