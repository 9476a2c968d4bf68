//! An address that a module says it calls.

use syn::Path;

/// `"garage.open"`, `hall_lamp: dyn Dimmer`, and what is said of it.
pub(crate) struct Promise {
    /// `module.task`, or a module alone.
    pub(crate) address: String,
    /// The interface that the module has to implement.
    pub(crate) interface: Option<Path>,
    /// `external = "…"`: why it leads out of the application.
    pub(crate) external: Option<String>,
    /// Its line in the source.
    pub(crate) line: u32,
}
