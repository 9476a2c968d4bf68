//! Connections that code and configuration state before the start.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::builder::AppBuilder;
use super::check::OWN_SECTION;
use super::code::FaultCode;
use super::faults::Faults;
use super::loops::Members;
use crate::address::event_name;
use crate::config::Config;
use crate::envelope::{EventInfo, EventTypeInfo};
use crate::error::{ConnectionFault, ConnectionProblem};
use crate::event::{Fitting, Inspector, Modules, Wire};
use crate::metadata::ModuleIndex;
use crate::module::ModuleDescriptor;

/// Connections as code states them; one of the wrong kind is a fault of the start like all others.
pub(super) type Stated = Vec<Result<Wire, ConnectionFault>>;

impl AppBuilder {
    /// Connects an event of one module with a task of another, as [`Handle::connect`](crate::Handle::connect) does, before
    /// either of them is active. What is wrong with it is a fault of the start.
    pub fn connect(self, from: &str, to: &str) -> Self {
        self.state(Wire::new(from, to).single(false))
    }

    /// Sends an event of one module again as that of another, as [`Handle::forward`](crate::Handle::forward) does.
    pub fn forward(self, from: &str, to: &str) -> Self {
        self.state(Wire::new(from, to).single(true))
    }

    /// Makes many connections, as [`Handle::connect_all`](crate::Handle::connect_all) does; the configuration lists more of them
    /// under `looselycoupled.connections`.
    pub fn connect_all<W: Into<Wire>>(self, wires: impl IntoIterator<Item = W>) -> Self {
        wires.into_iter().fold(self, |builder, wire| builder.state(Ok(wire.into())))
    }

    fn state(mut self, wire: Result<Wire, ConnectionFault>) -> Self {
        self.wires.push(wire);
        self
    }
}

/// One connection as a file states it: `{ from: door/opened, to: diary.note, arguments: positional }`.
#[derive(Debug, Deserialize)]
pub(super) struct ListedWire {
    from: String,
    to: String,
    #[serde(default)]
    arguments: Arguments,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Arguments {
    #[default]
    ByName,
    Positional,
}

impl ListedWire {
    fn wire(&self) -> Wire {
        let wire = Wire::new(&self.from, &self.to);
        match self.arguments {
            Arguments::ByName => wire,
            Arguments::Positional => wire.positional(),
        }
    }
}

/// The modules that are to be started, by name.
struct ToStart<'a> {
    modules: HashMap<&'a str, (ModuleIndex, &'static ModuleDescriptor)>,
    /// The names of these, and of those that are listed and cannot be made.
    mentioned: HashSet<&'a str>,
    members: &'a Members<'a>,
    types: &'a [EventTypeInfo],
}

impl Modules for ToStart<'_> {
    fn find(&self, name: &str) -> Option<(ModuleIndex, &'static ModuleDescriptor)> {
        self.modules.get(name).copied()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.members.mentioned.modules(self.members.planned)
    }

    fn event_type(&self, event: &str) -> Option<EventInfo> {
        self.types.iter().find(|known| known.info.name == event).map(|known| known.info)
    }
}

/// Finds the connections that can be made, those of code first, and everything that is wrong with the others.
pub(super) fn check_connections(
    stated: Stated,
    members: &Members<'_>,
    types: &[EventTypeInfo],
    faults: &mut Faults,
) -> Vec<Fitting> {
    let planned = (0_u32..).map(ModuleIndex::new).zip(members.planned);
    let modules = planned.map(|(index, module)| (&*module.name, (index, module.descriptor))).collect();
    let mentioned = members.mentioned.modules(members.planned).collect();
    let modules = ToStart { modules, mentioned, members, types };
    let mut inspector = Inspector::new(&modules);
    let mut fitting = Vec::new();
    for wire in stated {
        let inspected = wire.map_err(|fault| vec![fault]).and_then(|wire| inspector.inspect(&wire));
        match inspected {
            Ok(more) => fitting.extend(more),
            Err(wrong) => add(&wrong, &modules, faults, |fault| fault.to_string()),
        }
    }
    for (path, listed) in listed(members.config) {
        match inspector.inspect(&listed.wire()) {
            Ok(more) => fitting.extend(more),
            Err(wrong) => add(&wrong, &modules, faults, |fault| {
                let end = format!("{path}.{}", if is_about_source(fault) { "from" } else { "to" });
                members.config.fault_at_value(&end, fault.to_string()).to_string()
            }),
        }
    }
    fitting
}

/// The connections of the configuration, each with its path. One that cannot be read has been reported, and is left out here
/// so that the others keep their places.
fn listed(config: &Config) -> impl Iterator<Item = (String, ListedWire)> {
    let paths = (0_usize..).map(|number| format!("{OWN_SECTION}.connections.{number}"));
    let there = paths.take_while(|path| config.contains(path));
    there.filter_map(|path| Some((config.get(&path).ok()??, path))).map(|(wire, path)| (path, wire))
}

fn add(
    wrong: &[ConnectionFault],
    modules: &ToStart<'_>,
    faults: &mut Faults,
    place: impl Fn(&ConnectionFault) -> String,
) {
    for fault in wrong.iter().filter(|fault| !is_of_unmade(fault, modules)) {
        faults.add(FaultCode::Connection, || place(fault));
    }
}

/// Whether it merely follows from a module that is listed and cannot be made.
fn is_of_unmade(fault: &ConnectionFault, modules: &ToStart<'_>) -> bool {
    let ConnectionProblem::UnknownModule { module, .. } = &fault.problem else { return false };
    modules.mentioned.contains(&**module)
}

fn is_about_source(fault: &ConnectionFault) -> bool {
    let (module, event) = fault.from.split_once('/').unwrap_or((&fault.from, ""));
    match &fault.problem {
        ConnectionProblem::Form { end, .. } => *end == fault.from,
        ConnectionProblem::UnknownModule { module: unknown, .. } => **unknown == *module,
        ConnectionProblem::UnknownEvent { module: of, event: unknown, .. } => {
            (&**of, &**unknown) == (module, event)
        }
        ConnectionProblem::Name(_) => event_name(event).is_err(),
        ConnectionProblem::OwnEvent { event: own } => **own == *event,
        _ => false,
    }
}
