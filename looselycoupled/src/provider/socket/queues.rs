//! Durable events of a broker: what is kept for whom, and who has it just now.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use super::broker::MemberId;
use super::journal::Contents;
use super::mail::mark;
use crate::address::EventPattern;
use crate::provider::envelope::{GROUP, REDELIVERED};
use crate::provider::wire::Frame;

/// So many events of one queue may be with one process at a time.
const WINDOW: usize = 64;

/// So many events are kept, and so many bytes of them.
const MOST: usize = 1_000_000;
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// The number of a queue; none has that of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct QueueId(pub(super) u32);

/// For whom a queue is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Process(Box<str>),
    Group(Box<str>),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(name) => write!(f, "process {name}"),
            Self::Group(name) => write!(f, "group {name}"),
        }
    }
}

impl Owner {
    /// As it is written.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        match text.split_once(' ') {
            Some(("process", name)) => Ok(Self::Process(name.into())),
            Some(("group", name)) => Ok(Self::Group(name.into())),
            _ => Err(format!("`{text}` owns no queue")),
        }
    }
}

/// One owner's events of one name, or of one pattern.
#[derive(Debug)]
struct Queue {
    owner: Owner,
    pattern: EventPattern,
    /// Who is there, in turn.
    members: Vec<MemberId>,
    turn: usize,
    waiting: BTreeSet<u64>,
    /// Those that have been with somebody who is gone.
    returned: BTreeSet<u64>,
    under_way: HashMap<MemberId, usize>,
}

/// An event that is kept.
#[derive(Debug)]
struct Kept {
    frame: Frame,
    /// How many queues it stands in, or is on its way from.
    needed: usize,
}

/// An event on its way to somebody.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    queue: QueueId,
    number: u64,
    member: MemberId,
}

/// An event that somebody is to have.
#[derive(Debug)]
pub(super) struct Handover {
    pub(super) member: MemberId,
    /// With the number by which it is acknowledged.
    pub(super) frame: Frame,
}

/// What an acknowledgement settles.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) queue: QueueId,
    pub(super) number: u64,
    /// No queue needs it any more.
    pub(super) is_last: bool,
}

/// All queues of a broker.
#[derive(Debug, Default)]
pub(super) struct Queues {
    queues: BTreeMap<QueueId, Queue>,
    events: HashMap<u64, Kept>,
    bytes: usize,
    under_way: HashMap<u64, UnderWay>,
    last_queue: u32,
    last_event: u64,
    last_handover: u64,
}

impl Queues {
    /// As a broker before this one has left them, and the numbers of events that no queue needs.
    pub(super) fn of(contents: Contents) -> (Self, Vec<u64>) {
        let mut all = Self::default();
        for (id, owner, event) in contents.queues {
            let Ok(pattern) = event.parse() else { continue };
            all.last_queue = all.last_queue.max(id.0);
            all.queues.insert(id, Queue::new(owner, pattern));
        }
        // What a queue that is gone may have left in the file must not become another one's.
        for (queue, number) in &contents.kept {
            all.last_queue = all.last_queue.max(queue.0);
            all.last_event = all.last_event.max(*number);
        }
        let mut needed: HashMap<u64, Vec<QueueId>> = HashMap::new();
        for (queue, number) in contents.kept.into_iter().filter(|(queue, _)| all.queues.contains_key(queue)) {
            needed.entry(number).or_default().push(queue);
        }
        let mut unneeded = Vec::new();
        for (number, frame) in contents.events {
            all.last_event = all.last_event.max(number);
            let Some(queues) = needed.remove(&number) else {
                unneeded.push(number);
                continue;
            };
            // Who had it then is not known.
            for id in &queues {
                if let Some(queue) = all.queues.get_mut(id) {
                    queue.returned.insert(number);
                }
            }
            all.insert(number, frame, &queues);
            all.release(number, &queues);
        }
        (all, unneeded)
    }

    /// Which queues are to have an event.
    pub(super) fn matching(&self, event: &str) -> Vec<QueueId> {
        let matching = self.queues.iter().filter(|(_, queue)| queue.pattern.matches(event));
        matching.map(|(id, _)| *id).collect()
    }

    /// Whether somebody has a queue of his own for an event, or one with others.
    pub(super) fn serves(&self, member: MemberId, event: &str) -> bool {
        self.queues.values().any(|queue| queue.members.contains(&member) && queue.pattern.matches(event))
    }

    /// Takes an event in, which nobody gets before it is released; its number, or why there is no room.
    pub(super) fn admit(&mut self, frame: Frame, queues: &[QueueId]) -> Result<u64, String> {
        if self.events.len() >= MOST || self.bytes + frame.length() > MOST_BYTES {
            let longest = self.queues.values().max_by_key(|queue| queue.waiting.len());
            let owner = longest.map(|queue| queue.owner.to_string()).unwrap_or_default();
            let (events, bytes) = (self.events.len(), self.bytes);
            return Err(format!(
                "the broker keeps {events} events of {bytes} bytes, and has no room for more; most wait for {owner}: start it, or let \
                 it go by `forget`"
            ));
        }
        self.last_event += 1;
        self.insert(self.last_event, frame, queues);
        Ok(self.last_event)
    }

    fn insert(&mut self, number: u64, frame: Frame, queues: &[QueueId]) {
        self.bytes += frame.length();
        self.events.insert(number, Kept { frame, needed: queues.len() });
    }

    /// From now on the event can be handed over. True if nobody needs it any more, since its queues were closed meanwhile.
    pub(super) fn release(&mut self, number: u64, queues: &[QueueId]) -> bool {
        let mut is_unneeded = false;
        for id in queues {
            match self.queues.get_mut(id) {
                Some(queue) => {
                    queue.waiting.insert(number);
                }
                None => is_unneeded = self.need_less(number),
            }
        }
        is_unneeded
    }

    /// The event was not kept after all.
    pub(super) fn revoke(&mut self, number: u64) {
        if let Some(kept) = self.events.remove(&number) {
            self.bytes -= kept.frame.length();
        }
    }

    /// True if nobody needs it any more.
    fn need_less(&mut self, number: u64) -> bool {
        let Some(kept) = self.events.get_mut(&number) else { return false };
        kept.needed -= 1;
        if kept.needed > 0 {
            return false;
        }
        self.revoke(number);
        true
    }

    /// Opens a queue, or finds it; and whether it is new.
    pub(super) fn open(&mut self, owner: &Owner, pattern: &EventPattern) -> (QueueId, bool) {
        if let Some(id) = self.find(owner, pattern.as_str()) {
            return (id, false);
        }
        self.last_queue += 1;
        let id = QueueId(self.last_queue);
        self.queues.insert(id, Queue::new(owner.clone(), pattern.clone()));
        (id, true)
    }

    pub(super) fn find(&self, owner: &Owner, event: &str) -> Option<QueueId> {
        let is_it = |queue: &Queue| queue.owner == *owner && queue.pattern.as_str() == event;
        self.queues.iter().find(|(_, queue)| is_it(queue)).map(|(id, _)| *id)
    }

    /// Which events an owner has queues for.
    pub(super) fn of_owner(&self, owner: &Owner) -> Vec<Box<str>> {
        let his = self.queues.values().filter(|queue| queue.owner == *owner);
        his.map(|queue| queue.pattern.as_str().into()).collect()
    }

    pub(super) fn join(&mut self, id: QueueId, member: MemberId) {
        if let Some(queue) = self.queues.get_mut(&id)
            && !queue.members.contains(&member)
        {
            queue.members.push(member);
        }
    }

    /// Ends a queue and all that is in it: the numbers of its events, and of those that no other queue needs.
    pub(super) fn close(&mut self, id: QueueId) -> (Vec<u64>, Vec<u64>) {
        let Some(queue) = self.queues.remove(&id) else { return (Vec::new(), Vec::new()) };
        let mut numbers: Vec<u64> = queue.waiting.into_iter().collect();
        self.under_way.retain(|_, under_way| {
            if under_way.queue == id {
                numbers.push(under_way.number);
            }
            under_way.queue != id
        });
        let unneeded = numbers.iter().copied().filter(|number| self.need_less(*number)).collect();
        (numbers, unneeded)
    }

    /// Somebody has gone: what he had comes again, in its old place.
    pub(super) fn leave(&mut self, member: MemberId) {
        let gone: Vec<u64> = {
            let his = self.under_way.iter().filter(|(_, under_way)| under_way.member == member);
            his.map(|(handover, _)| *handover).collect()
        };
        for handover in gone {
            self.give_back(member, handover, true);
        }
        for queue in self.queues.values_mut() {
            queue.members.retain(|known| *known != member);
            queue.under_way.remove(&member);
        }
    }

    /// It was not handled, and comes again; whether he had it.
    pub(super) fn give_back(&mut self, member: MemberId, handover: u64, has_come: bool) {
        if let Some(UnderWay { queue, number, .. }) = self.take_back(member, handover)
            && let Some(queue) = self.queues.get_mut(&queue)
        {
            queue.waiting.insert(number);
            if has_come {
                queue.returned.insert(number);
            }
        }
    }

    /// It was handled; nothing if it is not with him.
    pub(super) fn acknowledge(&mut self, member: MemberId, handover: u64) -> Option<Settled> {
        let UnderWay { queue, number, .. } = self.take_back(member, handover)?;
        if let Some(queue) = self.queues.get_mut(&queue) {
            queue.returned.remove(&number);
        }
        Some(Settled { queue, number, is_last: self.need_less(number) })
    }

    fn take_back(&mut self, member: MemberId, handover: u64) -> Option<UnderWay> {
        let found = self.under_way.get(&handover).copied().filter(|found| found.member == member)?;
        self.under_way.remove(&handover);
        if let Some(queue) = self.queues.get_mut(&found.queue)
            && let Some(number) = queue.under_way.get_mut(&member)
        {
            *number -= 1;
        }
        Some(found)
    }

    /// Everything that somebody has room for, oldest first; it is with him from now on.
    pub(super) fn hand_over(&mut self) -> Vec<Handover> {
        let mut all = Vec::new();
        for (id, queue) in &mut self.queues {
            while let Some(number) = queue.waiting.first().copied()
                && let Some(member) = queue.next_member()
            {
                queue.waiting.remove(&number);
                let Some(kept) = self.events.get(&number) else { continue };
                *queue.under_way.entry(member).or_default() += 1;
                self.last_handover += 1;
                self.under_way.insert(self.last_handover, UnderWay { queue: *id, number, member });
                let mut frame = Frame { id: self.last_handover, ..kept.frame.clone() };
                if queue.returned.contains(&number) {
                    mark(&mut frame.headers, REDELIVERED, "yes");
                }
                if let Owner::Group(group) = &queue.owner {
                    mark(&mut frame.headers, GROUP, group);
                }
                all.push(Handover { member, frame });
            }
        }
        all
    }
}

impl Queue {
    fn new(owner: Owner, pattern: EventPattern) -> Self {
        Self {
            owner,
            pattern,
            members: Vec::new(),
            turn: 0,
            waiting: BTreeSet::new(),
            returned: BTreeSet::new(),
            under_way: HashMap::new(),
        }
    }

    /// Who has room, in turn.
    fn next_member(&mut self) -> Option<MemberId> {
        let members = self.members.len();
        let has_room = |member: &MemberId| self.under_way.get(member).is_none_or(|number| *number < WINDOW);
        let places = (0..members).map(|step| (self.turn + step) % members);
        let place = places.into_iter().find(|place| has_room(&self.members[*place]))?;
        self.turn = (place + 1) % members;
        Some(self.members[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::wire::Kind;

    fn order() -> Frame {
        Frame::new(Kind::Event, 0).named("order")
    }

    /// Queues of two processes, each of which is there.
    fn two() -> (Queues, [QueueId; 2], [MemberId; 2]) {
        let (mut queues, members) = (Queues::default(), [MemberId(1), MemberId(2)]);
        let pattern: EventPattern = "order".parse().unwrap();
        let ids = ["hall", "attic"].map(|name| queues.open(&Owner::Process(name.into()), &pattern).0);
        ids.iter().zip(members).for_each(|(id, member)| queues.join(*id, member));
        (queues, ids, members)
    }

    fn handed(queues: &mut Queues) -> Vec<(MemberId, u64, bool)> {
        let all = queues.hand_over().into_iter();
        all.map(|Handover { member, frame }| (member, frame.id, frame.headers.get(REDELIVERED).is_some()))
            .collect()
    }

    #[test]
    fn an_event_is_needed_until_every_queue_has_handled_it() {
        let (mut queues, ids, [hall, attic]) = two();
        let number = queues.admit(order(), &ids).unwrap();
        assert_eq!(handed(&mut queues), [], "it has not been released");
        assert!(!queues.release(number, &ids));
        assert_eq!(handed(&mut queues), [(hall, 1, false), (attic, 2, false)]);
        assert_eq!(queues.acknowledge(attic, 1), None, "it is with another");
        let settled = |queue, is_last| Some(Settled { queue, number, is_last });
        assert_eq!(queues.acknowledge(hall, 1), settled(ids[0], false));
        assert_eq!(queues.acknowledge(hall, 1), None, "once");
        assert_eq!(queues.acknowledge(attic, 2), settled(ids[1], true));
        assert_eq!((queues.bytes, queues.events.len(), queues.under_way.len()), (0, 0, 0));
    }

    #[test]
    fn what_was_with_somebody_who_goes_comes_again_first() {
        let (mut queues, ids, [hall, _]) = two();
        for _ in 0..3 {
            let number = queues.admit(order(), &ids[..1]).unwrap();
            queues.release(number, &ids[..1]);
        }
        assert_eq!(handed(&mut queues).len(), 3);
        queues.acknowledge(hall, 2);
        queues.leave(hall);
        let number = queues.admit(order(), &ids[..1]).unwrap();
        queues.release(number, &ids[..1]);
        queues.join(ids[0], MemberId(9));
        let again: Vec<_> =
            handed(&mut queues).into_iter().map(|(member, _, again)| (member, again)).collect();
        assert_eq!(again, [(MemberId(9), true), (MemberId(9), true), (MemberId(9), false)]);
    }

    #[test]
    fn no_more_than_a_window_is_with_one() {
        let (mut queues, ids, [hall, _]) = two();
        for _ in 0..WINDOW + 10 {
            let number = queues.admit(order(), &ids[..1]).unwrap();
            queues.release(number, &ids[..1]);
        }
        assert_eq!(handed(&mut queues).len(), WINDOW);
        queues.acknowledge(hall, 1);
        assert_eq!(handed(&mut queues).len(), 1);
        queues.give_back(hall, 2, false);
        let again: Vec<_> = handed(&mut queues).into_iter().map(|(.., again)| again).collect();
        assert_eq!(again, [false], "he never had it");
    }

    #[test]
    fn a_queue_that_is_closed_needs_nothing_not_even_what_is_still_being_written() {
        let (mut queues, ids, _) = two();
        let (first, second) =
            (queues.admit(order(), &ids).unwrap(), queues.admit(order(), &ids[..1]).unwrap());
        queues.release(first, &ids);
        assert_eq!(queues.close(ids[0]), (vec![first], vec![]));
        assert!(queues.release(second, &ids[..1]));
        assert_eq!(queues.close(ids[1]), (vec![first], vec![first]));
        assert_eq!((queues.bytes, queues.events.len()), (0, 0));
    }
}
