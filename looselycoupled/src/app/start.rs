//! From a checked plan to a running application.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::builder::{App, AppBuilder};
use super::check::{Checked, Instance, check};
use super::error::StartError;
use super::groups::Groups;
use super::housing::{House, build};
use super::idle;
use super::lints::Lint;
use super::loop_events::LoopEvents;
use super::rehearsal::Rehearsal;
use super::routes;
use super::shutdown::{Ending, Plant};
use crate::address::EventPattern;
use crate::config::Config;
use crate::event_loop::{Change, EventLoop, LoopOptions, LoopThread, Panic, Services, Shuffle};
use crate::lifecycle::{Phase, Step};
use crate::loops::settled;
use crate::metadata::ModuleIndex;
use crate::module::{
    Application, Context, Elsewhere, Exit, FIRST_HANDLER_LABEL, Handle, Hook, Housed, Made, Maker, Observed,
    Settings, Stage, Wired, Witness,
};
use crate::provider::Exchange;
use crate::registry::listed_apps;
use crate::reply::BoxError;
use crate::router::{Directory, Receiver, Router, Station, Subscriptions};
use crate::supervision::{Policy, Rule, RunHooks, Supervisor, Watchdog, arrive, reserve, run_alone};
use crate::sync::{Arc, Mutex, OnceLock};

const DEFAULT_SHUTDOWN_DEADLINE: Duration = Duration::from_secs(10);
const DEFAULT_WATCHDOG: Duration = Duration::from_secs(10);

pub(super) async fn start(mut builder: AppBuilder) -> Result<App, StartError> {
    let runtime = tokio::runtime::Handle::try_current().map_err(|_| StartError::NoRuntime)?;
    // There is no other way to ask. The panic has told on standard error what to do, and the error does.
    catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO))).map_err(|_| StartError::NoTimers)?;
    let (stated, deadline) = (builder.stated, builder.shutdown_deadline);
    let (exceptions, log, watchdog) = (builder.exception_file.clone(), builder.log, builder.watchdog);
    let Rehearsal { seed, witness } = std::mem::take(&mut builder.rehearsal);
    let interceptors = std::mem::take(&mut builder.interceptors);
    let absent = builder.config.absent_file();
    let mut checked = check(builder).map_err(StartError::Check)?;
    let outside = std::mem::take(&mut checked.outside);
    if log {
        crate::log::log_to_stderr(checked.framework.log.as_deref());
    }
    tell_absent(absent.as_deref(), &checked);
    checked.lints.iter().for_each(Lint::tell);
    let has_threads = checked.loops.values().any(LoopOptions::has_thread)
        || checked.instances.iter().any(|instance| instance.on_thread);
    let tuning = stated.or(checked.framework.stated()).tuning(has_threads);
    let deadline = deadline.or(checked.framework.shutdown_deadline).unwrap_or(DEFAULT_SHUTDOWN_DEADLINE);
    let watchdog = watchdog.or(checked.framework.watchdog).unwrap_or(DEFAULT_WATCHDOG);
    let exceptions = exceptions.or_else(|| checked.framework.exception_file.clone());
    let services = Services::new(runtime, tuning, seed.map(Shuffle::new));
    if !interceptors.is_empty() {
        services.set_up(Box::new(interceptors));
    }
    let Assembled { application, loops, threads, instances } = assemble(checked, &services, witness)?;
    services.introduce(&loops);
    settle_guests(&application, &loops);
    services.seat(Box::new(LoopEvents::new(&application)));
    let hooks = Arc::new(RunHooks::default());
    let mut rules = HashMap::new();
    let moved_in = move_in(&application, instances, |module, policy, maker| {
        rules.extend(Rule::new(&application, module, policy, maker, &hooks).map(|rule| (module, rule)));
    })
    .await;
    services.appoint(Arc::new(Supervisor::new(Arc::downgrade(&application), rules, exceptions)));
    let watchdog = Watchdog::start(&services, watchdog);
    let exchange = exchange(&application, outside);
    let mut plant = Plant { application, threads, hooks, _watchdog: watchdog, idle: None, exchange };
    let passive = match moved_in {
        Ok(()) => become_passive(&plant).await,
        Err(error) => Err(error),
    };
    if let Err(error) = passive {
        plant.abandon_start(deadline).await;
        return Err(error);
    }
    let loops = services.loops();
    // Those that were opened meanwhile have told of it.
    let from_the_start = loops.iter().filter(|event_loop| !event_loop.was_opened());
    from_the_start.for_each(|event_loop| event_loop.announce(Change::Started));
    plant.hooks.activate(&plant.application);
    plant.idle = Some(idle::watch(&plant.application));
    let handle = Handle::outside(Arc::clone(&plant.application));
    Ok(App { handle, ending: Some(Ending::new(plant, deadline)) })
}

/// The way to other processes, if there is one.
fn exchange(application: &Arc<Application>, outside: routes::Checked) -> Option<Arc<Exchange>> {
    let routes::Checked { process, providers, routes } = outside;
    if providers.is_empty() {
        return None;
    }
    let exchange = Exchange::new(application, process.into(), providers, routes);
    let elsewhere = Arc::clone(&exchange) as Arc<dyn Elsewhere>;
    if !elsewhere.modules().is_empty() {
        elsewhere.introduce(&application.services);
    }
    let _the_first = application.elsewhere.set(elsewhere);
    Some(exchange)
}

/// All modules are passive, and can be reached from elsewhere, when this returns.
async fn become_passive(plant: &Plant) -> Result<(), StartError> {
    let failed = |(provider, source)| StartError::Provider { provider, source };
    if let Some(exchange) = &plant.exchange {
        exchange.start().await.map_err(failed)?;
    }
    passivate(&plant.application).await?;
    match &plant.exchange {
        Some(exchange) => exchange.open().await.map_err(failed),
        None => Ok(()),
    }
}

/// Neither an absent file nor an application without modules is a fault; but without a word nobody would look for a
/// misspelt name, or for what does nothing at all.
fn tell_absent(absent: Option<&Path>, checked: &Checked) {
    let no_module = checked.instances.is_empty();
    if let Some(file) = absent.map(Path::display) {
        if no_module {
            tracing::warn!(target: "looselycoupled", %file, "no module is listed: the configuration file does not exist");
        } else {
            tracing::info!(target: "looselycoupled", %file, "the configuration file does not exist, so it counts as empty");
        }
    } else if no_module {
        let file = checked.config.path().map(|file| tracing::field::display(file.display()));
        tracing::warn!(
            target: "looselycoupled",
            file,
            "there is no module: list some in the configuration under `looselycoupled.modules`, or name them in code"
        );
    }
}

/// Everything in its place, nothing begun.
struct Assembled {
    application: Arc<Application>,
    loops: Vec<Arc<EventLoop>>,
    threads: Vec<LoopThread>,
    instances: Vec<Instance>,
}

fn assemble(
    checked: Checked,
    services: &Arc<Services>,
    witness: Option<Witness>,
) -> Result<Assembled, StartError> {
    let Checked { instances, config, loops: bounds, types, connections, partial, groups, .. } = checked;
    let House { loops, stations, threads } = build(&instances, &bounds, services)?;
    let handlers = handlers(&instances, &stations, &groups);
    let router = Router::new(Directory::new(stations), Subscriptions::new(&handlers, &types), |tenant| {
        Phase::of(tenant).is_ready()
    });
    let connections = connections.into_iter().filter_map(|fitting| fitting.lay(&router.directory));
    router.connections.change().add(connections);
    let (mut settings, mut generations) = (HashMap::new(), HashMap::new());
    for (index, instance) in instances.iter().enumerate() {
        if matches!(instance.policy.as_deref(), Some(Policy::Restart(_))) {
            generations.insert(index, Observed::new(0));
        }
        settings.extend(instance.settings.clone().map(|settings| (index, settings)));
    }
    let descriptors: Vec<_> = instances.iter().map(|instance| instance.descriptor).collect();
    let wired = Wired::new(listed_apps(), |name| {
        let (index, _) = router.directory.find(name)?;
        Some((index, *descriptors.get(index.get()?)?))
    });
    let application = Arc::new(Application {
        services: Arc::clone(services),
        router,
        descriptors,
        wired,
        settings,
        config: Mutex::new(config),
        stage: Observed::new(Stage::Starting as u16),
        generations,
        exit: Exit::new(),
        partial,
        elsewhere: OnceLock::new(),
        witness,
    });
    Ok(Assembled { application, loops, threads, instances })
}

/// All event handlers in the order in which an event reaches them.
fn handlers(instances: &[Instance], stations: &[Station], groups: &Groups) -> Vec<(EventPattern, Receiver)> {
    let number = instances.iter().map(|instance| instance.descriptor.handlers.len()).sum();
    let mut handlers = Vec::with_capacity(number);
    for ((index, instance), station) in (0_u32..).zip(instances).zip(stations) {
        for handler in instance.descriptor.handlers {
            // The check has parsed every pattern once.
            let Ok(pattern) = handler.info.subscription.pattern().parse::<EventPattern>() else { continue };
            let by_pattern = !pattern.is_literal();
            handlers.push((
                pattern,
                Receiver {
                    station: station.clone(),
                    module: ModuleIndex::new(index),
                    handler: FIRST_HANDLER_LABEL + handler.info.index as u16,
                    by_pattern,
                    group: groups.get(&(Arc::clone(&instance.name), handler.info.index)).cloned(),
                    make: handler.make,
                },
            ));
        }
    }
    handlers
}

/// Shared loops have a place for others beside their modules.
fn settle_guests(application: &Arc<Application>, loops: &[Arc<EventLoop>]) {
    for event_loop in loops {
        if let (Some(guest), Some(resident)) = (event_loop.guest(), settled(application)) {
            let _moved_in = event_loop.move_in(guest, resident);
        }
    }
}

/// Gives every module its context and its place. Nothing runs yet but constructors. `keep` gets what makes it again.
async fn move_in(
    application: &Arc<Application>,
    instances: Vec<Instance>,
    mut keep: impl FnMut(ModuleIndex, Policy, Option<Maker>),
) -> Result<(), StartError> {
    // A copy: constructors are the users' code, and must not run under the lock.
    let config = application.config.lock().clone();
    let stations = application.router.directory.stations();
    let mut pinned = Vec::new();
    for ((index, instance), station) in (0_u32..).zip(instances).zip(stations) {
        let (begun, module) = (Instant::now(), ModuleIndex::new(index));
        let Instance { descriptor, made, maker, policy, .. } = instance;
        let policy = policy.map_or_else(Policy::default, |policy| *policy);
        let context = Context::new(Arc::clone(application), module, Stage::NoLongerPassive);
        let at_construction = |error| failed(station, "construction", error, begun);
        match maker {
            Some(maker) if descriptor.info.pinned => {
                if !reserve(station) {
                    return Err(at_construction(AT_WORK.into()));
                }
                pinned.push((station, module, policy, maker, context));
            }
            maker => {
                let maker = move_in_here(station, &config, context, made, maker).map_err(at_construction)?;
                keep(module, policy, maker);
            }
        }
    }
    // Last: a loop at which somebody arrives is at work, and has no other place to give.
    for (station, module, policy, maker, context) in pinned {
        let begun = Instant::now();
        let arrived = arrive(station, maker, config.clone(), context).await;
        let maker = arrived.map_err(|error| failed(station, "construction", error, begun))?;
        keep(module, policy, Some(maker));
    }
    Ok(())
}

const AT_WORK: &str = "its loop is at work already";

/// Makes a module that can be moved, unless it has been made already, and moves it; returns what makes it again.
fn move_in_here(
    station: &Station,
    config: &Config,
    context: Context,
    made: Option<Made>,
    maker: Option<Maker>,
) -> Result<Option<Maker>, BoxError> {
    let settings = Settings { config, instance: &station.tenant().name };
    let settle = || settle(settings, context, made, maker.as_ref());
    let housed = catch_unwind(AssertUnwindSafe(settle)).unwrap_or_else(|payload| {
        Err(format!("panicked: {}", Panic::from_payload(payload).message).into())
    })?;
    let moved = station.event_loop.move_in(station.tenant, housed.0);
    if moved { Ok(maker) } else { Err(AT_WORK.into()) }
}

/// Makes a module, unless it has been made already, and gives it its context.
fn settle(
    settings: Settings<'_>,
    context: Context,
    made: Option<Made>,
    maker: Option<&Maker>,
) -> Result<Housed, BoxError> {
    let made = match (made, maker) {
        (Some(made), _) => made,
        (None, Some(maker)) => maker(settings)?,
        (None, None) => return Err("there is nothing to make it with".into()),
    };
    made.settle(context).ok_or_else(|| "it is of another type than was said".into())
}

fn failed(station: &Station, stage: &'static str, source: BoxError, begun: Instant) -> StartError {
    StartError::Module { module: station.tenant().name.to_string(), stage, source, elapsed: begun.elapsed() }
}

/// Initialises the modules in order; stops at the first that fails.
async fn passivate(application: &Application) -> Result<(), StartError> {
    for (station, descriptor) in application.router.directory.stations().iter().zip(&application.descriptors)
    {
        if let Some(initialize) = descriptor.initialize {
            let begun = Instant::now();
            let ended = run_alone(station, Hook::Initialize, initialize).await;
            ended.map_err(|error| failed(station, "initialize", error, begun))?;
        }
        Phase::advance(station.tenant(), Step::Initialized);
    }
    Ok(())
}
