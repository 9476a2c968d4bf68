//! The framework's own events.

/// The event that tells of a failure.
pub(crate) const EXCEPTION: &str = "exception";
/// The event that tells that nothing is left to do.
pub(crate) const BECOMING_IDLE: &str = "becoming_idle";
/// The event that tells a module of events that it has missed.
pub(crate) const GAP: &str = "gap";

/// Whether this is one of the framework's own events, which patterns do not hear.
pub(crate) fn is_own(name: &str) -> bool {
    [EXCEPTION, BECOMING_IDLE, GAP].contains(&name)
}
