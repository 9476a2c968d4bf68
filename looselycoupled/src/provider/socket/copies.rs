//! Whom an event reaches that goes to those who are there.

use std::collections::{BTreeMap, BTreeSet};

use super::broker::{Exit, Member, MemberId, State};
use super::mail::mark;
use super::outlet::Unsent;
use crate::provider::envelope::GROUP;
use crate::provider::wire::Frame;
use crate::sync::{Arc, AtomicBool, Ordering};

/// An event for those who hear it while they are there.
pub(super) struct Copies {
    frame: Frame,
    /// One of each, the first that can be reached.
    recipients: Vec<Choice>,
}

struct Choice {
    group: Option<Box<str>>,
    of: Vec<Recipient>,
}

struct Recipient {
    member: MemberId,
    exit: Exit,
    process: Box<str>,
    loses: Arc<AtomicBool>,
}

impl Copies {
    /// Who gets one in any case.
    pub(super) fn members(&self) -> impl Iterator<Item = MemberId> {
        self.recipients.iter().flat_map(|choice| &choice.of).map(|recipient| recipient.member)
    }

    pub(super) fn leave_out(&mut self, served: &BTreeSet<MemberId>) {
        for choice in self.recipients.iter_mut().filter(|choice| choice.group.is_none()) {
            choice.of.retain(|recipient| !served.contains(&recipient.member));
        }
    }

    /// Nothing in here waits.
    pub(super) fn send(self) {
        for Choice { group, of } in self.recipients {
            let mut choice = of.into_iter().peekable();
            let mut frame = self.frame.clone();
            group.iter().for_each(|group| mark(&mut frame.headers, GROUP, group));
            while let Some(Recipient { exit, process, loses, .. }) = choice.next() {
                match exit.send(frame.clone()) {
                    Ok(()) => break,
                    // Another one of the group has room.
                    Err(_) if choice.peek().is_some() => {}
                    Err(Unsent::Full) if !loses.swap(true, Ordering::Relaxed) => {
                        tracing::warn!(target: "looselycoupled", %process, "the process does not read: it loses events (said once)");
                    }
                    // What is too long was refused to its sender.
                    Err(Unsent::Frame(why)) => {
                        let event = &*self.frame.name;
                        tracing::error!(target: "looselycoupled", %process, event, "an event was not passed on: {why}");
                    }
                    // Who is gone hears nothing more, and who does not read has been told of.
                    Err(Unsent::Closed | Unsent::Full) => {}
                }
            }
        }
    }
}

impl State {
    /// Who hears an event: every other process, and of each group one.
    pub(super) fn copies(&mut self, from: MemberId, frame: &Frame) -> Copies {
        let (mut recipients, mut groups) = (Vec::new(), BTreeMap::<&str, Vec<Recipient>>::new());
        for (id, member) in &self.members {
            let matching = member.events.iter().filter(|(pattern, _)| pattern.matches(&frame.name));
            let matching: Vec<_> = matching.map(|(_, group)| group.as_deref()).collect();
            for group in matching.iter().flatten() {
                groups.entry(group).or_default().push(member.recipient(*id));
            }
            if matching.iter().any(Option::is_none) && *id != from {
                recipients.push(Choice { group: None, of: vec![member.recipient(*id)] });
            }
        }
        for (group, mut together) in groups {
            let turn = match self.turns.get_mut(group) {
                Some(turn) => turn,
                None => self.turns.entry(group.into()).or_default(),
            };
            let first = *turn % together.len();
            *turn = turn.wrapping_add(1);
            together.rotate_left(first);
            recipients.push(Choice { group: Some(group.into()), of: together });
        }
        Copies { frame: Frame { id: 0, ..frame.clone() }, recipients }
    }
}

impl Member {
    fn recipient(&self, member: MemberId) -> Recipient {
        let (exit, process) = (self.exit.clone(), self.process.clone());
        Recipient { member, exit, process, loses: Arc::clone(&self.loses) }
    }
}
