//! Look-up by name for those who have none: the map that a user would write.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, RwLock};

use super::{Answers, Contestant, FindsByName, Roster};
use crate::harness::{Flavour, Kind, Label};

/// A peer behind a `RwLock<HashMap<String, Address>>`.
///
/// It counts as raw even where the peer is a framework, since the look-up is not the framework's.
pub struct ByMap<P>(PhantomData<P>);

/// The map and the name that is looked up in it.
pub struct Directory<P: Answers> {
    addresses: Arc<RwLock<HashMap<String, P::Address>>>,
    name: Arc<str>,
}

impl<P: Answers> Clone for Directory<P> {
    fn clone(&self) -> Self {
        Self { addresses: Arc::clone(&self.addresses), name: Arc::clone(&self.name) }
    }
}

impl<P: Answers> Directory<P> {
    fn find(&self) -> P::Address {
        self.addresses.read().expect("nobody panics with the lock")[&*self.name].clone()
    }
}

impl<P: Contestant> Contestant for ByMap<P> {
    fn label() -> Label {
        Label::new(format!("{}+map", P::label().name), Kind::Raw)
    }

    fn run<F>(flavour: Flavour, client: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        P::run(flavour, client)
    }
}

impl<P: Answers> FindsByName for ByMap<P> {
    type Directory = Directory<P>;

    async fn open(flavour: Flavour, roster: Roster) -> Self::Directory {
        let name = roster.wanted_name().into();
        let mut addresses = HashMap::new();
        for (name, tally) in roster.into_tallies() {
            addresses.insert(name, P::start(flavour, tally).await);
        }
        Directory { addresses: Arc::new(RwLock::new(addresses)), name }
    }

    async fn ask_by_name(directory: &Self::Directory, value: u64) -> u64 {
        P::ask(&directory.find(), value).await
    }

    async fn tell_by_name(directory: &Self::Directory, value: u64) {
        P::tell(&directory.find(), value).await;
    }
}
