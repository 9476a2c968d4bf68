//! Circles among parties that are made up.

use std::collections::HashMap;

use super::super::{Pending, WaitTable};
use super::*;
use crate::sync::{Arc, AtomicU32, Ordering};

/// Loops on which every listed party is at work.
#[derive(Default)]
struct Office {
    callers: HashMap<Party, Party>,
    /// How many handlers of a loop run, and how many may.
    places: HashMap<LoopId, (u32, u32)>,
    ended: Vec<Party>,
}

impl Loops for Office {
    fn caller_of(&self, party: Party) -> Caller {
        self.callers.get(&party).map_or(Caller::NONE, |party| Caller { party: *party, frame: 0 })
    }

    fn is_at_work(&self, party: Party) -> bool {
        !self.ended.contains(&party)
    }

    fn occupants(&self, of_loop: LoopId) -> Option<Vec<Party>> {
        let (running, limit) = self.places.get(&of_loop).copied().unwrap_or((1, 1));
        (running == limit)
            .then(|| (1..=running).map(|number| Party { event_loop: of_loop, number }).collect())
    }

    fn steps(&self, caller: Caller) -> Vec<String> {
        let Party { event_loop, number } = caller.party;
        vec![format!("m{}.t{number}", event_loop.index().unwrap())]
    }
}

/// A wait that can be carried on by hand: 0 in line, `u32::MAX` over, otherwise begun.
#[derive(Debug)]
struct By(AtomicU32);

impl Pending for By {
    fn progress(&self) -> Progress {
        match self.0.load(Ordering::Relaxed) {
            0 => Progress::InLine,
            u32::MAX => Progress::Over,
            number => Progress::Begun(number),
        }
    }
}

fn party(of_loop: u32, number: u32) -> Party {
    Party { event_loop: LoopId::new(of_loop), number }
}

struct Bench {
    table: WaitTable,
    office: Office,
}

impl Bench {
    fn new() -> Self {
        Self { table: WaitTable::default(), office: Office::default() }
    }

    /// Begins a wait; the path if it would close a circle.
    fn wait(&self, from: Party, to: u32) -> Result<(super::super::WaitId, Arc<By>), String> {
        let pending = Arc::new(By(AtomicU32::new(0)));
        let edge = Edge {
            from: Caller { party: from, frame: 0 },
            to: LoopId::new(to),
            pending: Arc::clone(&pending) as Arc<dyn Pending>,
        };
        let begun = self.table.begin(edge, &self.office, || format!("m{to}.u"));
        begun.map(|id| (id, pending)).map_err(|path| path.to_string())
    }
}

#[test]
fn two_roots_that_wait_for_each_other_close_a_circle() {
    let bench = Bench::new();
    let (first, _) = bench.wait(party(0, 1), 1).unwrap();
    assert_eq!(bench.wait(party(1, 1), 0).unwrap_err(), "m0.t1 → m1.t1 → m0.u");
    bench.table.end(first);
    let (second, _) = bench.wait(party(1, 1), 0).unwrap();
    bench.table.end(second);
    assert_eq!(bench.table.len(), 0);
}

#[test]
fn direct_callers_and_waits_in_line_join_into_one_path() {
    let mut bench = Bench::new();
    bench.office.callers.insert(party(1, 1), party(0, 1));
    bench.wait(party(1, 1), 2).unwrap();
    assert_eq!(bench.wait(party(2, 1), 0).unwrap_err(), "m0.t1 → m1.t1 → m2.t1 → m0.u");
}

#[test]
fn what_an_ended_party_waited_for_is_no_wait() {
    let mut bench = Bench::new();
    bench.wait(party(0, 7), 1).unwrap();
    bench.office.callers.insert(party(1, 1), party(0, 7));
    bench.office.ended.push(party(0, 7));
    assert!(bench.wait(party(1, 1), 0).is_ok());
}

#[test]
fn an_answered_wait_is_no_wait() {
    let bench = Bench::new();
    let (_, pending) = bench.wait(party(0, 1), 1).unwrap();
    pending.0.store(u32::MAX, Ordering::Relaxed);
    assert!(bench.wait(party(1, 1), 0).is_ok());
}

#[test]
fn a_concurrent_target_is_stuck_only_when_all_its_places_are() {
    let mut bench = Bench::new();
    bench.office.places.insert(LoopId::new(0), (1, 2));
    let (free, _) = bench.wait(party(0, 1), 0).expect("a place is free");
    bench.table.end(free);
    bench.office.places.insert(LoopId::new(0), (2, 2));
    let (first, _) = bench.wait(party(0, 1), 0).expect("the other handler goes on");
    assert_eq!(bench.wait(party(0, 2), 0).unwrap_err(), "m0.t2 → m0.u");
    bench.table.end(first);
    assert!(bench.wait(party(0, 2), 0).is_ok());
}

#[test]
fn whoever_waits_for_a_place_waits_for_all_of_them() {
    let mut bench = Bench::new();
    bench.office.places.insert(LoopId::new(0), (2, 2));
    bench.wait(party(1, 1), 0).unwrap();
    bench.wait(party(0, 1), 1).expect("the other place will be free");
    let path = bench.wait(party(0, 2), 1).unwrap_err();
    assert_eq!(path, "m1.t1 → m0.t2 → m1.u");
}

#[test]
fn whoever_has_got_a_place_waits_for_that_handler_alone() {
    let mut bench = Bench::new();
    bench.office.places.insert(LoopId::new(0), (2, 2));
    let (_, pending) = bench.wait(party(1, 1), 0).unwrap();
    pending.0.store(2, Ordering::Relaxed);
    bench.wait(party(0, 1), 1).expect("nobody waits for the first handler");
    assert_eq!(bench.wait(party(0, 2), 1).unwrap_err(), "m1.t1 → m0.t2 → m1.u");
}

#[test]
fn a_path_takes_the_shortest_way() {
    let mut bench = Bench::new();
    bench.office.callers.insert(party(2, 1), party(0, 1));
    bench.wait(party(0, 1), 1).unwrap();
    bench.wait(party(1, 1), 2).unwrap();
    assert_eq!(bench.wait(party(2, 1), 0).unwrap_err(), "m0.t1 → m2.t1 → m0.u");
}
