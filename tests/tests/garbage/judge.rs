//! What must become of a file, whatever stands in it.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use looselycoupled::{App, StartError};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The application started, and ended well.
    Starts,
    /// It was refused, and the message says where it is wrong.
    Refused,
}

/// Starts an application from a file.
///
/// # Panics
///
/// It ends otherwise than well, or the refusal does not say where.
pub(super) fn judge(path: &Path) -> Verdict {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        match App::builder().config_file(path).start().await {
            Ok(app) => {
                app.shutdown().await.unwrap();
                Verdict::Starts
            }
            Err(StartError::Check(faults)) => {
                let told: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
                assert!(!told.is_empty() && told.iter().all(|told| says_where(told, path)), "{told:#?}");
                Verdict::Refused
            }
            Err(other) => panic!("refused otherwise than by the check: {other}"),
        }
    })
}

/// Whether a message names the file, and a line or a key. One that only counts further faults of a kind need not.
fn says_where(told: &str, path: &Path) -> bool {
    if told.starts_with("… and ") {
        return true;
    }
    let place = format!("--> {}", path.display());
    let Some((message, behind)) = told.split_once(&place) else { return false };
    let has_line =
        behind.strip_prefix(':').is_some_and(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    has_line || message.contains('`') || message.contains("the file is larger than")
}

/// Runs something that must not take longer than a time.
///
/// # Panics
///
/// As it does, or since it is not done in time.
pub(super) fn in_time<R: Send + 'static>(time: Duration, what: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, ended) = mpsc::channel();
    let thread = thread::spawn(move || {
        let result = what();
        // Whoever has gone did not want to wait any longer.
        let _late = done.send(());
        result
    });
    if ended.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout) {
        panic!("not done within {time:?}");
    }
    thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}
