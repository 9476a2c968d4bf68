//! Telling of failures: log, exception file, `exception` event.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use super::Policy;
use crate::envelope::EventRecord;
use crate::event::{EXCEPTION, publish};
use crate::event_loop::{Cause, Incident, Overseer};
use crate::module::{Application, ExitReason, FIRST_HANDLER_LABEL, Hook};
use crate::sync::{Mutex, Weak};
use crate::value::Arguments;

/// Hears of every failure of one application.
#[derive(Debug)]
pub(crate) struct Supervisor {
    application: Weak<Application>,
    policies: Vec<Policy>,
    file: Option<Mutex<PathBuf>>,
}

impl Supervisor {
    /// Takes the policies in the order of the modules' indices.
    pub(crate) fn new(application: Weak<Application>, policies: Vec<Policy>, file: Option<PathBuf>) -> Self {
        Self { application, policies, file: file.map(Mutex::new) }
    }

    fn policy(&self, incident: &Incident) -> Policy {
        incident.index.get().and_then(|index| self.policies.get(index)).copied().unwrap_or_default()
    }

    /// A failure while handling `exception` raises none.
    fn handles_exceptions(&self, incident: &Incident) -> bool {
        let Some(application) = self.application.upgrade() else { return false };
        let descriptor = incident.index.get().and_then(|index| application.descriptors.get(index));
        let Some(index) = incident.label.checked_sub(FIRST_HANDLER_LABEL) else { return false };
        let handlers = descriptor.map_or(&[][..], |descriptor| descriptor.handlers);
        let handler = handlers.iter().find(|handler| handler.info.index == usize::from(index));
        handler.is_some_and(|handler| handler.info.subscription.pattern() == EXCEPTION)
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
        let arguments = Arguments::new()
            .with("module", &*incident.module)
            .with("task", incident.handler)
            .with("message", message)
            .with("causes", &chain)
            .with("panic", &matches!(incident.cause, Cause::Panic(_)))
            .with("transaction", &incident.transaction);
        let lineage = incident.lineage.clone();
        let source = Some(std::sync::Arc::clone(&incident.module));
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
        let (message, chain) = describe(&incident.cause);
        let (module, handler, kind) = (&incident.module, incident.handler, kind(&incident.cause));
        let transaction = incident.transaction;
        let causes = (!chain.is_empty()).then(|| chain.join(": "));
        tracing::error!(target: "looselycoupled", %module, handler, %transaction, causes = causes.as_deref(), "{kind}: {message}");
        self.append(&format!("{transaction} {module}.{handler} {kind}: {message}{}\n", indented(&chain)));
        if !incident.answered && !self.handles_exceptions(incident) {
            self.broadcast(incident, &message, &chain);
        }
    }

    fn judge(&self, incident: &Incident) {
        let fatal = matches!(incident.cause, Cause::Panic(_)) || is_run_hook(incident.label);
        if fatal
            && self.policy(incident) == Policy::Exit
            && let Some(application) = self.application.upgrade()
        {
            let (module, handler, kind) = (&incident.module, incident.handler, kind(&incident.cause));
            let (message, _) = describe(&incident.cause);
            application.exit.ask(ExitReason::Failure(format!("`{module}.{handler}` {kind}: {message}")));
        }
    }
}

const fn kind(cause: &Cause) -> &'static str {
    match cause {
        Cause::Panic(_) => "panicked",
        Cause::Error(_) => "failed",
    }
}

const fn is_run_hook(label: u16) -> bool {
    label == Hook::Run.label() || label == Hook::RunPassively.label()
}

fn describe(cause: &Cause) -> (String, Vec<String>) {
    match cause {
        Cause::Panic(message) => (message.clone(), Vec::new()),
        Cause::Error(error) => {
            let first = error.source();
            let chain =
                std::iter::successors(first, |error| error.source()).map(ToString::to_string).collect();
            (error.to_string(), chain)
        }
    }
}

fn indented(chain: &[String]) -> String {
    chain.iter().fold(String::new(), |mut text, cause| {
        let _infallible = write!(text, "\n    caused by: {cause}");
        text
    })
}
