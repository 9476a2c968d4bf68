//! The layer that keeps the last lines.

use std::sync::LazyLock;

use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::levels::Overrides;
use super::reading::read;
use super::record::RECORD;
use super::roll::{Enrolment, Roll};
use crate::sync::Mutex;

static RECORDERS: Roll = LazyLock::new(Mutex::default);

pub(super) fn is_recorded() -> bool {
    !RECORDERS.lock().is_empty()
}

/// The layer that keeps the last lines for [`recent`](super::recent) and [`follow`](super::follow).
///
/// A program with a subscriber of its own adds it, as the [example of this room](super) shows; once, or each line is kept twice.
#[derive(Debug)]
pub struct Recorder {
    enrolment: Enrolment,
}

impl Recorder {
    /// One that records as soon as it is part of a subscriber.
    #[must_use]
    pub fn new() -> Self {
        Self { enrolment: Enrolment::on(&RECORDERS, "") }
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_register_dispatch(&self, _subscriber: &Dispatch) {
        self.enrolment.enrol();
    }

    fn on_event(&self, event: &Event<'_>, _ctx: Context<'_, S>) {
        // Code of those who log is run before the record is locked: it may log as well.
        let line = read(event);
        let level = Overrides::now().and_then(|overrides| overrides.of(line.module.as_deref()));
        if level.is_none_or(|level| line.level <= level) {
            RECORD.keep(line);
        }
    }
}
