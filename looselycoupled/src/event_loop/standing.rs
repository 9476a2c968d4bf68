//! Who waits for what runs here: the loops as the search for cycles sees them.

use super::{Begun, EventLoop, Label, Services};
use crate::sync::Ordering;
use crate::waits::{Caller, LoopId, Loops, Party};

/// A turn that has begun and not ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    /// Its number, which no other turn of the loop has before it comes round.
    pub(crate) turn: u32,
    /// The topmost handler.
    pub(crate) label: Label,
    /// Its code runs at this moment, rather than that it is suspended.
    pub(crate) holds_thread: bool,
}

impl EventLoop {
    /// The turn that is in progress here, as others may see it; handlers of a concurrent module have no turns.
    pub(crate) fn progress(&self) -> Option<Progress> {
        let turn = self.turn_number.load(Ordering::Acquire);
        if turn.is_multiple_of(2) {
            return None;
        }
        let holds_thread = self.state.is_inline() || self.polled_by.load(Ordering::Relaxed) != 0;
        Some(Progress { turn, label: self.trail.top()?, holds_thread })
    }

    /// Begins a turn for a caller that waits for it, or for nobody. Called by the owner.
    #[inline]
    pub(super) fn begin_turn(&self, caller: Caller) {
        // Whoever sees the number sees the caller that was written before; and whoever sees the caller sees that the
        // turn before is over.
        self.caller.store(caller.party.raw(), Ordering::Release);
        if !caller.party.is_none() {
            self.caller_frame.store(u32::from(caller.frame), Ordering::Release);
        }
        self.next_turn_number();
    }

    /// Ends the turn: from now on nothing that it waited for is a wait. Called by the owner.
    #[inline]
    pub(super) fn end_turn(&self) {
        self.next_turn_number();
    }

    /// Turns have odd numbers, the times between them even ones.
    #[inline]
    fn next_turn_number(&self) {
        let number = self.turn_number.load(Ordering::Relaxed).wrapping_add(1);
        self.turn_number.store(number, Ordering::Release);
    }

    /// The current turn. Asked by code that is part of it.
    #[inline]
    pub(crate) fn turn_number(&self) -> u32 {
        self.turn_number.load(Ordering::Relaxed)
    }

    /// The caller waits no longer for a turn, or a handler, that it began itself.
    pub(crate) fn sever(&self, begun: Begun, caller: Party) {
        let Begun(number) = begun;
        if self.is_concurrent {
            self.queue.lock().apart().sever(number, caller);
        } else if self.turn_number.load(Ordering::Acquire) == number {
            // A failure means that the turn is over.
            let nobody = Party::NONE.raw();
            let _ended =
                self.caller.compare_exchange(caller.raw(), nobody, Ordering::AcqRel, Ordering::Relaxed);
        }
    }

    /// Who called a party directly and waits for it.
    fn caller_of(&self, number: u32) -> Caller {
        if self.is_concurrent {
            return self.queue.lock().apart().caller_of(number);
        }
        let party = Party::from_raw(self.caller.load(Ordering::Acquire));
        let frame = self.caller_frame.load(Ordering::Acquire) as u16;
        if self.is_at_work(number) { Caller { party, frame } } else { Caller::NONE }
    }

    fn is_at_work(&self, number: u32) -> bool {
        if self.is_concurrent {
            self.queue.lock().apart().is_running(number)
        } else {
            self.turn_number.load(Ordering::Acquire) == number
        }
    }

    /// Who must end before anything else begins here.
    fn occupants(&self) -> Option<Vec<Party>> {
        let party = |number| Party { event_loop: self.id, number };
        if self.is_concurrent {
            let mut queue = self.queue.lock();
            return (!queue.has_place()).then(|| queue.apart().numbers().map(party).collect());
        }
        let number = self.turn_number.load(Ordering::Acquire);
        (number % 2 == 1).then(|| vec![party(number)])
    }

    /// The handlers of a party up to the one in a frame, as `module.task`.
    pub(super) fn steps(&self, number: u32, frame: u16) -> Vec<String> {
        let label = |label: Label| self.tenant(label.tenant).address_of(label.handler);
        if self.is_concurrent {
            return self.queue.lock().apart().label(number).map(label).into_iter().collect();
        }
        self.trail.up_to(frame.into()).map(label).collect()
    }
}

impl Services {
    fn of<R>(&self, id: LoopId, ask: impl FnOnce(&EventLoop) -> R) -> Option<R> {
        let event_loop = self.event_loop(id)?;
        Some(ask(&event_loop))
    }
}

impl Loops for Services {
    fn caller_of(&self, party: Party) -> Caller {
        self.of(party.event_loop, |found| found.caller_of(party.number)).unwrap_or(Caller::NONE)
    }

    fn callers_beyond(&self, party: Party) -> Vec<Caller> {
        self.visits.look(party, |visit| visit.callers.clone()).unwrap_or_default()
    }

    fn is_at_work(&self, party: Party) -> bool {
        if party.as_visit().is_some() {
            return self.visits.look(party, |_| ()).is_some();
        }
        self.of(party.event_loop, |found| found.is_at_work(party.number)).unwrap_or_default()
    }

    fn occupants(&self, of_loop: LoopId) -> Option<Vec<Party>> {
        self.of(of_loop, EventLoop::occupants)?
    }

    fn steps(&self, caller: Caller) -> Vec<String> {
        if let Some(way) = self.visits.look(caller.party, |visit| visit.way.clone()) {
            return way;
        }
        self.of(caller.party.event_loop, |found| found.steps(caller.party.number, caller.frame))
            .unwrap_or_default()
    }
}
