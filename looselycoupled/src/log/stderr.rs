//! The log on standard error.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;

use super::{Recorder, Selection};

/// Why these directives cannot be meant, if they cannot.
pub(crate) fn fault(directives: &str) -> Option<String> {
    let error = EnvFilter::try_new(directives).err()?;
    Some(format!("`looselycoupled.log` cannot be read: {error}"))
}

/// Sends the log to standard error, and [keeps its last lines](crate::log). `RUST_LOG` wins over `directives`, which read like it
/// (`warn,my_crate=debug`); what these say nothing about is shown from `info` on.
///
/// Does nothing if the program has a subscriber already.
pub fn log_to_stderr(directives: Option<&str>) {
    let subscriber = tracing_subscriber::registry()
        .with(Selection::new(directives))
        .with(Recorder::new())
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr));
    let _taken_already = tracing::subscriber::set_global_default(subscriber);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_a_fault() {
        for fine in ["warn", "INFO", "my_crate", "info,hyper=warn", ""] {
            assert_eq!(fault(fine), None, "{fine}");
        }
        assert!(fault("a=b=c").unwrap().starts_with("`looselycoupled.log` cannot be read: "));
    }
}
