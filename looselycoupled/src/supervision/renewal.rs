//! Making a module again that has failed: the policy `restart`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Restart;
use super::budget::Budget;
use super::hooks::{Panicked, Renewable, RunHooks, cause};
use super::job;
use super::seat::{Apart, Seat};
use crate::event_loop::{Incident, Label, Panic};
use crate::lifecycle::{Phase, Step};
use crate::metadata::ModuleIndex;
use crate::module::{Application, Context, ExitReason, Hook, Maker, Settings, Stage};
use crate::reply::BoxError;
use crate::router::Station;
use crate::sync::{Arc, Mutex, Weak};

/// How long run hooks may take that have been told to end.
const HOOKS_TIME: Duration = Duration::from_secs(5);

/// Makes one module again.
pub(crate) struct Renewal {
    application: Weak<Application>,
    module: ModuleIndex,
    maker: Mutex<Maker>,
    budget: Mutex<Budget>,
    hooks: Arc<RunHooks>,
}

impl std::fmt::Debug for Renewal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renewal").field("module", &self.module).finish_non_exhaustive()
    }
}

impl Renewal {
    pub(super) fn new(
        application: Weak<Application>,
        module: ModuleIndex,
        restart: Restart,
        maker: Maker,
        hooks: Arc<RunHooks>,
    ) -> Self {
        let (maker, budget) = (Mutex::new(maker), Mutex::new(Budget::new(restart)));
        Self { application, module, maker, budget, hooks }
    }

    /// How often, and after how long.
    pub(super) fn limit(&self) -> Restart {
        *self.budget.lock().limit()
    }

    /// Begins. Nothing that is accepted from now on meets the module as it is.
    pub(super) fn begin(self: &Arc<Self>, application: &Arc<Application>, cause: &str) {
        let Some(station) = application.router.directory.station(self.module) else { return };
        match self.hooks.begin_renewal(self.module) {
            Renewable::Already => return,
            Renewable::Never => return Self::give_up(station),
            Renewable::Now => {}
        }
        let Some(delay) = self.next_delay(application, station, cause) else { return Self::give_up(station) };
        Phase::advance(station.tenant(), Step::Deactivate);
        if let Some(generations) = application.generations_of(self.module) {
            generations.set(generations.get().wrapping_add(1));
        }
        if station.event_loop.is_concurrent() {
            self.begin_apart(application, station, delay, cause);
        } else if !job::push(station, self, delay) {
            Self::give_up(station);
        }
    }

    /// Handlers of a concurrent module that still run fail for the same cause.
    fn begin_apart(
        self: &Arc<Self>,
        application: &Arc<Application>,
        station: &Station,
        delay: Duration,
        cause: &str,
    ) {
        station.event_loop.pause_apart(&format!("broken off, since {cause}"));
        application.services.activity.enter();
        let pause = Pause { application: Arc::clone(application), station: station.clone(), is_over: false };
        let renewal = Arc::clone(self);
        application.services.runtime.spawn(async move {
            pause.station.event_loop.begun_ended_apart().await;
            renewal.run(&pause.application, &mut Apart(&pause.station), delay).await;
            pause.end();
        });
    }

    /// For the loop's own turn.
    pub(super) async fn run_on_loop(&self, seat: &mut impl Seat, delay: Duration) {
        if let Some(application) = self.application.upgrade() {
            self.run(&application, seat, delay).await;
        }
    }

    async fn run(&self, application: &Arc<Application>, seat: &mut impl Seat, mut delay: Duration) {
        let Some(station) = application.router.directory.station(self.module) else { return };
        // Before as well: a hook that reads events until none come would not end otherwise.
        application.router.listeners.remove_of(self.module);
        self.end_hooks().await;
        application.router.listeners.remove_of(self.module);
        application.services.cancel_periodic_of(self.module);
        vacate(station, seat);
        loop {
            if !pause(application, delay).await {
                return Self::give_up(station);
            }
            let Err((hook, error)) = self.make(application, seat).await else { break };
            vacate(station, seat);
            let cause = tell(station, hook, error);
            match self.next_delay(application, station, &cause) {
                Some(next) => delay = next,
                None => return Self::give_up(station),
            }
        }
        station.tenant().counters.exceptions().restarts.add();
        tracing::info!(target: "looselycoupled", module = %station.tenant().name, "restarted");
        self.hooks.end_renewal(application, self.module);
    }

    /// How long to wait before the next instance is made; without budget the application is told to end.
    fn next_delay(&self, application: &Application, station: &Station, cause: &str) -> Option<Duration> {
        let module = &station.tenant().name;
        let mut budget = self.budget.lock();
        let next = budget.next(Instant::now());
        match next {
            Some(delay) => {
                tracing::warn!(target: "looselycoupled", %module, ?delay, "restarting, since {cause}");
            }
            None => {
                let limit = budget.limit();
                application.exit.ask(ExitReason::Failure(format!(
                    "{cause}; the restarts of module `{module}` are used up ({limit})"
                )));
            }
        }
        next
    }

    /// The hooks of the old instance end before the new one is made.
    async fn end_hooks(&self) {
        let until = Instant::now() + HOOKS_TIME;
        for mut hook in self.hooks.take_of(self.module) {
            if timeout(until - Instant::now(), hook.ended()).await.is_err() {
                let left = if hook.is_thread { "its thread is left behind" } else { "dropped" };
                tracing::error!(target: "looselycoupled", "`{}` did not end for the restart within {HOOKS_TIME:?}: {left}", hook.handler);
                hook.abort();
            }
        }
    }

    /// Makes an instance and initialises it.
    async fn make(
        &self,
        application: &Arc<Application>,
        seat: &mut impl Seat,
    ) -> Result<(), (&'static str, BoxError)> {
        let housed = self.construct(application).map_err(|error| ("construction", error))?;
        if !seat.settle(housed) {
            return Err(("construction", "there is no place for it".into()));
        }
        let descriptor = application.descriptor(self.module);
        match descriptor.and_then(|descriptor| descriptor.initialize) {
            Some(initialize) => seat.run(initialize).await.map_err(|error| ("initialize", error)),
            None => Ok(()),
        }
    }

    fn construct(&self, application: &Arc<Application>) -> Result<crate::module::Housed, BoxError> {
        let Some(station) = application.router.directory.station(self.module) else {
            return Err("it has no place".into());
        };
        // A copy: constructors are the users' code, and must not run under the lock.
        let config = application.config.lock().clone();
        let settings = Settings { config: &config, instance: &station.tenant().name };
        let maker = self.maker.lock();
        let made = catch_unwind(AssertUnwindSafe(|| maker(settings)))
            .unwrap_or_else(|payload| Err(Box::new(Panicked(Panic::from_payload(payload).message))))?;
        let context = Context::new(Arc::clone(application), self.module, Stage::NoLongerPassive);
        made.settle(context).ok_or_else(|| "it is of another type than was said".into())
    }

    /// Nobody handles what is sent to the module any more.
    pub(super) fn give_up(station: &Station) {
        Phase::end(station.tenant());
    }

    /// As [`give_up`](Self::give_up), for whoever has nothing but the renewal.
    pub(super) fn abandon(&self) {
        let Some(application) = self.application.upgrade() else { return };
        if let Some(station) = application.router.directory.station(self.module) {
            Self::give_up(station);
        }
    }
}

/// The handlers of a concurrent module wait until it has been made again, or its runtime has gone.
struct Pause {
    application: Arc<Application>,
    station: Station,
    is_over: bool,
}

impl Pause {
    fn end(mut self) {
        self.is_over = true;
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        if !self.is_over {
            Renewal::give_up(&self.station);
        }
        self.station.event_loop.resume_apart();
        self.application.services.activity.leave();
    }
}

/// Drops the instance that sits there.
fn vacate(station: &Station, seat: &mut impl Seat) {
    if let Err(panic) = seat.vacate() {
        station.event_loop.tell_of_drop(station.tenant, panic);
    }
}

/// Waits; false if the application is to end meanwhile.
async fn pause(application: &Application, delay: Duration) -> bool {
    timeout(delay, application.exit.asked()).await.is_err()
}

/// Tells of an instance that could not be made; returns what happened, for people.
fn tell(station: &Station, stage: &'static str, error: BoxError) -> String {
    let label = Label { tenant: station.tenant, handler: Hook::Initialize.label() };
    let incident = Incident { handler: stage, ..Incident::of(&station.event_loop, label, cause(error)) };
    station.event_loop.services().tell(&incident);
    format!("`{}.{stage}` {}", station.tenant().name, incident.cause)
}
