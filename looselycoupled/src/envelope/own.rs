//! The framework's own events.

/// The event that tells of a failure.
pub(crate) const EXCEPTION: &str = "exception";
/// The event that tells that nothing is left to do.
pub(crate) const BECOMING_IDLE: &str = "becoming_idle";
/// The event that tells a module of events that it has missed.
pub(crate) const GAP: &str = "gap";

/// A shared event loop takes in messages.
pub(crate) const LOOP_STARTED: &str = "loop_started";
/// It has something to do.
pub(crate) const LOOP_ACTIVE: &str = "loop_active";
/// It has nothing left to do.
pub(crate) const LOOP_IDLE: &str = "loop_idle";
/// It has ended.
pub(crate) const LOOP_STOPPED: &str = "loop_stopped";

/// It tells how far a provider is.
pub(crate) const PROVIDER_STATE: &str = "provider_state";

/// Whether this is one of the framework's own events, which patterns do not hear.
pub(crate) fn is_own(name: &str) -> bool {
    [EXCEPTION, BECOMING_IDLE, GAP, LOOP_STARTED, LOOP_ACTIVE, LOOP_IDLE, LOOP_STOPPED, PROVIDER_STATE]
        .contains(&name)
}
