//! Making a module again as one turn of its loop.

use std::future::Future;
use std::time::Duration;

use super::hooks::seed;
use super::renewal::Renewal;
use super::seat::OnLoop;
use crate::event_loop::{Activation, Completion, Failure, Item, Job, SharedState, State};
use crate::module::Hook;
use crate::reply::BoxError;
use crate::router::Station;
use crate::statistics::Loss;
use crate::sync::Arc;

/// Puts it in line, before everything else; false if nothing begins on the loop any more.
pub(super) fn push(station: &Station, renewal: &Arc<Renewal>, delay: Duration) -> bool {
    let (job, ended) = (RenewalJob { renewal: Arc::clone(renewal), delay }, Ended(Arc::clone(renewal)));
    station.event_loop.push_ahead(|slot| Item::with(slot, seed(station, Hook::Restart), job, ended))
}

struct RenewalJob {
    renewal: Arc<Renewal>,
    delay: Duration,
}

impl Job for RenewalJob {
    type Output = Result<(), BoxError>;
    type Kept = ();

    const IMMEDIATE: bool = false;

    async fn run(self, _kept: &mut Option<()>, state: &mut State) -> Self::Output {
        self.renewal.run_on_loop(&mut OnLoop(state), self.delay).await;
        Ok(())
    }

    fn run_shared<'a>(
        self,
        _kept: &'a mut Option<()>,
        _state: &'a SharedState,
    ) -> impl Future<Output = Self::Output> + Send + 'a {
        // Concurrent modules have no turns; they are made again beside their loop.
        std::future::ready(Ok(()))
    }
}

/// Sees to it that a module whose renewal is broken off counts as gone.
struct Ended(Arc<Renewal>);

impl Completion<Result<(), BoxError>> for Ended {
    fn complete(self, _output: Result<(), BoxError>, _activation: &Activation) {}

    fn fail(self, _failure: Failure, _activation: &Activation) {
        self.0.abandon();
    }

    fn discard(self, _reason: Loss, _address: &dyn Fn() -> Box<str>) {
        self.0.abandon();
    }
}
