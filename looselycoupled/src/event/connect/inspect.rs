//! Whether a connection can be made: before the start, and while the application runs.

use std::cell::Cell;
use std::collections::HashSet;

use super::Wire;
use super::fit::{known_fields, unfed};
use crate::address::{Known, event_name, nearest, split};
use crate::envelope::{EventInfo, is_own};
use crate::error::{ConnectionFault, ConnectionProblem};
use crate::event::{EXIT, own_event};
use crate::metadata::ModuleIndex;
use crate::module::{Matching, ModuleDescriptor, NamedEntry, TaskDescriptor};

pub(super) const EVENT: &str = "<module>/<event>";
pub(super) const TASK: &str = "<module>.<task>";
const TARGET: &str = "<module>.<task>` or `<module>/<event>";

/// More faults than are told before the start.
const MOST_NEAR_MISSES: usize = 250;

/// What is known of the modules that are to be connected.
pub(crate) trait Modules {
    fn find(&self, name: &str) -> Option<(ModuleIndex, &'static ModuleDescriptor)>;
    fn names(&self) -> impl Iterator<Item = &str>;
    /// The type that carries this name, if some handler names it.
    fn event_type(&self, event: &str) -> Option<EventInfo>;
}

/// Where a connection that has been found to fit leads.
pub(crate) enum Lead {
    Task { module: ModuleIndex, entry: &'static NamedEntry, matching: Matching },
    Event { module: ModuleIndex },
}

/// A connection that has been found to fit.
pub(crate) struct Fitting {
    pub(crate) wire: Wire,
    pub(crate) source: ModuleIndex,
    pub(crate) lead: Lead,
}

/// A module and its name.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    name: &'a str,
    pub(super) index: ModuleIndex,
    descriptor: &'static ModuleDescriptor,
}

/// The end that receives.
enum End<'a> {
    Task(Found<'a>, &'static NamedEntry),
    Event(Found<'a>),
}

/// Looks at connections one after the other, and remembers them, so that none comes twice.
pub(crate) struct Inspector<'a, M> {
    modules: &'a M,
    seen: HashSet<(String, String)>,
    /// How many names are still compared with all there are, which takes its time where very many are wrong.
    near_misses: Cell<usize>,
}

impl<'a, M: Modules> Inspector<'a, M> {
    pub(crate) fn new(modules: &'a M) -> Self {
        Self { modules, seen: HashSet::new(), near_misses: Cell::new(MOST_NEAR_MISSES) }
    }

    /// The connections that a wire stands for, or everything that is wrong with them.
    pub(crate) fn inspect(&mut self, wire: &Wire) -> Result<Vec<Fitting>, Vec<ConnectionFault>> {
        let is_pair = !wire.from.contains('/') && !wire.to.contains(['/', '.']);
        let wires = if is_pair { self.matching(wire) } else { Ok(vec![wire.clone()]) };
        let wires = wires.map_err(|problems| faults(wire, problems))?;
        let (mut fitting, mut wrong) = (Vec::new(), Vec::new());
        for wire in wires {
            match self.inspect_one(&wire) {
                Ok((source, lead)) => fitting.push(Fitting { wire, source, lead }),
                Err(problems) => wrong.extend(faults(&wire, problems)),
            }
        }
        if wrong.is_empty() { Ok(fitting) } else { Err(wrong) }
    }

    fn inspect_one(&mut self, wire: &Wire) -> Result<(ModuleIndex, Lead), Vec<ConnectionProblem>> {
        let ((from, event), end) = both(self.event(&wire.from), self.end(wire))?;
        let lead = match end {
            End::Event(to) => Lead::Event { module: to.index },
            End::Task(to, entry) => {
                self.fit(wire, from, event, (to, entry)).map_err(|problem| vec![problem])?
            }
        };
        if wire.from == wire.to {
            return Err(vec![ConnectionProblem::SameEvent]);
        }
        if !self.seen.insert((wire.from.clone(), wire.to.clone())) {
            return Err(vec![ConnectionProblem::Twice]);
        }
        Ok((from.index, lead))
    }

    /// All events of one module that are called like a task of another.
    fn matching(&self, pair: &Wire) -> Result<Vec<Wire>, Vec<ConnectionProblem>> {
        let (producer, consumer) = both(self.module(&pair.from), self.module(&pair.to))?;
        let own = own_event(producer.name);
        let events = producer.descriptor.info.emits.iter().map(|known| known.name).chain([own.as_str()]);
        let wires = events.filter_map(|event| {
            let task = format!("on_{}", event.replace('.', "_"));
            consumer.descriptor.task(&task)?;
            let (from, to) = (format!("{}/{event}", producer.name), format!("{}.{task}", consumer.name));
            Some(Wire { positional: pair.positional, ..Wire::new(&from, &to) })
        });
        let wires: Vec<Wire> = wires.collect();
        if wires.is_empty() { Err(vec![ConnectionProblem::NoMatch]) } else { Ok(wires) }
    }

    fn event<'e>(&self, end: &'e str) -> Result<(Found<'e>, &'e str), ConnectionProblem> {
        let (module, event) = end.split_once('/').ok_or_else(|| form(end, EVENT))?;
        let found = self.module(module)?;
        event_name(event)?;
        if is_own(event) {
            return Err(ConnectionProblem::OwnEvent { event: event.into() });
        }
        let emits = found.descriptor.info.emits;
        let is_named = || {
            let is_usual = event == EXIT || event == own_event(module);
            is_usual || emits.iter().any(|known| known.name == event)
        };
        if emits.is_empty() || is_named() || self.modules.event_type(event).is_some() {
            return Ok((found, event));
        }
        let (suggestion, known) = self.near_miss(event, || emits.iter().map(|known| known.name));
        Err(ConnectionProblem::UnknownEvent { module: module.into(), event: event.into(), suggestion, known })
    }

    fn end<'e>(&self, wire: &'e Wire) -> Result<End<'e>, ConnectionProblem> {
        let to = wire.to.as_str();
        if wire.is_forward() {
            return Ok(End::Event(self.event(to)?.0));
        }
        let (Some(module), name) = split(to) else { return Err(form(to, TARGET)) };
        let found = self.module(module)?;
        match found.descriptor.task(name) {
            Some(TaskDescriptor { named: Some(entry), .. }) => Ok(End::Task(found, entry)),
            Some(_) => Err(ConnectionProblem::LocalTask { address: to.into() }),
            None => Err(self.no_task(found, name, to)),
        }
    }

    fn fit(
        &self,
        wire: &Wire,
        from: Found<'_>,
        event: &str,
        (to, entry): (Found<'_>, &'static NamedEntry),
    ) -> Result<Lead, ConnectionProblem> {
        if to.index == from.index {
            return Err(ConnectionProblem::Itself);
        }
        let fields = known_fields(from.descriptor, event, self.modules.event_type(event));
        let matching = fields.matching(wire.positional);
        unfed(entry.info, &fields, matching)?;
        Ok(Lead::Task { module: to.index, entry, matching })
    }

    pub(super) fn module<'n>(&self, name: &'n str) -> Result<Found<'n>, ConnectionProblem> {
        if let Some((index, descriptor)) = self.modules.find(name) {
            return Ok(Found { name, index, descriptor });
        }
        let (suggestion, known) = self.near_miss(name, || self.modules.names());
        Err(ConnectionProblem::UnknownModule { module: name.into(), suggestion, known })
    }

    #[cold]
    fn no_task(&self, found: Found<'_>, name: &str, address: &str) -> ConnectionProblem {
        let address = address.into();
        if found.descriptor.handlers.iter().any(|handler| handler.info.method == name) {
            return ConnectionProblem::Handler { address };
        }
        let named = || found.descriptor.tasks.iter().filter(|task| task.named.is_some());
        let tasks = || named().map(|task| task.info.name);
        let (near, known) = self.near_miss(name, tasks);
        let suggestion = near.map(|near| format!("{}.{near}", found.name).into());
        ConnectionProblem::UnknownTask { address, suggestion, known }
    }

    /// The name that was probably meant, or else those there are.
    fn near_miss<'n, I: Iterator<Item = &'n str>>(
        &self,
        wanted: &str,
        names: impl Fn() -> I,
    ) -> (Option<Box<str>>, Known) {
        let left = self.near_misses.get();
        self.near_misses.set(left.saturating_sub(1));
        let near = if left > 0 { nearest(wanted, names()) } else { None };
        match near {
            Some(near) => (Some(near.into()), Known::default()),
            None => (None, Known::of(names())),
        }
    }
}

#[cold]
pub(super) fn form(end: &str, form: &'static str) -> ConnectionProblem {
    ConnectionProblem::Form { end: end.into(), form }
}

/// A wrong end does not hide that the other one is wrong as well.
pub(super) fn both<A, B>(
    first: Result<A, ConnectionProblem>,
    second: Result<B, ConnectionProblem>,
) -> Result<(A, B), Vec<ConnectionProblem>> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (first, second) => Err(first.err().into_iter().chain(second.err()).collect()),
    }
}

pub(super) fn faults(wire: &Wire, problems: Vec<ConnectionProblem>) -> Vec<ConnectionFault> {
    problems.into_iter().map(|problem| fault(wire, problem)).collect()
}

pub(super) fn fault(wire: &Wire, problem: ConnectionProblem) -> ConnectionFault {
    ConnectionFault { from: wire.from.as_str().into(), to: wire.to.as_str().into(), problem }
}
