//! What all visitors share.

use std::sync::{Arc, Mutex, MutexGuard};

use looselycoupled::prelude::*;
use looselycoupled::{LoopError, LoopOptions};
use tokio::task::JoinHandle;

use super::callbacks::Callback;
use super::chronicle::Chronicle;
use super::houses::House;
use crate::world::World;

/// The application as visitors see it, and what they leave there.
pub(super) struct Scene {
    pub(super) handle: Handle,
    pub(super) world: World,
    pub(super) modules: usize,
    chronicle: Mutex<Chronicle>,
    callbacks: Mutex<Vec<Arc<Callback>>>,
    houses: Mutex<Vec<Arc<House>>>,
    lingering: Mutex<Vec<JoinHandle<()>>>,
}

impl Scene {
    pub(super) fn new(handle: &Handle, world: &World, modules: usize) -> Arc<Self> {
        Arc::new(Self {
            handle: handle.clone(),
            world: world.clone(),
            modules,
            chronicle: Mutex::new(Chronicle::new(handle, world)),
            callbacks: Mutex::default(),
            houses: Mutex::default(),
            lingering: Mutex::default(),
        })
    }

    pub(super) fn chronicle(&self) -> MutexGuard<'_, Chronicle> {
        self.chronicle.lock().unwrap()
    }

    pub(super) fn callbacks(&self) -> MutexGuard<'_, Vec<Arc<Callback>>> {
        self.callbacks.lock().unwrap()
    }

    pub(super) fn houses(&self) -> MutexGuard<'_, Vec<Arc<House>>> {
        self.houses.lock().unwrap()
    }

    /// Complains unless something holds that holds where nothing happens in between.
    pub(super) fn demand(&self, holds: bool, violation: impl FnOnce() -> String) {
        self.world.demand(holds || !self.world.is_exact, violation);
    }

    /// Something goes on when the visitor has gone; it ends with the application at the latest.
    pub(super) fn leave_behind(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.lingering.lock().unwrap().push(tokio::spawn(work));
    }

    /// Returns when all that was left behind has ended.
    pub(super) async fn all_have_left(&self) {
        loop {
            let Some(next) = self.lingering.lock().unwrap().pop() else { return };
            next.await.unwrap();
        }
    }

    /// Lets go of what holds the scene in its turn.
    pub(super) fn clear(&self) {
        self.callbacks().clear();
        self.houses().clear();
    }

    /// Whether the application is about to end, so that nothing can be opened any more.
    pub(super) fn is_ending(&self) -> bool {
        let probe = self.handle.open_loop("probe", LoopOptions::new().tasks(0));
        matches!(probe, Err(Error::Loop(error)) if matches!(*error, LoopError::ShuttingDown { .. }))
    }
}
