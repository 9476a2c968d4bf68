//! Many actors, started one after the other and held as a list of addresses.

use std::marker::PhantomData;

use super::{Answers, Contestant, StartsMany};
use crate::harness::{Flavour, Label, Tally};

/// [`StartsMany`] for a peer without a way of its own.
pub struct Singly<P>(PhantomData<P>);

impl<P: Contestant> Contestant for Singly<P> {
    const TASKS_ARE_COUNTED: bool = P::TASKS_ARE_COUNTED;

    fn label() -> Label {
        P::label()
    }

    fn run<F>(flavour: Flavour, client: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        P::run(flavour, client)
    }
}

impl<P: Answers> StartsMany for Singly<P> {
    type Crowd = Vec<P::Address>;

    async fn start_many(flavour: Flavour, tallies: Vec<Tally>) -> Self::Crowd {
        let mut crowd = Vec::with_capacity(tallies.len());
        for tally in tallies {
            crowd.push(P::start(flavour, tally).await);
        }
        // Tasks start in the order in which they were spawned: when the last one answers, all have run.
        if let Some(last) = crowd.last() {
            P::ask(last, 1).await;
        }
        crowd
    }

    async fn tell_each(crowd: &Self::Crowd) {
        for (number, address) in crowd.iter().enumerate() {
            P::tell(address, 1).await;
            if number % 64 == 63 {
                tokio::task::yield_now().await;
            }
        }
    }
}
