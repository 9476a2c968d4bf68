//! The log on standard error.

use tracing_subscriber::EnvFilter;

use crate::address::nearest;

/// What is logged unless somebody says otherwise.
const DEFAULT: &str = "info";
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Why these directives cannot be meant, if they cannot.
pub(super) fn fault(directives: &str) -> Option<String> {
    if let Err(error) = EnvFilter::try_new(directives) {
        return Some(format!("`looselycoupled.log` cannot be read: {error}"));
    }
    // A word alone is a level or the name of a crate, of which everything is shown.
    let words = directives.split(',').map(str::trim).filter(|word| word.chars().all(char::is_alphanumeric));
    let unknown =
        words.filter(|word| !word.is_empty() && !LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word)));
    let misspelt = unknown.filter_map(|word| Some((word, nearest(word, LEVELS)?)));
    let told: Vec<_> = misspelt.map(|(word, level)| format!("`{word}`; did you mean `{level}`?")).collect();
    (!told.is_empty()).then(|| format!("`looselycoupled.log` has no level {}", told.join(", ")))
}

/// Sends the log to standard error. `RUST_LOG` wins over `directives`, which read like it (`warn,my_crate=debug`); what
/// these say nothing about is shown from `info` on.
///
/// Does nothing if the program has a subscriber already.
pub fn log_to_stderr(directives: Option<&str>) {
    let directives = directives.map_or_else(|| DEFAULT.to_owned(), |given| format!("{DEFAULT},{given}"));
    let filter = EnvFilter::try_from_default_env()
        .or_else(|_| EnvFilter::try_new(directives))
        .unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).finish();
    let _taken_already = tracing::subscriber::set_global_default(subscriber);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_level_is_found_and_crates_are_left_alone() {
        for fine in ["warn", "INFO", "my_crate", "info,hyper=warn", "loud", ""] {
            assert_eq!(fault(fine), None, "{fine}");
        }
        assert_eq!(fault("inof").unwrap(), "`looselycoupled.log` has no level `inof`; did you mean `info`?");
        assert!(fault("a=b=c").unwrap().starts_with("`looselycoupled.log` cannot be read: "));
    }
}
