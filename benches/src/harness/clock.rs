//! The two clocks.

use std::time::Instant;

use super::Flavour;

/// Measures CPU time of this thread (`ct`) or wall time (`mt2`).
///
/// Everything of a `current_thread` runtime happens on one thread, so its CPU time leaves out what other
/// processes take of the machine. With two workers only the wall clock sees all of it.
pub enum Clock {
    Cpu(u64),
    Wall(Instant),
}

impl Clock {
    pub fn start(flavour: Flavour) -> Self {
        match flavour {
            Flavour::CurrentThread => Self::cpu(),
            Flavour::MultiThread => Self::wall(),
        }
    }

    pub fn cpu() -> Self {
        Self::Cpu(thread_cpu_ns())
    }

    pub fn wall() -> Self {
        Self::Wall(Instant::now())
    }

    /// Nanoseconds since the start.
    pub fn ns(&self) -> f64 {
        match self {
            Self::Cpu(start) => (thread_cpu_ns() - start) as f64,
            Self::Wall(start) => start.elapsed().as_nanos() as f64,
        }
    }

    /// Nanoseconds per operation since the start.
    pub fn ns_per(&self, operations: u64) -> f64 {
        self.ns() / operations as f64
    }

    /// Operations per second since the start.
    pub fn per_second(&self, operations: u64) -> f64 {
        operations as f64 / self.ns() * 1e9
    }
}

#[expect(unsafe_code, reason = "std does not offer the CPU time of a thread")]
fn thread_cpu_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for writing for the whole call.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(status, 0, "the clock of the thread can be read");
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
