//! A place where handlers wait until a test lets them go on.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tokio::sync::watch;

/// Longer than any thread is held here; one that waits in vain must not stay for ever.
const LONGEST: Duration = Duration::from_secs(5);

/// Handlers pass it one by one or wait before it; clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<State>);

#[derive(Debug)]
struct State {
    /// How many may pass in all.
    allowed: watch::Sender<usize>,
    arrived: watch::Sender<usize>,
    /// For threads that block: a copy of `allowed`.
    blocking: Mutex<usize>,
    opened: Condvar,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(State {
            allowed: watch::Sender::new(0),
            arrived: watch::Sender::new(0),
            blocking: Mutex::new(0),
            opened: Condvar::new(),
        }))
    }

    /// Lets everybody pass from now on.
    pub fn open(&self) {
        self.allow(usize::MAX);
    }

    /// Lets one more pass, in the order of arrival.
    pub fn let_one_pass(&self) {
        let allowed = *self.0.allowed.borrow();
        self.allow(allowed.saturating_add(1));
    }

    fn allow(&self, allowed: usize) {
        *self.0.blocking.lock().unwrap() = allowed;
        self.0.opened.notify_all();
        self.0.allowed.send_replace(allowed);
    }

    fn arrive(&self) -> usize {
        let mut number = 0;
        self.0.arrived.send_modify(|arrived| {
            *arrived += 1;
            number = *arrived;
        });
        number
    }

    /// Waits until the gate lets the caller pass.
    pub async fn pass(&self) {
        let number = self.arrive();
        let mut allowed = self.0.allowed.subscribe();
        allowed.wait_for(|allowed| *allowed >= number).await.expect("the gate exists");
    }

    /// Blocks the thread until the gate lets the caller pass.
    pub fn pass_blocking(&self) {
        let number = self.arrive();
        let allowed = self.0.blocking.lock().unwrap();
        let (_allowed, waited) =
            self.0.opened.wait_timeout_while(allowed, LONGEST, |allowed| *allowed < number).unwrap();
        assert!(!waited.timed_out(), "nobody opened the gate");
    }

    /// Waits until so many have arrived in all.
    pub async fn reached(&self, number: usize) {
        let mut arrived = self.0.arrived.subscribe();
        super::within(arrived.wait_for(|arrived| *arrived >= number)).await.expect("the gate exists");
    }

    /// How many have arrived.
    #[must_use]
    pub fn arrived(&self) -> usize {
        *self.0.arrived.borrow()
    }
}
