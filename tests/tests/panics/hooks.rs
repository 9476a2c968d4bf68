//! Panics where modules begin and end, and beside their handlers.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex};

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, Scratch, balanced, quiet, settle, within};

use super::modules::Ears;
use super::on_purpose::{How, burst};

/// Where a module panics before the application has started.
const EARLY: [&str; 2] = ["construction", "initialize"];
/// Where it does afterwards; at `rest` none does.
const LATE: [&str; 7] = ["rest", "run", "run_passively", "on_idle", "live", "finalize", "drop"];
const EXCEPTIONS: &str = "exceptions.log";
const NAMES: [&str; 5] = ["one", "two", "three", "four", "five"];

/// What has happened to the modules of one name; clones share it.
#[derive(Debug, Clone, Default)]
struct Fates(Arc<Mutex<HashMap<String, u64>>>);

impl Fates {
    fn note(&self, what: impl Into<String>) {
        *self.0.lock().unwrap().entry(what.into()).or_default() += 1;
    }

    fn count(&self, what: &str) -> u64 {
        self.0.lock().unwrap().get(what).copied().unwrap_or_default()
    }
}

/// Panics at one stage of its life.
#[derive(Debug)]
struct Mortal {
    name: &'static str,
    fatal: &'static str,
    how: How,
    fates: Fates,
}

impl Mortal {
    fn make(name: &'static str, fatal: &'static str, how: How, fates: &Fates) -> Self {
        fates.note("made");
        let mortal = Self { name, fatal, how, fates: fates.clone() };
        mortal.reach("construction");
        mortal
    }

    fn reach(&self, stage: &'static str) {
        if self.fatal == stage && !std::thread::panicking() {
            self.fates.note(format!("{}.{stage}", self.name));
            burst(self.how);
        }
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.fates.note("dropped");
        self.reach("drop");
    }
}

#[module]
impl Mortal {
    #[initialize]
    async fn begin(&mut self) {
        tokio::task::yield_now().await;
        self.reach("initialize");
    }

    #[run]
    async fn run(ctx: Context) -> Result<()> {
        if let Some(how) = ctx.setting("run")? {
            burst(how);
        }
        ctx.no_longer_active().await;
        Ok(())
    }

    #[run_passively(thread)]
    fn run_passively(ctx: Context) -> Result<()> {
        if let Some(how) = ctx.setting("run_passively")? {
            burst(how);
        }
        Ok(())
    }

    #[on_idle]
    async fn on_idle(&mut self) {
        self.reach("on_idle");
    }

    #[task]
    async fn live(&mut self) {
        tokio::task::yield_now().await;
        self.reach("live");
    }

    #[finalize]
    async fn end(&mut self) {
        self.reach("finalize");
    }
}

/// Where each module panics, and how.
type Doom = Vec<(&'static str, &'static str, How)>;

/// One to five modules, each of which panics somewhere, or nowhere; one in six before the application has started.
fn doom(dice: &mut Dice) -> Doom {
    let names = NAMES.into_iter().take(1 + dice.roll(5) as usize);
    let dooms = names.map(|name| {
        let stages = if dice.roll(6) == 0 { &EARLY[..] } else { &LATE[..] };
        (name, stages[dice.roll(stages.len() as u64) as usize], How::throw(dice))
    });
    dooms.collect()
}

/// Starts modules of which each panics somewhere, and ends them.
pub(super) async fn panic_at_every_stage(mut dice: Dice) {
    quiet();
    let doom = doom(&mut dice);
    let (ears, fates, folder) = (Ears::default(), Fates::default(), Scratch::new());
    let (mut config, mut builder) = (Config::new(), App::builder().module("ears", ears.clone()));
    for (name, stage, how) in doom.clone() {
        // Hooks that stand beside the module learn it from there.
        config.set(&format!("{name}.{stage}"), how).unwrap();
        let fates = fates.clone();
        builder = builder.module_with(name, move || Mortal::make(name, stage, how, &fates));
    }
    let started = builder.config(config).exception_file(folder.path(EXCEPTIONS)).start();
    let first = |stage: &str| {
        doom.iter().find(|(_, fatal, _)| *fatal == stage).map(|(name, stage, _)| (*name, *stage))
    };
    match (within(started).await, first("construction").or_else(|| first("initialize"))) {
        (Ok(app), None) => live_and_end(app, &doom, &ears, &fates, &folder).await,
        (Err(StartError::Module { module, stage, .. }), Some(expected)) => {
            assert_eq!((module.as_str(), stage), expected);
        }
        (started, expected) => panic!("{started:?} instead of {expected:?}"),
    }
    assert_eq!(fates.count("made"), fates.count("dropped"), "all states are given back: {doom:?}");
}

async fn live_and_end(app: App, doom: &Doom, ears: &Ears, fates: &Fates, folder: &Scratch) {
    for (name, stage, _) in doom {
        let lived = within(app.handle().exec_task(&format!("{name}.live"), args! {})).await;
        let is_told = matches!(lived, Err(CallError::Panicked { .. }));
        assert!(is_told == (*stage == "live") && (is_told || lived.is_ok()), "{name}.{stage}: {lived:?}");
        let runs_beside = ["run", "run_passively"].contains(stage);
        within(async {
            while runs_beside && ears.heard(name) == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    settle(&app).await;
    balanced(&app.handle());
    let ended = within(app.shutdown()).await.map_err(|error| error.to_string());
    let written = fs::read_to_string(folder.path(EXCEPTIONS)).unwrap_or_default();
    for (name, stage, _) in doom {
        let of = format!("{name}.{stage}");
        let happened = if stage.starts_with("run") { 1 } else { fates.count(&of) };
        let is_heard = stage.starts_with("run") || *stage == "on_idle";
        assert_eq!(
            ears.heard(name),
            if is_heard { happened } else { 0 },
            "{of} is heard as often as it happens"
        );
        let lines = written.lines().filter(|line| line.contains(&format!(" {of} panicked: "))).count();
        assert_eq!(lines as u64, happened, "{of} is written as often as it happens: {written}");
        let is_told = ended.as_ref().is_err_and(|error| error.contains(&format!("`{of}` panicked")));
        assert_eq!(is_told, *stage == "finalize", "{of}: {ended:?}");
    }
}
