//! What must hold when everybody has gone.

use std::collections::HashMap;
use std::sync::Arc;

use looselycoupled::{Loss, MessageKind};

use super::Visitors;
use super::callbacks::Callback;
use super::houses::House;
use crate::application::End;
use crate::modules::name;

/// Events that were lost, by who was to get them: dropped, and undelivered.
type Lost = HashMap<String, (u64, u64)>;

impl Visitors {
    /// Complains of all that does not balance.
    pub(super) fn reckon(&self, end: &End) {
        let world = &self.scene.world;
        let doubled = self.scene.chronicle().doubled;
        world.demand(doubled.is_none(), || format!("{doubled:?} was sent twice"));
        self.check_rest();
        if !world.is_exact {
            return;
        }
        let lost = self.lost();
        for callback in self.scene.callbacks().iter().filter(|callback| callback.house.is_none()) {
            self.check_callback(callback, &lost, end);
        }
        for house in self.scene.houses().iter() {
            self.check_house(house);
            self.check_callbacks_at(&house.name, &lost);
        }
        self.check_connections(&lost);
    }

    /// Nothing is left of what came while the application ran.
    fn check_rest(&self) {
        let world = &self.scene.world;
        let left = self.scene.handle.subscriptions();
        self.scene.demand(left.is_empty(), || format!("left behind: {left:?}"));
        world.guests().clear();
        let objects = Arc::strong_count(&self.lives) - 1;
        self.scene.demand(objects == 0, || format!("{objects} objects are left"));
        let houses = self.scene.houses();
        let is_open = |house: &Arc<House>| !house.is_closed() && house.event_loop().is_some();
        for house in houses.iter().filter(|house| !house.is_shared) {
            let is_held = houses.iter().any(|other| other.name == house.name && is_open(other));
            let is_found = self.scene.handle.event_loop(&house.name).is_ok();
            self.scene.demand(is_found == is_held, || {
                format!("loops called `{}`: held {is_held}, found {is_found}", house.name)
            });
        }
    }

    fn lost(&self) -> Lost {
        let mut lost = Lost::new();
        for letter in self.scene.handle.dead_letters().letters {
            if letter.kind == MessageKind::Event {
                let (dropped, undelivered) = lost.entry(letter.address).or_default();
                *if letter.reason == Loss::Dropped { dropped } else { undelivered } += 1;
            }
        }
        lost
    }

    /// What was sent to it has come, or is counted as lost.
    fn check_callback(&self, callback: &Callback, lost: &Lost, end: &End) {
        let Some(account) = callback.account() else { return };
        let (sent, tally) = (callback.sent(), callback.tally());
        let address = format!("{}#{}.callback", account.pattern.text, account.id);
        let (dropped, undelivered) = lost.get(&address).copied().unwrap_or_default();
        let gap_was_lost = u64::from(dropped > tally.told);
        account.demand(sent + gap_was_lost == tally.calls + dropped + undelivered, || {
            format!("{sent} were sent, {dropped} dropped, {undelivered} undelivered, but {tally:?}")
        });
        let must_be_told = !end.may_lose() && tally.removed_after.is_none();
        account.demand(!must_be_told || (undelivered, tally.told) == (0, dropped), || {
            format!("{dropped} were dropped, {undelivered} undelivered, but {tally:?}")
        });
    }

    /// What was sent to the callbacks on loops of one name has come, or is counted as lost, as are gaps that nobody was told.
    fn check_callbacks_at(&self, name: &str, lost: &Lost) {
        let callbacks = self.scene.callbacks();
        let is_there =
            |callback: &&Arc<Callback>| callback.house.as_ref().is_some_and(|house| house.name == name);
        let here: Vec<_> = callbacks.iter().filter(is_there).collect();
        let (sent, calls) =
            (here.iter().map(|callback| callback.sent()), here.iter().map(|callback| callback.tally().calls));
        let (sent, calls): (u64, u64) = (sent.sum(), calls.sum());
        let (dropped, undelivered) = lost.get(&format!("{name}.callback")).copied().unwrap_or_default();
        let gaps = (calls + dropped + undelivered).checked_sub(sent);
        self.scene.demand(gaps.is_some_and(|gaps| gaps <= here.len() as u64), || {
            format!("{sent} were sent to callbacks at `{name}`, {calls} came, {dropped} dropped, {undelivered} undelivered")
        });
    }

    /// Everything that a loop has taken in for its guests has begun there, or is counted as lost.
    fn check_house(&self, house: &House) {
        let world = &self.scene.world;
        let Some(event_loop) = house.event_loop() else { return };
        let guests = event_loop.guests();
        world.demand(guests.accepted == guests.accounted(), || format!("out of balance: {guests:?}"));
        let is_at_rest = (guests.running, guests.queued) == (0, 0);
        world.demand(is_at_rest, || format!("not at rest: {guests:?}"));
        let entered = world.entered(&house.label);
        world.demand(guests.handled + guests.failed == entered, || {
            format!("{entered} have begun at `{}`, but {guests:?}", house.label)
        });
    }

    /// What was connected has come as often as the switchboard says, or is counted as lost.
    fn check_connections(&self, lost: &Lost) {
        let world = &self.scene.world;
        let statistics = self.scene.handle.statistics();
        let held_back = world.with_switchboard(|board| board.held_back);
        world.demand(statistics.not_forwarded == held_back, || {
            format!("{held_back} were held back, but {} are told", statistics.not_forwarded)
        });
        for module in 0..self.scene.modules {
            let (noted, excess) = world.noted(module);
            world.demand(excess.is_none(), || format!("{excess:?} came to `{}` too often", name(module)));
            let fed = world.with_switchboard(|board| board.fed_in_all(module));
            let (dropped, undelivered) =
                lost.get(&format!("{}.note", name(module))).copied().unwrap_or_default();
            world.demand(fed == noted + dropped + undelivered, || {
                let name = name(module);
                format!("{fed} were connected to `{name}`, {noted} came, {dropped} dropped, {undelivered} undelivered")
            });
        }
    }
}
