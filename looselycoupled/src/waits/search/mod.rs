//! Whether a wait that is about to begin would be for itself.
//!
//! A party is stuck while something it waits for is stuck. A loop is stuck when all who occupy it are: for a
//! sequential one that is its turn, for a concurrent one all its places. So the search first collects everybody who
//! waits for the caller, directly or through others, takes all of them for stuck, and then lets go of those who find
//! a way on, until nobody does any more (the greatest fixpoint: two handlers that hold both places and each wait for
//! one are stuck by each other). The wait closes a circle if its target is stuck then.

use std::collections::{HashMap, HashSet};

use super::table::Waits;
use super::{Caller, Edge, LoopId, Loops, Party, Progress};

/// The steps of the circle that a wait would close, up to its caller.
pub(super) fn find_circle(waits: &Waits, new: &Edge, loops: &dyn Loops) -> Option<Vec<String>> {
    let mut search = Search {
        waits,
        from: new.from,
        to: new.to,
        loops,
        parties: Vec::new(),
        index: HashMap::new(),
        found: Vec::new(),
    };
    search.collect();
    if search.parties.len() == 1 {
        // The usual case: nobody waits for the caller, so only the caller itself could be in its own way.
        let alone = loops.occupants(new.to).is_some_and(|occupants| *occupants == [new.from.party]);
        return alone.then(|| loops.steps(new.from));
    }
    let occupied = search.occupied();
    let stuck = search.stuck(&occupied);
    On::Turns(new.to).is_stuck(&occupied, &stuck).then(|| search.steps(&occupied, &stuck))
}

/// Everybody who cannot go on before a caller does, itself included.
pub(super) fn dependents(waits: &Waits, of: Caller, loops: &dyn Loops) -> Vec<Party> {
    let mut search = Search {
        waits,
        from: of,
        to: of.party.event_loop,
        loops,
        parties: Vec::new(),
        index: HashMap::new(),
        found: Vec::new(),
    };
    search.collect();
    let stuck = search.stuck(&search.occupied());
    search.parties.iter().zip(stuck).filter(|(_, stuck)| *stuck).map(|(party, _)| *party).collect()
}

/// What somebody waits for.
#[derive(Debug, Clone, Copy)]
enum On {
    /// The end of this party.
    Party(usize),
    /// That a loop begins something else.
    Turns(LoopId),
}

impl On {
    fn is_stuck(self, occupied: &Occupied, stuck: &[bool]) -> bool {
        match self {
            Self::Party(party) => stuck[party],
            Self::Turns(of_loop) => {
                let occupants = occupied.get(&of_loop).and_then(Option::as_ref);
                occupants.is_some_and(|occupants| occupants.iter().all(|party| stuck[*party]))
            }
        }
    }
}

/// A wait that leads to the caller.
struct Found {
    waiting: usize,
    frame: u16,
    on: On,
}

/// The caller that is about to wait, as a place in the list of parties.
const CALLER: usize = 0;

struct Search<'a> {
    waits: &'a Waits,
    /// Who is about to wait.
    from: Caller,
    /// For what.
    to: LoopId,
    loops: &'a dyn Loops,
    parties: Vec<Party>,
    /// Where the others than the caller stand in the list.
    index: HashMap<Party, usize>,
    found: Vec<Found>,
}

/// The parties that occupy a loop; `None` if one of them does not wait for the caller.
type Occupied = HashMap<LoopId, Option<Vec<usize>>>;

impl Search<'_> {
    /// Walks backwards from the caller over everybody who waits for it.
    fn collect(&mut self) {
        self.parties.push(self.from.party);
        let mut in_line = HashSet::new();
        let mut next = CALLER;
        while let Some(&party) = self.parties.get(next) {
            self.add(self.loops.caller_of(party), On::Party(next));
            for caller in self.loops.callers_beyond(party) {
                self.add(caller, On::Party(next));
            }
            let is_first = next == CALLER
                || (party.event_loop != self.parties[CALLER].event_loop && in_line.insert(party.event_loop));
            for edge in self.waits.before(party.event_loop) {
                match edge.pending.progress() {
                    Progress::InLine if is_first => self.add(edge.from, On::Turns(edge.to)),
                    Progress::Begun(number) if number == party.number => self.add(edge.from, On::Party(next)),
                    Progress::InLine | Progress::Begun(_) | Progress::Over => {}
                }
            }
            next += 1;
        }
    }

    fn add(&mut self, caller: Caller, on: On) {
        if !caller.party.is_none() && self.loops.is_at_work(caller.party) {
            let waiting = self.place_of(caller.party);
            self.found.push(Found { waiting, frame: caller.frame, on });
        }
    }

    fn place_of(&mut self, party: Party) -> usize {
        if party == self.parties[CALLER] {
            return CALLER;
        }
        *self.index.entry(party).or_insert_with(|| {
            self.parties.push(party);
            self.parties.len() - 1
        })
    }

    fn known_place_of(&self, party: Party) -> Option<usize> {
        if party == self.parties[CALLER] { Some(CALLER) } else { self.index.get(&party).copied() }
    }

    fn occupied(&self) -> Occupied {
        let in_line = self.found.iter().filter_map(|found| match found.on {
            On::Turns(of_loop) => Some(of_loop),
            On::Party(_) => None,
        });
        let mut occupied = Occupied::new();
        for of_loop in in_line.chain([self.to]) {
            occupied.entry(of_loop).or_insert_with(|| {
                let occupants = self.loops.occupants(of_loop)?;
                occupants.iter().map(|party| self.known_place_of(*party)).collect()
            });
        }
        occupied
    }

    /// Who cannot go on before the caller does. The caller itself counts as stuck: the question is whether its
    /// target is stuck with it.
    fn stuck(&self, occupied: &Occupied) -> Vec<bool> {
        let mut stuck = vec![true; self.parties.len()];
        loop {
            let mut held = vec![false; stuck.len()];
            held[CALLER] = true;
            for found in &self.found {
                held[found.waiting] |= found.on.is_stuck(occupied, &stuck);
            }
            // Whoever has been let go stays so.
            held.iter_mut().zip(&stuck).for_each(|(held, stuck)| *held &= stuck);
            if held == stuck {
                return stuck;
            }
            stuck = held;
        }
    }

    /// The handlers along the shortest way from the target to the caller.
    fn steps(&self, occupied: &Occupied, stuck: &[bool]) -> Vec<String> {
        // For each party that was reached: through which wait, and for whom.
        let mut towards: Vec<Option<(u16, usize)>> = vec![None; self.parties.len()];
        let mut reached = vec![CALLER];
        let mut next = 0;
        while let Some(&party) = reached.get(next) {
            for found in self.found.iter().filter(|found| found.waiting != CALLER && stuck[found.waiting]) {
                let leads_here = match found.on {
                    On::Party(on) => on == party,
                    On::Turns(of_loop) => {
                        of_loop == self.parties[party].event_loop && found.on.is_stuck(occupied, stuck)
                    }
                };
                if leads_here && towards[found.waiting].is_none() {
                    towards[found.waiting] = Some((found.frame, party));
                    reached.push(found.waiting);
                }
            }
            next += 1;
        }
        let of_target = |party: &usize| self.parties[*party].event_loop == self.to;
        let mut at = reached.into_iter().find(of_target).unwrap_or(CALLER);
        let mut steps = Vec::new();
        while let Some((frame, on)) = towards[at] {
            steps.extend(self.loops.steps(Caller { party: self.parties[at], frame }));
            at = on;
        }
        steps.extend(self.loops.steps(self.from));
        steps
    }
}

#[cfg(test)]
mod tests;
