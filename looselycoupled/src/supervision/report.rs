//! Telling of failures: log, exception file, `exception` event.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use super::renewal::Renewal;
use super::{Policy, RunHooks};
use crate::envelope::{EXCEPTION, EventRecord};
use crate::event::publish;
use crate::event_loop::{Cause, Incident, Overseer};
use crate::lifecycle::Gate;
use crate::metadata::ModuleIndex;
use crate::module::{Application, ExitReason, FIRST_HANDLER_LABEL, Hook, Maker};
use crate::sync::{Arc, Mutex, Weak};
use crate::value::Arguments;

/// Hears of every failure of one application.
#[derive(Debug)]
pub(crate) struct Supervisor {
    application: Weak<Application>,
    /// Of the modules for which more follows than a report.
    rules: HashMap<ModuleIndex, Rule>,
    file: Option<Mutex<PathBuf>>,
}

/// What follows from a failure of one module.
#[derive(Debug)]
pub(crate) enum Rule {
    Restart(Arc<Renewal>),
    Exit,
}

impl Rule {
    /// What a policy means for a module, if it is more than a report. One that has no maker cannot be made again; the start
    /// check sees to it.
    pub(crate) fn new(
        application: &Arc<Application>,
        module: ModuleIndex,
        policy: Policy,
        maker: Option<Maker>,
        hooks: &Arc<RunHooks>,
    ) -> Option<Self> {
        match (policy, maker) {
            (Policy::Restart(restart), Some(maker)) => {
                let application = Arc::downgrade(application);
                let renewal = Renewal::new(application, module, restart, maker, Arc::clone(hooks));
                Some(Self::Restart(Arc::new(renewal)))
            }
            (Policy::Exit, _) => Some(Self::Exit),
            (Policy::Report | Policy::Restart(_), _) => None,
        }
    }
}

impl Supervisor {
    /// Modules without a rule have theirs reported.
    pub(crate) fn new(
        application: Weak<Application>,
        rules: HashMap<ModuleIndex, Rule>,
        file: Option<PathBuf>,
    ) -> Self {
        Self { application, rules, file: file.map(Mutex::new) }
    }

    /// What a failure of a module means.
    pub(crate) fn policy(application: &Application, module: ModuleIndex) -> Policy {
        let overseer = application.services.overseer();
        let supervisor = overseer.and_then(|overseer| overseer.downcast_ref::<Self>());
        match supervisor.and_then(|supervisor| supervisor.rules.get(&module)) {
            Some(Rule::Restart(renewal)) => Policy::Restart(renewal.limit()),
            Some(Rule::Exit) => Policy::Exit,
            None => Policy::Report,
        }
    }

    /// A failure while handling `exception` raises none.
    fn handles_exceptions(&self, incident: &Incident) -> bool {
        let Some(application) = self.application.upgrade() else { return false };
        let descriptor = application.descriptor(incident.index);
        let Some(index) = incident.label.checked_sub(FIRST_HANDLER_LABEL) else { return false };
        let handlers = descriptor.map_or(&[][..], |descriptor| descriptor.handlers);
        let handler = handlers.iter().find(|handler| handler.info.index == usize::from(index));
        handler.is_some_and(|handler| handler.info.subscription.pattern() == EXCEPTION)
    }

    fn end(&self, incident: &Incident) {
        if let Some(application) = self.application.upgrade() {
            application.exit.ask(ExitReason::Failure(what(incident)));
        }
    }

    fn append(&self, entry: &str) {
        let Some(path) = &self.file else { return };
        let path = path.lock();
        let appended = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&*path)
            .and_then(|mut file| file.write_all(entry.as_bytes()));
        if let Err(error) = appended {
            tracing::error!(file = %path.display(), %error, "the exception file cannot be written");
        }
    }

    fn broadcast(&self, incident: &Incident, message: &str, chain: &[String]) {
        let Some(application) = self.application.upgrade() else { return };
        // Nobody would hear it.
        if application.gate() == Gate::Closed {
            return;
        }
        let arguments = Arguments::new()
            .with("module", &*incident.module)
            .with("task", incident.handler)
            .with("message", message)
            .with("causes", &chain)
            .with("panic", &matches!(incident.cause, Cause::Panic(_)))
            .with("transaction", &incident.transaction);
        let lineage = incident.lineage.clone();
        let source = Some(Arc::clone(&incident.module));
        match EventRecord::named_from(EXCEPTION, arguments, lineage, source) {
            Ok(record) => {
                publish(&application, &record);
            }
            Err(error) => tracing::error!(%error, "an exception could not be broadcast"),
        }
    }
}

impl Overseer for Supervisor {
    fn tell(&self, incident: &Incident) {
        let (message, chain) = (incident.cause.message(), incident.cause.sources());
        let Incident { module, handler, cause, transaction, .. } = incident;
        let causes = (!chain.is_empty()).then(|| chain.join(": "));
        tracing::error!(target: "looselycoupled", %module, handler, %transaction, causes = causes.as_deref(), "{cause}");
        self.append(&format!("{transaction} {module}.{handler} {cause}{}\n", indented(&chain)));
        if !incident.answered && !self.handles_exceptions(incident) {
            self.broadcast(incident, &message, &chain);
        }
    }

    fn judge(&self, incident: &Incident) {
        if incident.is_fatal {
            return self.end(incident);
        }
        if !matches!(incident.cause, Cause::Panic(_)) && !is_run_hook(incident.label) {
            return;
        }
        let rule = self.rules.get(&incident.index);
        let (Some(rule), Some(application)) = (rule, self.application.upgrade()) else { return };
        match rule {
            Rule::Restart(renewal) => renewal.begin(&application, &what(incident)),
            Rule::Exit => self.end(incident),
        }
    }
}

fn what(incident: &Incident) -> String {
    format!("`{}.{}` {}", incident.module, incident.handler, incident.cause)
}

const fn is_run_hook(label: u16) -> bool {
    label == Hook::Run.label() || label == Hook::RunPassively.label()
}

fn indented(chain: &[String]) -> String {
    chain.iter().fold(String::new(), |mut text, cause| {
        let _infallible = write!(text, "\n    caused by: {cause}");
        text
    })
}
