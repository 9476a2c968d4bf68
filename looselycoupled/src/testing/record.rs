//! What happened in an application, in its order.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::SpyCall;
use crate::EventRecord;

/// Written while the application runs, read by its test.
#[derive(Debug, Default)]
pub(super) struct Record {
    events: Mutex<Vec<EventRecord>>,
    calls: Mutex<Vec<SpyCall>>,
}

impl Record {
    pub(super) fn note_event(&self, event: &EventRecord) {
        lock(&self.events).push(event.clone());
    }

    pub(super) fn note_call(&self, call: SpyCall) {
        lock(&self.calls).push(call);
    }

    pub(super) fn events(&self, name: &str) -> Vec<EventRecord> {
        lock(&self.events).iter().filter(|event| event.name() == name).cloned().collect()
    }

    pub(super) fn calls(&self, is_wanted: impl Fn(&SpyCall) -> bool) -> Vec<SpyCall> {
        lock(&self.calls).iter().filter(|call| is_wanted(call)).cloned().collect()
    }
}

/// What is noted is whole whenever the lock is free.
fn lock<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
