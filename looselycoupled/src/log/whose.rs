//! To which instance a line belongs.

use tracing::Metadata;

use crate::event_loop::current;
use crate::sync::Arc;

/// By this name the framework's own lines say which instance they are about.
pub(super) const MODULE: &str = "module";

/// Shows the instance in whose handler or hook this code runs, if it does.
pub(super) fn running<R>(show: impl FnOnce(Option<&Arc<str>>) -> R) -> R {
    current(|activation| {
        // A loop that was opened has guests only, or a function that hears events: it acts in a module's name, but under its own.
        let activation = activation.filter(|running| !running.event_loop().was_opened());
        let tenant = activation.map(|running| running.event_loop().tenant(running.seed.label.tenant));
        show(tenant.filter(|tenant| tenant.module.get().is_some()).map(|tenant| &tenant.name))
    })
}

/// Whether a line says which instance it is about. Whatever others call `module` is their own.
pub(super) fn names_module(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let is_ours = target == "looselycoupled" || target.starts_with("looselycoupled::");
    is_ours && metadata.fields().field(MODULE).is_some()
}
