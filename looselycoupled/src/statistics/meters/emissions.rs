//! Who sends which events how often.

use std::hash::{Hash, Hasher};

use hashbrown::{Equivalent, HashMap};

use super::measurements::{Emitted, EventMeasurement};
use crate::metadata::ModuleIndex;
use crate::sync::{Arc, Mutex};

/// Names can be made at run time, but not more series than this: what comes later counts as `_other`.
const MOST: usize = 10_000;

const OTHER: &str = "_other";

/// An event of one sender.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    event: Arc<str>,
    source: ModuleIndex,
}

/// The same, borrowed.
struct Borrowed<'a>(&'a str, ModuleIndex);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Borrowed(&self.event, self.source).hash(state);
    }
}

impl Hash for Borrowed<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
        self.1.hash(state);
    }
}

impl Equivalent<Key> for Borrowed<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.0 == *key.event && self.1 == key.source
    }
}

#[derive(Debug, Default)]
pub(crate) struct Emissions(Mutex<HashMap<Key, Emitted, foldhash::fast::RandomState>>);

impl Emissions {
    pub(crate) fn note(&self, event: &str, source: ModuleIndex, is_heard: bool) {
        let mut known = self.0.lock();
        let key = Borrowed(event, source);
        let key = if known.len() < MOST || known.contains_key(&key) {
            key
        } else {
            Borrowed(OTHER, ModuleIndex::OUTSIDE)
        };
        let counted = match known.get(&key) {
            Some(counted) => counted,
            None => known.entry(Key { event: key.0.into(), source: key.1 }).or_default(),
        };
        counted.emitted.add_exclusively();
        if !is_heard {
            counted.unheard.add_exclusively();
        }
    }

    /// `name` knows the modules. By name and sender, so that two pictures are alike.
    pub(crate) fn picture(&self, name: impl Fn(ModuleIndex) -> Option<Arc<str>>) -> Vec<EventMeasurement> {
        let known = self.0.lock();
        let events = known.iter().map(|(key, counted)| EventMeasurement {
            event: Arc::clone(&key.event),
            source: name(key.source),
            emitted: counted.emitted.get(),
            unheard: counted.unheard.get(),
        });
        let mut events: Vec<_> = events.collect();
        events.sort_by(|a, b| (&a.event, &a.source).cmp(&(&b.event, &b.source)));
        events
    }
}
