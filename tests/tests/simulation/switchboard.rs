//! Who is connected with whom, and who listens: a second implementation, which knows what must come of each event.

use std::collections::{BTreeMap, HashMap};

use looselycoupled::SubscriptionId;

use super::modules::name;
use super::script::{Id, WORDS};

/// So often an event is forwarded at most.
const MOST_HOPS: usize = 16;

/// An event of a module: the number of the module, and that of the event.
pub(crate) type End = (usize, usize);

/// Where a connection leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The task of a module that notes what comes.
    Task(usize),
    Event(End),
}

/// One connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wire {
    pub(crate) from: End,
    pub(crate) to: Target,
}

/// How an event is written where it is connected.
pub(crate) fn event((module, word): End) -> String {
    format!("{}/{}", name(module), WORDS[word])
}

impl Wire {
    /// Both ends as they are written.
    pub(crate) fn ends(&self) -> (String, String) {
        let to = match self.to {
            Target::Task(module) => format!("{}.note", name(module)),
            Target::Event(end) => event(end),
        };
        (event(self.from), to)
    }
}

/// Which words somebody listens to.
#[derive(Debug, Clone, Copy)]
struct Listening {
    /// By the number of the name: 1 is the first word.
    hears: fn(usize) -> bool,
    is_once: bool,
}

/// All connections in the order of their making, and all listeners.
#[derive(Debug, Default)]
pub(crate) struct Switchboard {
    wires: Vec<Wire>,
    listening: BTreeMap<SubscriptionId, Listening>,
    /// How often an event must come to the task of a module.
    fed: HashMap<(usize, Id), u64>,
    /// How often a connection does not forward one.
    pub(crate) held_back: u64,
}

impl Switchboard {
    pub(crate) fn listen(&mut self, id: SubscriptionId, hears: fn(usize) -> bool, is_once: bool) {
        self.listening.insert(id, Listening { hears, is_once });
    }

    pub(crate) fn leave(&mut self, id: SubscriptionId) {
        self.listening.remove(&id);
    }

    /// False, and nothing is changed, if one of them is there.
    pub(crate) fn connect(&mut self, new: &[Wire]) -> bool {
        let is_new = new.iter().all(|wire| !self.wires.contains(wire));
        if is_new {
            self.wires.extend(new);
        }
        is_new
    }

    /// Returns how many that were.
    pub(crate) fn disconnect(&mut self, is_meant: impl Fn(&Wire) -> bool) -> usize {
        let before = self.wires.len();
        self.wires.retain(|wire| !is_meant(wire));
        before - self.wires.len()
    }

    pub(crate) fn wires(&self) -> &[Wire] {
        &self.wires
    }

    /// An event is sent by a module, or from outside; returns how many must hear it.
    pub(crate) fn say(&mut self, source: Option<usize>, word: usize, id: Id) -> usize {
        let mut heard = self.listeners(word);
        let Some(module) = source else { return heard };
        let mut spoken = vec![((module, word), 0)];
        let mut next = 0;
        while let Some(&(end, hops)) = spoken.get(next) {
            for wire in self.wires.clone().into_iter().filter(|wire| wire.from == end) {
                heard += self.follow(wire.to, hops, id, &mut spoken);
            }
            next += 1;
        }
        heard
    }

    fn follow(&mut self, to: Target, hops: usize, id: Id, spoken: &mut Vec<(End, usize)>) -> usize {
        match to {
            Target::Task(module) => {
                *self.fed.entry((module, id)).or_default() += 1;
                1
            }
            Target::Event(end) if hops >= MOST_HOPS || spoken.iter().any(|(spoken, _)| *spoken == end) => {
                self.held_back += 1;
                0
            }
            Target::Event(end) => {
                spoken.push((end, hops + 1));
                self.listeners(end.1)
            }
        }
    }

    fn listeners(&mut self, word: usize) -> usize {
        let meant = self.listening.values().filter(|listening| (listening.hears)(word + 1)).count();
        self.listening.retain(|_, listening| !(listening.is_once && (listening.hears)(word + 1)));
        meant
    }

    /// How often this event must have come to the task of this module.
    pub(crate) fn fed(&self, module: usize, id: Id) -> u64 {
        self.fed.get(&(module, id)).copied().unwrap_or_default()
    }

    /// How many events must have come to the task of this module.
    pub(crate) fn fed_in_all(&self, module: usize) -> u64 {
        self.fed.iter().filter(|((fed, _), _)| *fed == module).map(|(_, times)| times).sum()
    }
}
