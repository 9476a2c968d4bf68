//! From a connection that fits to one that carries events.

use super::inspect::{Fitting, Lead};
use crate::dispatch::feeding;
use crate::module::Feed;
use crate::router::{Connection, Directory, Outlet, Receiver, Target};
use crate::sync::{Arc, AtomicBool};

impl Fitting {
    /// `None` if it was found to fit another application.
    pub(crate) fn lay(self, directory: &Directory) -> Option<Connection> {
        let Self { wire, source, lead } = self;
        let target = match lead {
            Lead::Task { module, entry, matching } => Target::Task(Receiver {
                station: directory.station(module)?.clone(),
                module,
                handler: entry.info.index as u16,
                by_pattern: false,
                group: None,
                make: feeding(entry, Feed { task: entry.info, matching }),
            }),
            Lead::Event { module } => Target::Event(Outlet {
                module,
                name: Arc::clone(&directory.station(module)?.tenant().name),
                event: event_of(&wire.to).into(),
            }),
        };
        Some(Connection {
            number: 0,
            source,
            event: event_of(&wire.from).into(),
            from: wire.from.into(),
            to: wire.to.into(),
            positional: wire.positional,
            target,
            is_mentioned: AtomicBool::new(false),
        })
    }
}

fn event_of(end: &str) -> &str {
    end.split_once('/').map_or(end, |(_, event)| event)
}
