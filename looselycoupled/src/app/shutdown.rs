//! The end, in order and within one deadline.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::error::{AppError, Late};
use crate::envelope::EventRecord;
use crate::event::{EXIT, publish};
use crate::event_loop::{EventLoop, Incident, Label, LoopThread, later};
use crate::lifecycle::{Gate, Phase, Step};
use crate::metadata::{Lineage, ModuleIndex, Priority};
use crate::module::{Application, ExitReason, Hook, Stage};
use crate::provider::Exchange;
use crate::reply::BoxError;
use crate::router::Station;
use crate::supervision::{RunHooks, Running, Watchdog, cause, run_alone};
use crate::sync::Arc;
use crate::value::Arguments;

/// Everything that must be ended.
#[derive(Debug)]
pub(super) struct Plant {
    pub(super) application: Arc<Application>,
    /// Of the loops that have one of their own.
    pub(super) threads: Vec<LoopThread>,
    pub(super) hooks: Arc<RunHooks>,
    /// Watches until everything has ended.
    pub(super) _watchdog: Option<Watchdog>,
    pub(super) idle: Option<JoinHandle<()>>,
    /// The way to other processes.
    pub(super) exchange: Option<Arc<Exchange>>,
}

/// What did not go as it should.
#[derive(Debug, Clone, Default)]
struct Flaws {
    late: Vec<Late>,
    /// Modules whose `finalize` failed, a sentence for each.
    failed: Vec<String>,
}

impl Flaws {
    fn errors(&self) -> impl Iterator<Item = AppError> {
        let late = (!self.late.is_empty()).then(|| AppError::Late(self.late.clone()));
        let failed = (!self.failed.is_empty()).then(|| AppError::Finalize(self.failed.clone()));
        late.into_iter().chain(failed)
    }
}

type Outcome = Option<Arc<Flaws>>;

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
        // Made here: a runtime that is dropped at once never polls the task.
        let modules = Modules(Arc::clone(&plant.application));
        runtime.spawn(async move {
            let _modules = modules;
            let reason = plant.application.exit.asked().await;
            let flaws = plant.end(&reason, deadline, forced).await;
            told.send_replace(Some(Arc::new(flaws)));
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
        let mut errors = Vec::new();
        if let Some(ExitReason::Failure(what)) = self.application.exit.reason() {
            errors.push(AppError::Failed(what));
        }
        match ended.map(Option::unwrap_or_default) {
            Ok(flaws) => errors.extend(flaws.errors()),
            // Whoever was to tell has gone.
            Err(_) => errors.push(AppError::Deserted),
        }
        match errors.pop() {
            None => Ok(()),
            Some(only) if errors.is_empty() => Err(only),
            Some(last) => {
                errors.push(last);
                Err(AppError::Several(errors))
            }
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
        let stations = self.0.router.directory.stations();
        stations.iter().for_each(|station| station.event_loop.close());
        stations.iter().for_each(|station| Phase::end(station.tenant()));
        stations.iter().for_each(|station| station.event_loop.vacate());
        self.0.services.end_timers();
        for opened in self.0.services.loops().iter().filter(|event_loop| event_loop.was_opened()) {
            opened.vacate();
            opened.kill();
        }
        self.0.router.listeners.end();
    }
}

impl Plant {
    /// All that there are, those of callbacks included.
    fn loops(&self) -> Vec<Arc<EventLoop>> {
        self.application.services.loops()
    }

    /// Ends everything; returns what did not go as it should.
    async fn end(mut self, reason: &ExitReason, time: Duration, forced: watch::Receiver<bool>) -> Flaws {
        let deadlines = Deadlines::new(time, forced);
        tracing::debug!(target: "looselycoupled", ?reason, "the application ends");
        if *reason != ExitReason::Event {
            self.broadcast_exit();
        }
        let mut flaws = Flaws::default();
        self.join_runs(&deadlines, &mut flaws.late).await;
        if let Some(exchange) = &self.exchange
            && !deadlines.until(deadlines.half, exchange.close()).await
        {
            tracing::warn!(target: "looselycoupled", "other processes were not told in time that this one ends");
        }
        self.drain(&deadlines).await;
        self.finish_begun(&deadlines, &mut flaws.late).await;
        self.finalize(&deadlines, &mut flaws).await;
        self.leave(&deadlines).await;
        self.dissolve(&deadlines, &mut flaws.late).await;
        if flaws.late.is_empty() && deadlines.is_over() {
            let (took, deadline) = (deadlines.begun.elapsed(), time);
            tracing::warn!(target: "looselycoupled", ?took, ?deadline, "the end took longer than it may, since a handler did not give its thread back; it did end");
        }
        flaws
    }

    fn broadcast_exit(&self) {
        let lineage = Lineage::root(ModuleIndex::OUTSIDE, Priority::Highest);
        if let Ok(record) = EventRecord::named_from(EXIT, Arguments::new(), lineage, None) {
            publish(&self.application, &record);
        }
    }

    /// Tells the run hooks to end and waits for them; they may still send.
    async fn join_runs(&mut self, deadlines: &Deadlines, late: &mut Vec<Late>) {
        self.hooks.close();
        self.application.router.listeners.retire();
        self.application.stage.set(Stage::NoLongerActive as u16);
        join_all(self.hooks.take(Hook::Run), deadlines, late).await;
        self.application.stage.set(Stage::NoLongerPassive as u16);
        join_all(self.hooks.take(Hook::RunPassively), deadlines, late).await;
        if let Some(idle) = self.idle.take() {
            idle.abort();
        }
    }

    /// Refuses outsiders and lets the handlers finish what is there, until half of the deadline.
    async fn drain(&self, deadlines: &Deadlines) {
        self.application.set_gate(Gate::Stopping);
        self.application.services.end_timers();
        for station in self.application.router.directory.stations() {
            Phase::advance(station.tenant(), Step::Deactivate);
        }
        let _drained = deadlines.until(deadlines.half, self.application.services.rest()).await;
        self.application.set_gate(Gate::Closed);
        self.loops().iter().for_each(|event_loop| event_loop.close());
    }

    /// Waits for handlers that have begun, and notes those that did not end.
    async fn finish_begun(&self, deadlines: &Deadlines, late: &mut Vec<Late>) {
        let ended = async {
            self.application.services.rest().await;
            self.all_ended_apart().await;
        };
        if deadlines.until(deadlines.whole, ended).await {
            return;
        }
        for event_loop in self.loops().iter().filter(|event_loop| !event_loop.is_at_rest()) {
            let at_work = event_loop.at_work().into_iter();
            late.extend(at_work.map(|(label, is_lent)| deadlines.late(label, is_lent)));
        }
    }

    /// Waits for handlers that overlap on the threads of their callers: they are no activity before they are suspended,
    /// and no queue keeps `finalize` behind them.
    async fn all_ended_apart(&self) {
        for event_loop in &self.loops() {
            event_loop.all_ended_apart().await;
        }
    }

    /// Finalises in reverse order. Once the time is over, modules that would have something to finalise are noted instead.
    async fn finalize(&self, deadlines: &Deadlines, Flaws { late, failed: flaws }: &mut Flaws) {
        let directory = &self.application.router.directory;
        for (station, descriptor) in directory.stations().iter().zip(&self.application.descriptors).rev() {
            if Phase::of(station.tenant()) != Phase::Passive {
                continue;
            }
            if let Some(finalize) = descriptor.finalize {
                let handler = || station.tenant().address_of(Hook::Finalize.label());
                if !late.is_empty() && deadlines.is_over() {
                    late.push(Late { begun: false, ..deadlines.late(handler(), false) });
                    continue;
                }
                let mut failed = None;
                let hook = async { failed = run_alone(station, Hook::Finalize, finalize).await.err() };
                // Handlers that did not give their thread back may have taken all of the time.
                let limit = deadlines.whole.max(Instant::now() + GRACE);
                if !deadlines.until(limit, hook).await {
                    let begun = station.event_loop.running_labels().contains(&handler());
                    late.push(Late { begun, ..deadlines.late(handler(), false) });
                    continue;
                }
                if let Some(error) = failed {
                    flaws.push(tell_of_finalize(station, error));
                }
            }
            Phase::advance(station.tenant(), Step::Finalized);
        }
    }

    /// Ends the loops' tasks and gives the modules back.
    async fn dissolve(self, deadlines: &Deadlines, late: &mut [Late]) {
        let loops = self.loops();
        // On their own threads, modules are dropped when the task ends.
        loops.iter().filter(|event_loop| event_loop.has_thread()).for_each(|event_loop| event_loop.vacate());
        for event_loop in &loops {
            if late.is_empty() {
                event_loop.terminate();
            } else {
                event_loop.kill();
            }
        }
        // A task that does not come back within this time is stuck in code that never awaits.
        let now = Instant::now();
        let grace = if deadlines.is_over() { now } else { deadlines.whole } + GRACE;
        let mut stuck = Vec::new();
        for event_loop in &loops {
            // Handlers that overlap are dropped by the runtime's threads.
            let ended = async {
                event_loop.task_ended().await;
                event_loop.all_ended_apart().await;
            };
            if timeout_at(grace, ended).await.is_err() {
                stuck.extend(event_loop.running_labels());
            }
        }
        for late in late.iter_mut() {
            late.abandoned |= stuck.contains(&late.handler);
            tracing::error!(target: "looselycoupled", "{late}");
        }
        loops.iter().for_each(|event_loop| event_loop.vacate());
        for thread in self.threads {
            // One that stays behind belongs to a handler that has been named.
            let _ended = thread.end(grace.max(Instant::now() + GRACE)).await;
        }
    }

    /// A module did not become passive: those before it are finalised.
    pub(super) async fn abandon_start(self, time: Duration) {
        let (_never, forced) = watch::channel(false);
        let deadlines = Deadlines::new(time, forced);
        self.application.set_gate(Gate::Closed);
        self.application.exit.ask(ExitReason::Asked);
        self.hooks.close();
        let mut flaws = Flaws::default();
        self.application.services.end_timers();
        self.loops().iter().for_each(|event_loop| event_loop.close());
        self.finish_begun(&deadlines, &mut flaws.late).await;
        self.finalize(&deadlines, &mut flaws).await;
        self.leave(&deadlines).await;
        self.dissolve(&deadlines, &mut flaws.late).await;
    }

    /// Sends off what is for other processes, and leaves them.
    async fn leave(&self, deadlines: &Deadlines) {
        let Some(exchange) = &self.exchange else { return };
        let limit = deadlines.whole.max(Instant::now() + GRACE);
        if !deadlines.until(limit, exchange.stop()).await {
            tracing::warn!(target: "looselycoupled", "what was for other processes was not sent off in time");
        }
    }
}

/// Nobody awaits `finalize`; returns what happened, for people.
fn tell_of_finalize(station: &Station, error: BoxError) -> String {
    let label = Label { tenant: station.tenant, handler: Hook::Finalize.label() };
    let incident = Incident::of(&station.event_loop, label, cause(error));
    station.event_loop.services().tell(&incident);
    format!("`{}.finalize` {}", incident.module, incident.cause)
}

async fn join_all(running: Vec<Running>, deadlines: &Deadlines, late: &mut Vec<Late>) {
    for mut hook in running {
        if !deadlines.until(deadlines.half, hook.ended()).await {
            late.push(deadlines.late(hook.handler.clone(), hook.is_thread));
            hook.abort();
        }
    }
}

/// How long something may take that should take no time.
const GRACE: Duration = Duration::from_millis(100);

/// The times of one end.
struct Deadlines {
    begun: Instant,
    half: Instant,
    whole: Instant,
    forced: watch::Receiver<bool>,
}

impl Deadlines {
    fn new(time: Duration, forced: watch::Receiver<bool>) -> Self {
        let begun = Instant::now();
        Self { begun, half: later(begun, time / 2), whole: later(begun, time), forced }
    }

    /// Whether there is no time left, also because somebody forces the end.
    fn is_over(&self) -> bool {
        *self.forced.borrow() || Instant::now() >= self.whole
    }

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
        Late { handler, waited: self.begun.elapsed(), begun: true, abandoned }
    }
}
