//! Sending events again in the name of other modules.

use crate::envelope::EventRecord;
use crate::event::trigger::{EXIT, hand_out};
use crate::metadata::Priority;
use crate::module::Application;
use crate::router::{Connection, Outlet, Terms};
use crate::sync::{Arc, Ordering};

/// So often an event is forwarded at most.
const MOST_HOPS: u8 = 16;

/// Sends an event again wherever it is forwarded to, and from there on; returns how many hear it there.
///
/// Of one event each end speaks once, however many ways lead to it: what went round in a circle would reach the same handlers
/// again, and where circles share ends it would multiply with every round.
pub(in crate::event) fn forward(application: &Application, first: &EventRecord, terms: Terms<'_>) -> usize {
    let mut sent: Vec<EventRecord> = Vec::new();
    let way = Way { application, first, terms };
    let mut heard = forward_from(&way, first, &mut sent);
    let mut next = 0;
    while let Some(record) = sent.get(next).cloned() {
        heard += forward_from(&way, &record, &mut sent);
        next += 1;
    }
    heard
}

/// What all of one event's forwarding has in common.
struct Way<'a> {
    application: &'a Application,
    first: &'a EventRecord,
    terms: Terms<'a>,
}

fn forward_from(way: &Way<'_>, record: &EventRecord, sent: &mut Vec<EventRecord>) -> usize {
    let Way { application, first, terms } = *way;
    let mut heard = 0;
    application.router.connections.outlets(record, |connection, outlet| {
        if is_of(outlet, first) || sent.iter().any(|before| is_of(outlet, before)) {
            return hold_back(application, connection, "it has been sent there already");
        }
        if record.hops() >= MOST_HOPS {
            return hold_back(application, connection, "it has been forwarded 16 times");
        }
        let forwarded = sent_again(record, outlet);
        heard += hand_out(application, &forwarded, terms);
        sent.push(forwarded);
    });
    heard
}

fn is_of(outlet: &Outlet, record: &EventRecord) -> bool {
    record.sender() == outlet.module && record.name() == &*outlet.event
}

fn sent_again(record: &EventRecord, outlet: &Outlet) -> EventRecord {
    let mut forwarded = record.forwarded(outlet.module, Arc::clone(&outlet.name), &outlet.event);
    if &*outlet.event == EXIT {
        forwarded.set_priority(Priority::Highest);
    }
    forwarded
}

#[cold]
fn hold_back(application: &Application, connection: &Connection, reason: &str) {
    application.services.not_forwarded.add();
    if !connection.is_mentioned.swap(true, Ordering::Relaxed) {
        let (from, to) = (&connection.from, &connection.to);
        tracing::warn!(
            target: "looselycoupled",
            %from,
            %to,
            "an event is not forwarded: {reason} (said once per connection, counted)"
        );
    }
}
