//! What `#[looselycoupled::main]` expands to.

use std::any::Any;
use std::error::Error;
use std::fmt::{Display, Write as _};
use std::future::Future;
use std::process::ExitCode;

use super::error::{AppError, StartError};
use crate::event_loop::sources;
use crate::reply::BoxError;

/// Builds the runtime of a program and runs its main function.
#[derive(Debug, Default)]
#[must_use]
pub struct Main {
    current_thread: bool,
    worker_threads: Option<usize>,
}

/// What a main function may return.
#[diagnostic::on_unimplemented(
    message = "`main` returns nothing or a `Result<(), E>`, not `{Self}`",
    label = "return `()` or `Result<(), E>` with an `E` that can be displayed"
)]
pub trait Termination {
    /// The error, if there is one.
    fn failure(self) -> Option<LastWords>;
}

impl Termination for () {
    fn failure(self) -> Option<LastWords> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<E: Display + 'static> Termination for Result<(), E> {
    fn failure(self) -> Option<LastWords> {
        self.err().map(|error| LastWords::of(&error))
    }
}

/// What a program says when it ends with an error.
#[derive(Debug)]
pub struct LastWords {
    text: String,
    code: u8,
}

impl LastWords {
    /// Causes are known of the framework's errors and of boxed ones; others show theirs when displayed with `#`, as
    /// `anyhow` does.
    fn of<E: Display + 'static>(error: &E) -> Self {
        let any: &dyn Any = error;
        let boxed = any.downcast_ref::<Box<dyn Error>>().map(|boxed| &**boxed);
        let shared = any.downcast_ref::<BoxError>().map(|boxed| -> &(dyn Error + 'static) { &**boxed });
        let app = any.downcast_ref::<AppError>().map(|error| -> &(dyn Error + 'static) { error });
        let own = any.downcast_ref::<crate::error::Error>().map(|error| -> &(dyn Error + 'static) { error });
        let known = boxed.or(shared).or(app).or(own);
        let mut text = format!("error: {error:#}");
        for source in known.map(sources).unwrap_or_default() {
            let _infallible = write!(text, "\n  caused by: {source}");
        }
        Self { text, code: known.and_then(code).unwrap_or(1) }
    }

    #[expect(clippy::print_stderr, reason = "the last words of a program")]
    fn say(&self) -> ExitCode {
        eprintln!("{}", self.text);
        ExitCode::from(self.code)
    }
}

fn code(error: &(dyn Error + 'static)) -> Option<u8> {
    if let Some(error) = error.downcast_ref::<AppError>() {
        return Some(error.code());
    }
    if let Some(StartError::Check(_)) = error.downcast_ref::<StartError>() {
        return Some(AppError::MISCONFIGURED);
    }
    match error.downcast_ref::<crate::error::Error>() {
        Some(crate::error::Error::Other(inner)) => code(&**inner),
        _ => None,
    }
}

impl Main {
    /// A runtime of several threads, one for each processor.
    pub const fn new() -> Self {
        Self { current_thread: false, worker_threads: None }
    }

    /// Everything on the main thread.
    pub const fn current_thread(mut self) -> Self {
        self.current_thread = true;
        self
    }

    /// So many threads.
    pub const fn worker_threads(mut self, threads: usize) -> Self {
        self.worker_threads = Some(threads);
        self
    }

    /// Runs the main function; an error is printed with its causes, and becomes the exit code.
    pub fn run<F>(self, main: F) -> ExitCode
    where
        F: Future,
        F::Output: Termination,
    {
        let mut builder = if self.current_thread {
            tokio::runtime::Builder::new_current_thread()
        } else {
            tokio::runtime::Builder::new_multi_thread()
        };
        if let Some(threads) = self.worker_threads {
            builder.worker_threads(threads);
        }
        let runtime = match builder.enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return LastWords::of(&error).say(),
        };
        let failure = runtime.block_on(main).failure();
        // Threads that were left behind must not keep the program.
        runtime.shutdown_background();
        failure.map_or(ExitCode::SUCCESS, |last| last.say())
    }
}
