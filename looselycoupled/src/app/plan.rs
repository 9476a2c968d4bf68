//! What is to be started: the instances of code and configuration, and the framework's own settings.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};

use super::check::OWN_SECTION;
use super::faults::at_key;
use super::listed_providers::ListedProvider;
use super::routes::ListedRoute;
use super::tuning::Stated;
use super::wiring::ListedWire;
use crate::config::Config;
use crate::dispatch::Registration;
use crate::event_loop::{EventOverflow, LoopOptions, Overflow};
use crate::module::{Made, Maker, ModuleDescriptor};
use crate::supervision::Policy;

/// Where an instance comes from, for messages.
#[derive(Debug, Clone)]
pub(super) enum ListedIn {
    Code(&'static Location<'static>),
    Config,
    /// `#[module(name = "…")]`
    Attribute(crate::envelope::Location),
}

impl fmt::Display for ListedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(location) => write!(f, "in code at {}:{}", location.file(), location.line()),
            Self::Config => f.write_str("in the configuration"),
            Self::Attribute(location) => write!(f, "by `#[module(name = …)]` at {location}"),
        }
    }
}

/// How an instance is made.
pub(super) enum Source {
    Value(Made),
    Factory(Maker),
    Registered(Registration),
}

/// One instance that is to be started.
pub(super) struct Planned {
    pub(super) name: Arc<str>,
    pub(super) descriptor: &'static ModuleDescriptor,
    pub(super) source: Source,
    pub(super) event_loop: Option<String>,
    /// Its place in the list of modules that the configuration gives that loop.
    pub(super) on_list: Option<usize>,
    /// Its loop has a thread of its own.
    pub(super) on_thread: bool,
    /// Boxed, since most have none.
    pub(super) policy: Option<Box<Policy>>,
    pub(super) listed: ListedIn,
}

impl Planned {
    /// An instance that code names.
    pub(super) fn in_code(
        name: &str,
        descriptor: &'static ModuleDescriptor,
        source: Source,
        location: &'static Location<'static>,
    ) -> Self {
        let listed = ListedIn::Code(location);
        let on_thread = descriptor.info.pinned;
        let name = name.into();
        Self { name, descriptor, source, event_loop: None, on_list: None, on_thread, policy: None, listed }
    }

    /// Says what is wrong with it, and where the configuration lists it if that does: `key` of its entry, or the entry.
    pub(super) fn fault(&self, config: &Config, key: Option<&str>, message: String) -> String {
        if !matches!(self.listed, ListedIn::Config) {
            return message;
        }
        let entry = format!("{OWN_SECTION}.modules.{}", self.name);
        let fault = match key {
            Some(key) => config.fault_at_value(&format!("{entry}.{key}"), message),
            None => config.fault_at_key(&entry, message, None),
        };
        fault.to_string()
    }

    /// Says what is wrong with its being on a shared loop, and where the configuration puts it there if that does.
    pub(super) fn loop_fault(&self, config: &Config, message: String) -> String {
        match (&self.event_loop, self.on_list) {
            (Some(event_loop), Some(number)) => fault_on_list(config, event_loop, number, &message, None),
            _ => self.fault(config, Some("loop"), message),
        }
    }
}

/// Says what is wrong with an entry of a loop's list of modules.
pub(super) fn fault_on_list(
    config: &Config,
    event_loop: &str,
    number: usize,
    message: &str,
    near: Option<&str>,
) -> String {
    at_key(config, &[OWN_SECTION, "loops", event_loop, "modules", &number.to_string()], message, near)
}

impl fmt::Debug for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.name, self.descriptor.info.type_name, self.listed)
    }
}

/// The section `looselycoupled` of a configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Framework {
    pub(super) modules: Listing,
    pub(super) loops: BTreeMap<String, LoopSection>,
    pub(super) process: Option<String>,
    pub(super) providers: BTreeMap<String, ListedProvider>,
    pub(super) routes: Vec<ListedRoute>,
    /// Read here for what is wrong with them; the place of each is known where they are checked.
    #[serde(rename = "connections")]
    _connections: Vec<ListedWire>,
    blocking_threads: Option<usize>,
    #[serde(with = "crate::config::duration::optional")]
    default_timeout: Option<Duration>,
    dead_letters: Option<usize>,
    #[serde(with = "crate::config::duration::optional")]
    pub(super) shutdown_deadline: Option<Duration>,
    #[serde(with = "crate::config::duration::optional")]
    pub(super) watchdog: Option<Duration>,
    pub(super) exception_file: Option<PathBuf>,
    /// Directives of `tracing`, as in `RUST_LOG`.
    pub(super) log: Option<String>,
}

impl Framework {
    pub(super) const fn stated(&self) -> Stated {
        let Self { blocking_threads, default_timeout, dead_letters, .. } = *self;
        Stated { blocking_threads, default_timeout, dead_letters }
    }
}

/// The instances in the order in which the file lists them.
#[derive(Debug, Default)]
pub(super) struct Listing(pub(super) Vec<(String, Listed)>);

impl<'de> Deserialize<'de> for Listing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Listing;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from instances to types, such as `hall_lamp: Lamp`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Listing, A::Error> {
                let mut listing = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    listing.push(entry);
                }
                Ok(Listing(listing))
            }

            fn visit_unit<E>(self) -> Result<Listing, E> {
                Ok(Listing::default())
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// One instance as a file lists it: `Lamp`, or `{ type: Lamp, loop: bus, policy: exit }`.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) type_name: String,
    pub(super) event_loop: Option<String>,
    pub(super) policy: Option<Policy>,
}

// Below `deserialize_any` the reader cannot tell which keys nobody wants.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Detailed {
    #[serde(rename = "type")]
    type_name: String,
    #[serde(rename = "loop", default)]
    event_loop: Option<String>,
    #[serde(default)]
    policy: Option<Policy>,
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShortOrLong;
        impl<'de> Visitor<'de> for ShortOrLong {
            type Value = Listed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type such as `Lamp`, or `{ type: Lamp, loop: bus }`")
            }

            fn visit_str<E>(self, text: &str) -> Result<Listed, E> {
                Ok(Listed { type_name: text.to_owned(), event_loop: None, policy: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Listed, A::Error> {
                let long = Detailed::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Listed { type_name: long.type_name, event_loop: long.event_loop, policy: long.policy })
            }
        }
        deserializer.deserialize_any(ShortOrLong)
    }
}

/// One loop as a file states it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoopSection {
    pub(super) modules: Vec<String>,
    tasks: TaskBounds,
    events: EventBounds,
    fairness: Option<usize>,
    #[serde(deserialize_with = "at_least_one")]
    concurrency: Option<usize>,
    thread: Option<bool>,
    exit_on_failure: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaskBounds {
    #[serde(deserialize_with = "at_least_one")]
    capacity: Option<usize>,
    overflow: Option<Overflow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventBounds {
    #[serde(deserialize_with = "at_least_one")]
    capacity: Option<usize>,
    overflow: Option<EventOverflow>,
}

fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    match Option::deserialize(deserializer)? {
        Some(0) => Err(D::Error::invalid_value(Unexpected::Unsigned(0), &"at least 1")),
        bound => Ok(bound),
    }
}

impl LoopSection {
    pub(super) fn options(&self) -> LoopOptions {
        let mut options = LoopOptions::new();
        if let Some(capacity) = self.tasks.capacity {
            options = options.tasks(capacity);
        }
        if let Some(overflow) = self.tasks.overflow {
            options = options.overflow(overflow);
        }
        if let Some(capacity) = self.events.capacity {
            options = options.events(capacity);
        }
        if let Some(overflow) = self.events.overflow {
            options = options.event_overflow(overflow);
        }
        if let Some(after) = self.fairness {
            options = options.fairness(after);
        }
        if let Some(limit) = self.concurrency {
            options = options.concurrency(limit);
        }
        if let Some(has_thread) = self.thread {
            options = options.thread(has_thread);
        }
        match self.exit_on_failure {
            Some(exits) => options.exit_on_failure(exits),
            None => options,
        }
    }
}
