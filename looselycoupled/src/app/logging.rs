//! The log on standard error.

use tracing_subscriber::EnvFilter;

/// What is logged unless somebody says otherwise.
const DEFAULT: &str = "info";

/// Sends the log to standard error. `RUST_LOG` wins over `directives`, which read like it (`info,my_crate=debug`).
///
/// Does nothing if the program has a subscriber already.
pub fn log_to_stderr(directives: Option<&str>) {
    let filter = EnvFilter::try_from_default_env()
        .or_else(|_| EnvFilter::try_new(directives.unwrap_or(DEFAULT)))
        .unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).finish();
    let _taken_already = tracing::subscriber::set_global_default(subscriber);
}
