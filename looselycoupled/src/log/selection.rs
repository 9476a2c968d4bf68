//! The layer that decides which lines there are.

use std::sync::LazyLock;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::{EnvFilter, Layer};

use super::levels::Overrides;
use super::reading::module_of;
use super::roll::{Enrolment, Roll};
use super::whose::{names_module, running};
use crate::sync::Mutex;

/// What is logged unless somebody says otherwise.
const DEFAULT: &str = "info";

static SELECTIONS: Roll = LazyLock::new(Mutex::default);

/// The directives in use, if there are any.
pub(super) fn directives() -> Option<String> {
    SELECTIONS.lock().first().map(|directives| directives.to_string())
}

/// The layer that decides which lines there are: by directives, and by the levels that were [set](super::set_level) for single instances.
///
/// A program with a subscriber of its own adds it, as the [example of this room](super) shows, if it wants such levels.
#[derive(Debug)]
pub struct Selection {
    directives: EnvFilter,
    enrolment: Enrolment,
}

impl Selection {
    /// By these directives, which read like `RUST_LOG` (`warn,my_crate=debug`); that one wins. What they say nothing about is shown from
    /// `info` on, and so is everything if they cannot be read.
    #[must_use]
    pub fn new(directives: Option<&str>) -> Self {
        let stated = directives.map_or_else(|| DEFAULT.to_owned(), completed);
        let readable = |text: String| Some((EnvFilter::try_new(&text).ok()?, text));
        let (directives, text) = std::env::var(EnvFilter::DEFAULT_ENV)
            .ok()
            .and_then(readable)
            .or_else(|| readable(stated))
            .unwrap_or_else(|| (EnvFilter::new(DEFAULT), DEFAULT.to_owned()));
        Self { directives, enrolment: Enrolment::on(&SELECTIONS, &text) }
    }
}

/// With a level for all that they say nothing about.
fn completed(directives: &str) -> String {
    let states_level = directives.split(',').any(|part| part.trim().parse::<LevelFilter>().is_ok());
    if states_level || directives.is_empty() {
        directives.to_owned()
    } else {
        format!("{DEFAULT},{directives}")
    }
}

/// A line may be shown, or not, depending on whose it is. Whose it is stands in the line, or follows from where it is logged.
impl<S: Subscriber> Layer<S> for Selection {
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        self.enrolment.enrol();
        Layer::<S>::on_register_dispatch(&self.directives, subscriber);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let usual = Layer::<S>::register_callsite(&self.directives, metadata);
        let Some(overrides) = Overrides::now().filter(|_| metadata.is_event()) else { return usual };
        let depends = !usual.is_never() || overrides.may_show(*metadata.level());
        if depends { Interest::sometimes() } else { usual }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let usual = Layer::<S>::max_level_hint(&self.directives)?;
        Some(Overrides::now().map_or(usual, |overrides| usual.max(overrides.loosest())))
    }

    fn enabled(&self, metadata: &Metadata<'_>, ctx: Context<'_, S>) -> bool {
        let usual = || Layer::<S>::enabled(&self.directives, metadata, ctx);
        let Some(overrides) = Overrides::now().filter(|_| metadata.is_event()) else { return usual() };
        if names_module(metadata) {
            return overrides.may_show(*metadata.level()) || usual();
        }
        let level = running(|module| overrides.of(module.map(|name| &**name)));
        level.map_or_else(usual, |level| *metadata.level() <= level)
    }

    fn event_enabled(&self, event: &Event<'_>, ctx: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        let Some(overrides) = Overrides::now().filter(|_| names_module(metadata)) else { return true };
        let level = overrides.of(module_of(event).as_deref());
        level.map_or_else(
            || Layer::<S>::enabled(&self.directives, metadata, ctx),
            |level| *metadata.level() <= level,
        )
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        Layer::<S>::on_new_span(&self.directives, attributes, id, ctx);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        Layer::<S>::on_record(&self.directives, id, values, ctx);
    }

    fn on_enter(&self, id: &Id, ctx: Context<'_, S>) {
        Layer::<S>::on_enter(&self.directives, id, ctx);
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        Layer::<S>::on_exit(&self.directives, id, ctx);
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        Layer::<S>::on_close(&self.directives, id, ctx);
    }
}
