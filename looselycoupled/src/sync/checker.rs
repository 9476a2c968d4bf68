//! Running a model under the checker that stands in.

use std::cell::Cell;
use std::sync::Once;

#[cfg(loom)]
pub(crate) use loom::thread::{JoinHandle, spawn, yield_now};
#[cfg(shuttle)]
pub(crate) use shuttle::future::block_on as drive;
#[cfg(shuttle)]
pub(crate) use shuttle::thread::{JoinHandle, spawn, yield_now};

#[cfg(loom)]
pub(crate) use under_loom::drive;
#[cfg(loom)]
use under_loom::{explore, replay};
#[cfg(shuttle)]
use under_shuttle::{explore, replay};

thread_local! {
    /// All threads of a model are one of the operating system.
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Explores what a model does; a panic anywhere in it is a failure, even one that the core catches.
///
/// A failure prints one line with which it comes again.
pub(crate) fn check(model: fn()) {
    notice_panics();
    explore(move || {
        model();
        assert!(!PANICKED.get(), "something panicked, and the core caught it");
    });
}

/// What fails in a model may end the process while it is dropped, so that this is the place to say how it comes again.
fn notice_panics() {
    static NOTICED: Once = Once::new();
    NOTICED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            before(panic);
            if !PANICKED.replace(true) {
                eprintln!("replay: {}", replay());
            }
        }));
    });
    PANICKED.set(false);
}

/// The test that this thread runs.
fn name() -> String {
    std::thread::current().name().unwrap_or("models").to_owned()
}

/// A number from the environment.
fn setting(key: &str, usual: usize) -> usize {
    std::env::var(key).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[cfg(loom)]
mod under_loom {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Wake, Waker};

    use loom::sync::Notify;

    use super::{name, setting};

    /// All schedules with at most so many preemptions.
    const PREEMPTIONS: usize = 3;

    pub(super) fn explore(model: impl Fn() + Send + Sync + 'static) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(setting("LOOM_MAX_PREEMPTIONS", PREEMPTIONS));
        builder.max_branches = 100_000;
        let executions = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&executions);
        builder.check(move || {
            count.fetch_add(1, Ordering::Relaxed);
            model();
        });
        println!("{}: {} executions", name(), executions.load(Ordering::Relaxed));
    }

    pub(super) fn replay() -> String {
        format!("LOOM_LOG=trace LOOM_LOCATION=1 bash .ci/models loom --exact {}", name())
    }

    struct Bell(Notify);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.notify();
        }
    }

    /// Polls a future to its end on this thread; now and then without need, as a runtime may.
    pub(crate) fn drive<F: Future>(future: F) -> F::Output {
        let bell = Arc::new(Bell(Notify::new()));
        let waker = Waker::from(Arc::clone(&bell));
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            bell.0.wait();
        }
    }
}

#[cfg(shuttle)]
mod under_shuttle {
    use std::path::PathBuf;
    use std::sync::{Arc, LazyLock};
    use std::{env, fs, process};

    use shuttle::scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler};
    use shuttle::{Config, FailurePersistence, Runner};

    use super::{name, setting};

    const REPLAY: &str = "SHUTTLE_REPLAY";
    /// How many places at which another thread must take over are looked for together.
    const DEPTH: usize = 3;

    /// Where schedules that failed are written.
    static FAILURES: LazyLock<PathBuf> =
        LazyLock::new(|| env::temp_dir().join(format!("looselycoupled-models-{}", process::id())));

    pub(super) fn explore(model: impl Fn() + Send + Sync + 'static) {
        let model = Arc::new(model);
        if let Ok(schedule) = env::var(REPLAY) {
            return run(ReplayScheduler::new_from_encoded(&schedule), &model);
        }
        let schedules = setting("SHUTTLE_SCHEDULES", 7_000);
        let with_priorities = schedules * 2 / 7;
        run(RandomScheduler::new(schedules - with_priorities), &model);
        run(PctScheduler::new(DEPTH, with_priorities), &model);
    }

    fn run(scheduler: impl Scheduler + 'static, model: &Arc<impl Fn() + Send + Sync + 'static>) {
        let mut config = Config::new();
        config.stack_size = 1 << 18;
        config.silence_warnings = true;
        config.failure_persistence = FailurePersistence::File(Some(FAILURES.clone()));
        let model = Arc::clone(model);
        let _made = fs::create_dir_all(&*FAILURES);
        Runner::new(scheduler, config).run(move || model());
        let _emptied = fs::remove_dir(&*FAILURES);
    }

    /// shuttle has written the schedule, in a folder that must be there, before it passes the panic on.
    pub(super) fn replay() -> String {
        let files = fs::read_dir(&*FAILURES).into_iter().flatten().flatten();
        let schedule = files.map(|file| file.path()).find_map(|file| fs::read_to_string(file).ok());
        let _left_over = fs::remove_dir_all(&*FAILURES);
        let schedule = schedule.unwrap_or_default();
        format!("{REPLAY}={} bash .ci/models shuttle --exact {}", schedule.trim(), name())
    }
}
