//! Visitors, and handlers, who call objects on loops.

use std::fmt;

use looselycoupled::Borrowing;
use looselycoupled::prelude::*;
use looselycoupled_tests::begin;

use super::Visitor;
use super::houses::{Guest, Object};
use crate::fate::Fate;
use crate::modules::take;
use crate::script::{self, Id, Script};
use crate::senders::PRIORITIES;
use crate::world::World;

type Played = std::result::Result<u64, String>;

/// What an object does when it is called.
fn play(
    handle: &Handle,
    world: &World,
    label: &str,
    id: Id,
    script: Script,
) -> impl for<'a> FnOnce(&'a mut Object) -> Borrowing<'a, Played> + Send + use<> {
    let (handle, world, label) = (handle.clone(), world.clone(), label.to_owned());
    move |object| {
        let standing = world.begin(&label, id, true);
        Box::pin(async move {
            let _standing = standing;
            let before = object.visits;
            for step in script {
                take(&handle, &world, &label, step).await?;
            }
            world.demand(object.visits == before, || format!("somebody else was at an object of `{label}`"));
            object.visits += 1;
            world.end(&label, id);
            Ok(id.number)
        })
    }
}

/// A handler calls one of the objects, if there are any; whatever comes of it.
pub(crate) async fn visit(handle: &Handle, world: &World, place: usize, id: Id, script: Script) {
    let guest = {
        let guests = world.guests();
        if guests.is_empty() {
            return;
        }
        guests[place % guests.len()].clone()
    };
    let work = play(handle, world, &guest.house.label, id, script);
    let _outcome = guest.object.call_async(work).timeout(Duration::from_secs(10)).await;
}

/// A visit that a visitor is about to make.
struct Visit {
    guest: Guest,
    id: Id,
    priority: Priority,
    script: Script,
    /// The loop had been closed before.
    is_late: bool,
}

impl Visit {
    /// Whoever is late and has no time may be told either.
    fn is_refused_by<E>(&self, error: &CallError<E>) -> bool {
        match error {
            CallError::Closed { .. } => true,
            CallError::ShuttingDown { begun, .. } => !begun,
            CallError::Timeout { begun, .. } => self.is_late && !begun,
            _ => false,
        }
    }
}

impl Visitor {
    fn plan_visit(&mut self) -> Option<Visit> {
        let guests = self.scene.world.guests().clone();
        if guests.is_empty() {
            self.open();
            return None;
        }
        let guest = guests[self.dice.roll(guests.len() as u64) as usize].clone();
        let lane = self.dice.roll(5) as u8;
        let id = self.next_id(Some(lane));
        let script = script::throw_with_visits(&mut self.dice, self.scene.modules, 2);
        let is_late = guest.house.is_closed();
        Some(Visit { guest, id, priority: PRIORITIES[usize::from(lane)], script, is_late })
    }

    fn learn(&self, visit: &Visit, fate: Fate) {
        self.scene.world.learn(&visit.guest.house.label, visit.id, fate);
    }

    /// Complains unless whoever was too late was told so, and nobody else was.
    fn check_refusal(&self, visit: &Visit, is_refused: bool, outcome: &dyn fmt::Debug) {
        let label = &visit.guest.house.label;
        if visit.is_late {
            self.scene
                .world
                .demand(is_refused, || format!("`{label}` was closed, but a visit came to {outcome:?}"));
        } else if is_refused && !visit.guest.house.is_closed() {
            let is_ending = self.scene.is_ending();
            self.scene.demand(is_ending, || format!("`{label}` is open, but a visit came to {outcome:?}"));
        }
    }

    pub(super) async fn call_guest(&mut self) {
        let Some(visit) = self.plan_visit() else { return };
        let (handle, world) = (&self.scene.handle, &self.scene.world);
        let work = play(handle, world, &visit.guest.house.label, visit.id, visit.script.clone());
        let mut call = visit.guest.object.call_async(work).priority(visit.priority);
        if self.dice.roll(2) == 0 {
            call = call.timeout(Duration::from_millis(self.dice.roll(150)));
        }
        let outcome = call.await;
        let is_refused = outcome.as_ref().is_err_and(|error| visit.is_refused_by(error));
        self.check_refusal(&visit, is_refused, &outcome);
        let fate = match outcome {
            Ok(Ok(number)) => {
                assert_eq!(number, visit.id.number, "the answer is that of another call");
                Fate::Answered
            }
            Ok(Err(_)) => Fate::Begun,
            Err(error) => Fate::of(&error),
        };
        self.learn(&visit, fate);
    }

    /// Without a future: it cannot be suspended.
    pub(super) async fn call_guest_shortly(&mut self) {
        let Some(visit) = self.plan_visit() else { return };
        let (world, label, id) = (self.scene.world.clone(), visit.guest.house.label.clone(), visit.id);
        let is_clumsy = self.dice.roll(8) == 0;
        let call = visit.guest.object.call(move |object| {
            let _standing = world.begin(&label, id, true);
            assert!(!is_clumsy, "a visit that bursts on purpose");
            object.visits += 1;
            world.end(&label, id);
        });
        let outcome = call.priority(visit.priority).await;
        let is_refused = outcome.as_ref().is_err_and(|error| visit.is_refused_by(error));
        self.check_refusal(&visit, is_refused, &outcome);
        self.learn(&visit, outcome.map_or_else(|error| Fate::of(&error), |()| Fate::Answered));
    }

    pub(super) async fn abandon_guest(&mut self) {
        let Some(visit) = self.plan_visit() else { return };
        let (handle, world) = (&self.scene.handle, &self.scene.world);
        let work = play(handle, world, &visit.guest.house.label, visit.id, visit.script.clone());
        let mut call = visit.guest.object.call_async(work).priority(visit.priority);
        let _abandoned = begin(&mut call).await;
        self.learn(&visit, Fate::Unknown);
    }

    /// Puts a visit in line, and sometimes thinks better of it.
    pub(super) async fn enqueue_guest(&mut self) {
        let Some(visit) = self.plan_visit() else { return };
        let (handle, world) = (&self.scene.handle, &self.scene.world);
        let work = play(handle, world, &visit.guest.house.label, visit.id, visit.script.clone());
        let send = visit.guest.object.call_async(work).enqueue().priority(visit.priority);
        // Whoever closes the loop meanwhile sends those away who wait for room.
        let outcome = send.await;
        let is_refused = matches!(&outcome, Err(Error::Call(error)) if visit.is_refused_by(error));
        self.check_refusal(&visit, is_refused, &outcome);
        let fate = match outcome {
            Ok(ticket) if self.dice.roll(3) == 0 && ticket.cancel() => Fate::NotBegun,
            Ok(_) => Fate::Accepted,
            Err(_) => Fate::NotBegun,
        };
        self.learn(&visit, fate);
    }
}
