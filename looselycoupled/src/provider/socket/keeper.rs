//! Keeps durable events until they have been handled.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::Path;

use super::broker::{Exit, MemberId, post};
use super::copies::Copies;
use super::journal::{Change, Journal};
use super::queues::{Handover, Owner, QueueId, Queues, Settled};
use crate::address::EventPattern;
use crate::provider::ProviderError;
use crate::provider::wire::{Frame, Kind};
use crate::sync::{Arc, Mutex, Weak};

/// What a broker keeps, in memory and on disk.
pub(super) struct Keeper {
    journal: Arc<Journal>,
    keeping: Mutex<Keeping>,
}

#[derive(Default)]
struct Keeping {
    queues: Queues,
    exits: HashMap<MemberId, Exit>,
    /// What is being written.
    pending: HashMap<u64, Pending>,
    last_ticket: u64,
    /// The log says that there is no room.
    is_mentioned: bool,
}

/// Who is told when something has been written.
pub(super) struct Asker {
    pub(super) exit: Exit,
    pub(super) id: u64,
}

enum Pending {
    Event { number: u64, queues: Vec<QueueId>, asker: Option<Asker>, copies: Copies },
    Opening { queue: QueueId, member: MemberId, asker: Asker },
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Asker {
    fn tell(self, failed: Option<&str>) {
        let answer = match failed {
            None => Frame::new(Kind::Done, self.id),
            Some(why) => Frame::new(Kind::Refused, self.id).with_body(why.to_owned()),
        };
        post(vec![(self.exit, answer)]);
    }
}

impl Keeper {
    /// Goes on with what a broker before this one has left in the file.
    pub(super) fn open(journal: &Path, forgotten: &[String]) -> Result<Arc<Self>, ProviderError> {
        let known: Arc<Mutex<Weak<Self>>> = Arc::new(Mutex::new(Weak::new()));
        let told = Arc::clone(&known);
        let written = move |tickets, failed: Option<&str>| {
            let keeper = told.lock().upgrade();
            if let Some(keeper) = keeper {
                keeper.written(tickets, failed);
            }
        };
        let (journal, contents) = Journal::open(journal, written)?;
        let (queues, unneeded) = Queues::of(contents);
        for number in unneeded {
            journal.want(Change::Forget { number }, None);
        }
        let keeping = Keeping { queues, ..Keeping::default() };
        let keeper = Arc::new(Self { journal, keeping: Mutex::new(keeping) });
        *known.lock() = Arc::downgrade(&keeper);
        forgotten.iter().for_each(|name| keeper.forget(name));
        Ok(keeper)
    }

    /// Ends all queues of a process, or of a group, that comes no more.
    fn forget(&self, name: &str) {
        let owners = [Owner::Process(name.into()), Owner::Group(name.into())];
        for owner in owners {
            let events = self.keeping.lock().queues.of_owner(&owner);
            for event in events {
                let number = self.end(&owner, &event);
                tracing::warn!(target: "looselycoupled", %owner, %event, "{number} events are forgotten");
            }
        }
    }

    /// Returns when everything has been written. Blocks.
    pub(super) fn close(&self) {
        self.journal.close();
    }

    /// Who gets an event from a queue.
    pub(super) fn served(&self, event: &str, members: impl Iterator<Item = MemberId>) -> BTreeSet<MemberId> {
        let keeping = self.keeping.lock();
        members.filter(|member| keeping.queues.serves(*member, event)).collect()
    }

    /// Keeps an event for all queues that are to have it, then sends the copies for others.
    pub(super) fn keep(&self, frame: Frame, asker: Option<Asker>, copies: Copies) {
        let mut keeping = self.keeping.lock();
        let queues = keeping.queues.matching(&frame.name);
        if queues.is_empty() {
            drop(keeping);
            copies.send();
            asker.into_iter().for_each(|asker| asker.tell(None));
            return;
        }
        let frame = Frame { id: 0, ..frame };
        let number = match keeping.queues.admit(frame.clone(), &queues) {
            Ok(number) => number,
            Err(why) => {
                if asker.is_none() && !std::mem::replace(&mut keeping.is_mentioned, true) {
                    let event = &*frame.name;
                    tracing::error!(target: "looselycoupled", event, "{why}: events that are not sent durably are lost (said once)");
                }
                drop(keeping);
                return match asker {
                    Some(asker) => asker.tell(Some(&why)),
                    None => copies.send(),
                };
            }
        };
        let change = Change::Keep { number, frame, queues: queues.clone() };
        let pending = Pending::Event { number, queues, asker, copies };
        self.write(&mut keeping, change, pending);
    }

    /// Somebody is to get what stands in a queue, which is opened if there is none.
    pub(super) fn join(&self, member: MemberId, asker: Asker, owner: &Owner, pattern: &EventPattern) {
        let mut keeping = self.keeping.lock();
        keeping.exits.insert(member, asker.exit.clone());
        let (queue, is_new) = keeping.queues.open(owner, pattern);
        if is_new {
            let (owner, event) = (owner.clone(), pattern.as_str().into());
            let pending = Pending::Opening { queue, member, asker };
            return self.write(&mut keeping, Change::Open { queue, owner, event }, pending);
        }
        keeping.queues.join(queue, member);
        asker.tell(None);
        keeping.hand_over();
    }

    /// A queue is not needed any more, nor is what stands in it: how many events those were.
    pub(super) fn end(&self, owner: &Owner, event: &str) -> usize {
        let mut keeping = self.keeping.lock();
        let Some(queue) = keeping.queues.find(owner, event) else { return 0 };
        let (mut numbers, unneeded) = keeping.queues.close(queue);
        // Those that are being written stand in the file before this does.
        numbers.extend(keeping.pending.values().filter_map(|pending| match pending {
            Pending::Event { number, queues, .. } if queues.contains(&queue) => Some(*number),
            _ => None,
        }));
        let number = numbers.len();
        self.journal.want(Change::Close { queue, numbers }, None);
        for number in unneeded {
            self.journal.want(Change::Forget { number }, None);
        }
        number
    }

    /// Somebody has gone: what he had comes again.
    pub(super) fn leave(&self, member: MemberId) {
        let mut keeping = self.keeping.lock();
        keeping.queues.leave(member);
        keeping.exits.remove(&member);
        keeping.hand_over();
    }

    /// Somebody has handled an event, or will not.
    pub(super) fn settle(&self, member: MemberId, handover: u64, is_handled: bool) {
        let mut keeping = self.keeping.lock();
        if !is_handled {
            keeping.queues.give_back(member, handover, true);
        } else if let Some(Settled { queue, number, is_last }) = keeping.queues.acknowledge(member, handover)
        {
            self.journal.want(Change::Handled { queue, number }, None);
            if is_last {
                self.journal.want(Change::Forget { number }, None);
            }
        }
        keeping.hand_over();
    }

    /// Whoever had no room for what waits may have some by now.
    pub(super) fn try_again(&self) {
        self.keeping.lock().hand_over();
    }

    /// While nobody else changes anything, so that the file has the same order.
    fn write(&self, keeping: &mut Keeping, change: Change, pending: Pending) {
        keeping.last_ticket += 1;
        let ticket = keeping.last_ticket;
        keeping.pending.insert(ticket, pending);
        if !self.journal.want(change, Some(ticket)) {
            let _nothing_was_written = keeping.settle(vec![ticket], Some("the broker is ending"));
        }
    }

    fn written(&self, tickets: Vec<u64>, failed: Option<&str>) {
        let mut keeping = self.keeping.lock();
        for number in keeping.settle(tickets, failed) {
            self.journal.want(Change::Forget { number }, None);
        }
        keeping.hand_over();
    }
}

impl Keeping {
    /// Those that have been written although nobody needs them any more.
    fn settle(&mut self, tickets: Vec<u64>, failed: Option<&str>) -> Vec<u64> {
        let mut unneeded = Vec::new();
        for ticket in tickets {
            match self.pending.remove(&ticket) {
                Some(Pending::Event { number, queues, asker, copies }) => {
                    // Of what its sender is told was not kept nobody hears.
                    if failed.is_none() || asker.is_none() {
                        copies.send();
                    }
                    if failed.is_some() {
                        self.queues.revoke(number);
                    } else if self.queues.release(number, &queues) {
                        unneeded.push(number);
                    }
                    asker.into_iter().for_each(|asker| asker.tell(failed));
                }
                Some(Pending::Opening { queue, member, asker }) => {
                    if failed.is_some() {
                        self.queues.close(queue);
                    } else if self.exits.contains_key(&member) {
                        self.queues.join(queue, member);
                    }
                    asker.tell(failed);
                }
                None => {}
            }
        }
        unneeded
    }

    /// What somebody has room for. Nothing in here waits; while nobody else hands anything over, so that it stays in its order.
    fn hand_over(&mut self) {
        for Handover { member, frame } in self.queues.hand_over() {
            let handover = frame.id;
            let sent = self.exits.get(&member).map(|exit| exit.send(frame));
            if !matches!(sent, Some(Ok(()))) {
                self.queues.give_back(member, handover, false);
            }
        }
    }
}
