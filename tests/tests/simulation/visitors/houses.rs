//! Visitors who open loops, put objects on them, and close them or let go of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled::{EventLoop, Hosted, LoopError};
use looselycoupled_tests::begin;

use super::Visitor;
use crate::application::bounds;

/// The names of loops that visitors open: so few that they meet.
const NAMES: [&str; 3] = ["booth", "tent", "m0"];

/// A loop, as long as visitors use it.
pub(super) struct House {
    /// No other is called so; of a shared loop its name.
    pub(super) label: String,
    pub(super) name: String,
    pub(super) is_shared: bool,
    /// Given away by whoever lets go of it.
    event_loop: Mutex<Option<EventLoop>>,
    is_closed: AtomicBool,
}

impl House {
    pub(super) fn event_loop(&self) -> Option<EventLoop> {
        self.event_loop.lock().unwrap().clone()
    }

    /// Nobody can do anything there any more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }
}

/// An object on a loop that counts its visits.
pub(super) struct Object {
    pub(super) visits: u64,
    _life: Arc<()>,
}

/// An object as visitors and handlers call it.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(super) house: Arc<House>,
    pub(super) object: Hosted<Object>,
}

impl std::fmt::Debug for Guest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guest").field("house", &self.house.label).finish_non_exhaustive()
    }
}

impl Visitor {
    /// A loop that takes callbacks, or often none.
    pub(super) fn some_open_house(&mut self) -> Option<Arc<House>> {
        if self.dice.roll(2) == 0 {
            return None;
        }
        let open: Vec<_> = self.open_houses();
        (!open.is_empty()).then(|| Arc::clone(&open[self.dice.roll(open.len() as u64) as usize]))
    }

    fn open_houses(&self) -> Vec<Arc<House>> {
        let is_open = |house: &&Arc<House>| !house.is_closed() && house.event_loop().is_some();
        self.scene.houses().iter().filter(is_open).cloned().collect()
    }

    fn keep(&self, name: &str, event_loop: EventLoop, is_shared: bool) -> Arc<House> {
        let mut houses = self.scene.houses();
        let label = if is_shared { name.to_owned() } else { format!("{name}~{}", houses.len()) };
        let house = House {
            label,
            name: name.to_owned(),
            is_shared,
            event_loop: Mutex::new(Some(event_loop)),
            is_closed: AtomicBool::new(false),
        };
        houses.push(Arc::new(house));
        Arc::clone(&houses[houses.len() - 1])
    }

    /// Opens a loop; its name is taken as long as somebody has one of that name.
    pub(super) fn open(&mut self) {
        let name = NAMES[self.dice.roll(3) as usize];
        let is_held = name == "m0" || self.open_houses().iter().any(|house| house.name == name);
        let mut options = bounds(&mut self.dice, false).exit_on_failure(self.dice.roll(32) == 0);
        if !self.scene.world.is_exact && self.dice.roll(4) == 0 {
            // A clock that is paused knows of one thread only.
            options = options.thread(true);
        }
        match self.scene.handle.open_loop(name, options) {
            Ok(event_loop) => {
                self.scene.demand(!is_held, || format!("the loop `{name}` was opened twice"));
                let house = self.keep(name, event_loop, false);
                self.settle_in(&house);
            }
            Err(Error::Loop(error))
                if matches!(*error, LoopError::Taken { .. } | LoopError::ShuttingDown { .. }) => {}
            Err(error) => self.scene.world.complain(format!("the loop `{name}` was not opened: {error}")),
        }
    }

    /// Finds a loop by its name, which must be the one that is open.
    pub(super) fn look_up(&mut self) {
        let name = ["booth", "tent", "bus", "tram"][self.dice.roll(4) as usize];
        let open = self.open_houses().into_iter().find(|house| house.name == name);
        let Ok(found) = self.scene.handle.event_loop(name) else {
            let is_wrong = open.is_some() && !self.scene.is_ending();
            return self.scene.demand(!is_wrong, || format!("the loop `{name}` is open, but not found"));
        };
        let house = match open {
            Some(house) => house,
            None if ["bus", "tram"].contains(&name) => self.keep(name, found.clone(), true),
            // Whatever waits there keeps it open.
            None => return,
        };
        let guest = Guest { object: found.host(self.object()), house };
        self.scene.world.guests().push(guest);
    }

    fn object(&self) -> Object {
        Object { visits: 0, _life: Arc::clone(&self.lives) }
    }

    /// Puts another object on a loop.
    pub(super) fn settle_in(&self, house: &Arc<House>) {
        let Some(event_loop) = house.event_loop() else { return };
        let guest = Guest { object: event_loop.host(self.object()), house: Arc::clone(house) };
        self.scene.world.guests().push(guest);
    }

    /// Ends one of the loops that were opened, by closing it or by letting go of it.
    pub(super) async fn leave_house(&mut self) {
        let open: Vec<_> = self.open_houses().into_iter().filter(|house| !house.is_shared).collect();
        if open.is_empty() {
            return self.open();
        }
        let house = Arc::clone(&open[self.dice.roll(open.len() as u64) as usize]);
        if self.dice.roll(3) == 0 {
            self.scene.world.guests().retain(|guest| guest.house.label != house.label);
            drop(house.event_loop.lock().unwrap().take());
        } else {
            self.close(house).await;
        }
    }

    /// When the closing has ended nothing begins there any more, whether somebody waited for it or not.
    async fn close(&mut self, house: Arc<House>) {
        let Some(event_loop) = house.event_loop() else { return };
        let mut closing = Box::pin(event_loop.close());
        let at_once = begin(&mut closing).await.is_ready();
        house.is_closed.store(true, Ordering::Release);
        let callbacks = self.scene.callbacks().clone();
        let is_there = |place: &Arc<House>| place.label == house.label;
        callbacks.iter().filter(|it| it.house.as_ref().is_some_and(is_there)).for_each(|it| it.cut_off());
        let (world, label) = (self.scene.world.clone(), house.label.clone());
        match self.dice.roll(3) {
            0 if !at_once => drop(closing),
            1 if !at_once => self.scene.leave_behind(async move {
                closing.await;
                world.shut(&label);
            }),
            _ => {
                if !at_once {
                    closing.await;
                }
                world.shut(&label);
            }
        }
    }
}
