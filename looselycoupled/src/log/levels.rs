//! From which level on the lines of single instances are shown.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use arc_swap::ArcSwap;
use tracing::{Level, level_filters::LevelFilter};

use super::selection::directives;
use crate::module::Handle;
use crate::reply::CallError;
use crate::sync::Arc;

static OVERRIDES: LazyLock<ArcSwap<Overrides>> = LazyLock::new(ArcSwap::default);

/// The levels that were set, by instance.
#[derive(Debug, Clone)]
pub(super) struct Overrides {
    by_module: BTreeMap<Arc<str>, LevelFilter>,
    /// The level of which most is shown.
    loosest: LevelFilter,
}

impl Default for Overrides {
    fn default() -> Self {
        Self { by_module: BTreeMap::new(), loosest: LevelFilter::OFF }
    }
}

impl Overrides {
    /// Those of this moment, if there are any.
    pub(super) fn now() -> Option<Arc<Self>> {
        let now = OVERRIDES.load();
        (!now.by_module.is_empty()).then(|| Arc::clone(&now))
    }

    pub(super) fn of(&self, module: Option<&str>) -> Option<LevelFilter> {
        self.by_module.get(module?).copied()
    }

    /// Whether a line of this level is shown for any of them.
    pub(super) fn may_show(&self, level: Level) -> bool {
        level <= self.loosest
    }

    pub(super) const fn loosest(&self) -> LevelFilter {
        self.loosest
    }

    fn with(&self, module: &str, level: Option<LevelFilter>) -> Self {
        let mut by_module = self.by_module.clone();
        match level {
            Some(level) => drop(by_module.insert(module.into(), level)),
            None => drop(by_module.remove(module)),
        }
        let loosest = by_module.values().copied().max().unwrap_or(LevelFilter::OFF);
        Self { by_module, loosest }
    }
}

/// Shows what an instance logs from this level on, whatever the directives say: `TRACE` all of it, `OFF` nothing. `None` leaves it to the
/// directives again.
///
/// It holds for all lines that [name](super::LogLine::module) the instance, those of the framework about it among them: with `OFF` its
/// panics are not told in the log either, only as `exception` events. The name may be that of no module, or of one that
/// comes later; [`Handle::set_log_level`] refuses such names.
///
/// As long as a level is set for any instance, the program looks at each line that might be one of it, which costs every line of such
/// a level some nanoseconds; otherwise a line that is not shown costs nothing, as ever.
pub fn set_level(module: &str, level: Option<LevelFilter>) {
    OVERRIDES.rcu(|before| before.with(module, level));
    // Each line remembers whether anybody wants it.
    tracing::callsite::rebuild_interest_cache();
}

/// Which lines are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Levels {
    /// What holds unless a level is set, as in `RUST_LOG`; empty where the program's own subscriber decides.
    pub directives: String,
    /// The levels that were [set](set_level), by instance.
    pub modules: BTreeMap<String, LevelFilter>,
}

/// Which lines are shown at this moment.
#[must_use]
pub fn levels() -> Levels {
    let now = OVERRIDES.load();
    let modules = now.by_module.iter().map(|(module, level)| (module.to_string(), *level));
    Levels { directives: directives().unwrap_or_default(), modules: modules.collect() }
}

impl Handle {
    /// Shows what a module logs from this level on, as [`log::set_level`](set_level): `TRACE` all of it, `OFF` nothing, `None` what the
    /// directives say.
    ///
    /// # Errors
    ///
    /// [`CallError::UnknownModule`]: there is none of this name; the error knows the nearest.
    pub fn set_log_level(&self, module: &str, level: Option<LevelFilter>) -> Result<(), CallError> {
        if self.phase(module).is_none() {
            return Err(self.unknown_module(module));
        }
        set_level(module, level);
        Ok(())
    }
}
