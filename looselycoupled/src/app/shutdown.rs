//! The end, in order and within one deadline.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::error::{AppError, Late};
use super::hooks::{self, Running};
use super::start::LoopTasks;
use crate::envelope::EventRecord;
use crate::event::{EXIT, publish};
use crate::event_loop::EventLoop;
use crate::lifecycle::{Gate, Phase, Step};
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::{Application, ExitReason, Hook, Stage};
use crate::sync::Arc;
use crate::value::Arguments;

/// Everything that must be ended.
#[derive(Debug)]
pub(super) struct Plant {
    pub(super) application: Arc<Application>,
    pub(super) loops: Vec<Arc<EventLoop>>,
    pub(super) tasks: LoopTasks,
    pub(super) runs: Vec<Running>,
    pub(super) passive_runs: Vec<Running>,
    pub(super) idle: Option<JoinHandle<()>>,
}

type Outcome = Option<Result<(), Arc<Vec<Late>>>>;

/// The end of an application, which goes on whether or not somebody waits for it.
#[derive(Debug)]
pub(super) struct Ending {
    application: Arc<Application>,
    force: watch::Sender<bool>,
    outcome: watch::Receiver<Outcome>,
}

impl Ending {
    /// Starts to wait for the wish to end.
    pub(super) fn new(plant: Plant, deadline: Duration) -> Self {
        let application = Arc::clone(&plant.application);
        let runtime = application.services.runtime.clone();
        let force = watch::Sender::new(false);
        let (told, outcome) = watch::channel(None);
        let forced = force.subscribe();
        runtime.spawn(async move {
            let _modules = Modules(Arc::clone(&plant.application));
            let reason = plant.application.exit.asked().await;
            let late = plant.end(&reason, deadline, forced).await;
            told.send_replace(Some(if late.is_empty() { Ok(()) } else { Err(Arc::new(late)) }));
        });
        Self { application, force, outcome }
    }

    pub(super) fn application(&self) -> &Application {
        &self.application
    }

    /// Breaks off whatever does not end at once.
    pub(super) fn force(&self) {
        self.force.send_replace(true);
    }

    pub(super) async fn shutdown(self) -> Result<(), AppError> {
        self.application.exit.ask(ExitReason::Asked);
        self.ended().await
    }

    /// Returns when the application has ended.
    pub(super) async fn ended(&self) -> Result<(), AppError> {
        let mut outcome = self.outcome.clone();
        let ended = outcome.wait_for(Option::is_some).await.map(|outcome| outcome.clone());
        if *self.force.borrow() {
            return Err(AppError::Forced);
        }
        match (ended, self.application.exit.reason()) {
            (Ok(Some(Err(late))), _) => Err(AppError::Late(late.to_vec())),
            (_, Some(ExitReason::Failure(what))) => Err(AppError::Failed(what)),
            _ => Ok(()),
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.application.exit.ask(ExitReason::Asked);
    }
}

/// The modules of an application, which hold the application that holds them: they go at its end, and also if that never
/// comes because its runtime is dropped before.
struct Modules(Arc<Application>);

impl Drop for Modules {
    fn drop(&mut self) {
        self.0.router.directory.stations().iter().for_each(|station| station.event_loop.vacate());
    }
}

impl Plant {
    /// Ends everything; returns what had to be broken off.
    async fn end(mut self, reason: &ExitReason, time: Duration, forced: watch::Receiver<bool>) -> Vec<Late> {
        let begun = Instant::now();
        let deadlines = Deadlines { begun, half: begun + time / 2, whole: begun + time, forced };
        tracing::debug!(target: "looselycoupled", ?reason, "the application ends");
        if *reason != ExitReason::Event {
            self.broadcast_exit();
        }
        let mut late = Vec::new();
        self.join_runs(&deadlines, &mut late).await;
        self.drain(&deadlines).await;
        if self.finish_begun(&deadlines, &mut late).await {
            self.finalize(&deadlines, &mut late).await;
        }
        self.dissolve(&deadlines, &mut late).await;
        late
    }

    fn broadcast_exit(&self) {
        let lineage = Lineage::root(ModuleIndex::OUTSIDE, Priority::Highest);
        if let Ok(record) = EventRecord::named_from(EXIT, Arguments::new(), lineage, None) {
            publish(&self.application, &record);
        }
    }

    /// Tells the run hooks to end and waits for them; they may still send.
    async fn join_runs(&mut self, deadlines: &Deadlines, late: &mut Vec<Late>) {
        self.application.stage.send_replace(Stage::NoLongerActive);
        join_all(&mut self.runs, deadlines, late).await;
        self.application.stage.send_replace(Stage::NoLongerPassive);
        join_all(&mut self.passive_runs, deadlines, late).await;
        if let Some(idle) = self.idle.take() {
            idle.abort();
        }
    }

    /// Refuses outsiders and lets the handlers finish what is there, until half of the deadline.
    async fn drain(&self, deadlines: &Deadlines) {
        self.application.set_gate(Gate::Stopping);
        for station in self.application.router.directory.stations() {
            Phase::advance(station.tenant(), Step::Deactivate);
        }
        let _drained = deadlines.until(deadlines.half, self.application.services.activity.rest()).await;
        self.application.set_gate(Gate::Closed);
        self.loops.iter().for_each(|event_loop| event_loop.close());
    }

    /// Waits for handlers that have begun; false if some did not end.
    async fn finish_begun(&self, deadlines: &Deadlines, late: &mut Vec<Late>) -> bool {
        let ended = async {
            self.application.services.activity.rest().await;
            self.all_ended_apart().await;
        };
        if deadlines.until(deadlines.whole, ended).await {
            return true;
        }
        for event_loop in self.loops.iter().filter(|event_loop| !event_loop.is_at_rest()) {
            let abandoned = event_loop.has_lent();
            late.extend(
                event_loop.running_labels().into_iter().map(|label| deadlines.late(label, abandoned)),
            );
        }
        false
    }

    /// Waits for handlers that overlap on the threads of their callers: they are no activity before they are suspended,
    /// and no queue keeps `finalize` behind them.
    async fn all_ended_apart(&self) {
        for event_loop in &self.loops {
            event_loop.all_ended_apart().await;
        }
    }

    /// Finalises in reverse order.
    async fn finalize(&self, deadlines: &Deadlines, late: &mut Vec<Late>) {
        let directory = &self.application.router.directory;
        for (station, descriptor) in directory.stations().iter().zip(&self.application.descriptors).rev() {
            if Phase::of(station.tenant()) != Phase::Passive {
                continue;
            }
            if let Some(finalize) = descriptor.finalize {
                let mut failed = None;
                let hook = async { failed = hooks::run_alone(station, Hook::Finalize, finalize).await.err() };
                if !deadlines.until(deadlines.whole, hook).await {
                    late.push(deadlines.late(station.tenant().address_of(Hook::Finalize.label()), false));
                    return;
                }
                if let Some(error) = failed {
                    let module = &station.tenant().name;
                    tracing::error!(target: "looselycoupled", %module, %error, "`finalize` failed");
                }
            }
            Phase::advance(station.tenant(), Step::Finalized);
        }
    }

    /// Ends the loops' tasks and gives the modules back.
    async fn dissolve(self, deadlines: &Deadlines, late: &mut [Late]) {
        for event_loop in &self.loops {
            if late.is_empty() {
                event_loop.terminate();
            } else {
                event_loop.kill();
            }
        }
        // A task that does not come back within this time is stuck in code that never awaits.
        let grace = Instant::now().max(deadlines.whole) + Duration::from_millis(100);
        let mut stuck = false;
        for task in self.tasks {
            stuck |= timeout_at(grace, task).await.is_err();
        }
        for late in late.iter_mut() {
            late.abandoned |= stuck;
            tracing::error!(target: "looselycoupled", "{late}");
        }
        if !stuck {
            self.loops.iter().for_each(|event_loop| event_loop.vacate());
        }
    }

    /// A module did not become passive: those before it are finalised.
    pub(super) async fn abandon_start(self, time: Duration) {
        let begun = Instant::now();
        let (_never, forced) = watch::channel(false);
        let deadlines = Deadlines { begun, half: begun + time / 2, whole: begun + time, forced };
        self.application.set_gate(Gate::Closed);
        self.application.exit.ask(ExitReason::Asked);
        let mut late = Vec::new();
        self.loops.iter().for_each(|event_loop| event_loop.close());
        if self.finish_begun(&deadlines, &mut late).await {
            self.finalize(&deadlines, &mut late).await;
        }
        self.dissolve(&deadlines, &mut late).await;
    }
}

async fn join_all(running: &mut Vec<Running>, deadlines: &Deadlines, late: &mut Vec<Late>) {
    for mut hook in running.drain(..) {
        let ended = async { while (&mut hook.ended).await.is_ok() {} };
        if !deadlines.until(deadlines.half, ended).await {
            late.push(deadlines.late(hook.handler, hook.is_thread));
            if let Some(abort) = hook.abort {
                abort.abort();
            }
        }
    }
}

/// The times of one end.
struct Deadlines {
    begun: Instant,
    half: Instant,
    whole: Instant,
    forced: watch::Receiver<bool>,
}

impl Deadlines {
    /// Waits for something until a time, or until somebody forces the end; false if it was not ready by then.
    async fn until(&self, time: Instant, wanted: impl Future<Output = ()>) -> bool {
        let mut forced = self.forced.clone();
        let by_force = async move {
            if forced.wait_for(|forced| *forced).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = wanted => true,
            () = by_force => false,
            () = tokio::time::sleep_until(time) => false,
        }
    }

    fn late(&self, handler: String, abandoned: bool) -> Late {
        Late { handler, waited: self.begun.elapsed(), abandoned }
    }
}
