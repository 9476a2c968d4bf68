//! The keys and values of a map, in the order of the file, found without looking at each.

use std::ops::Deref;
use std::sync::OnceLock;

use super::node::{Entry, Node};

/// So few keys are looked at one by one.
const FEW: usize = 16;

/// The entries of a map.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    list: Vec<Entry>,
    /// Places in the list by key; made when a key among many is looked for.
    by_key: OnceLock<Vec<usize>>,
}

impl Entries {
    pub(crate) const fn new() -> Self {
        Self { list: Vec::new(), by_key: OnceLock::new() }
    }

    pub(crate) fn find(&self, key: &str) -> Option<&Entry> {
        self.list.get(self.place(key)?)
    }

    pub(crate) fn node_mut(&mut self, key: &str) -> Option<&mut Node> {
        let place = self.place(key)?;
        self.list.get_mut(place).map(|entry| &mut entry.node)
    }

    /// The value of a key, which is added without one if it is not there.
    pub(crate) fn node_or_null(&mut self, key: &str) -> &mut Node {
        let place = self.place(key).unwrap_or_else(|| self.push(key));
        &mut self.list[place].node
    }

    /// Removes a key; tells whether there was one.
    pub(crate) fn remove(&mut self, key: &str) -> bool {
        let Some(place) = self.place(key) else { return false };
        self.list.remove(place);
        if let Some(by_key) = self.by_key.get_mut() {
            by_key.retain(|other| *other != place);
            by_key.iter_mut().filter(|other| **other > place).for_each(|other| *other -= 1);
        }
        true
    }

    fn push(&mut self, key: &str) -> usize {
        let place = self.list.len();
        if let Some(by_key) = self.by_key.get_mut() {
            by_key.insert(rank(&self.list, by_key, key), place);
        }
        self.list.push(Entry { key: key.to_owned(), span: None, node: Node::null() });
        place
    }

    fn place(&self, key: &str) -> Option<usize> {
        let is_wanted = |place: &usize| self.list[*place].key == key;
        if self.list.len() <= FEW {
            return (0..self.list.len()).find(is_wanted);
        }
        let by_key = self.by_key.get_or_init(|| {
            let mut places: Vec<usize> = (0..self.list.len()).collect();
            places.sort_by_key(|place| &self.list[*place].key);
            places
        });
        by_key.get(rank(&self.list, by_key, key)).copied().filter(is_wanted)
    }
}

/// How many keys come before this one in their order.
fn rank(list: &[Entry], by_key: &[usize], key: &str) -> usize {
    by_key.partition_point(|place| list[*place].key.as_str() < key)
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.list
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(list: Vec<Entry>) -> Self {
        Self { list, by_key: OnceLock::new() }
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}
