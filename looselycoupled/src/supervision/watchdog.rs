//! Naming handlers that keep their loop for too long.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::event_loop::{Progress, Services};
use crate::sync::Arc;
use crate::waits::LoopId;

/// Looks at all loops from a thread of its own, for a handler may hold every thread of the runtime; ends when dropped.
#[derive(Debug)]
pub(crate) struct Watchdog {
    /// Nothing is ever sent.
    _alive: mpsc::Sender<()>,
}

impl Watchdog {
    /// Starts to watch; `None` if the limit is zero.
    pub(crate) fn start(services: &Arc<Services>, limit: Duration) -> Option<Self> {
        if limit.is_zero() {
            return None;
        }
        let (alive, gone) = mpsc::channel();
        let services = Arc::clone(services);
        let watching = thread::Builder::new().name("watchdog".into()).spawn(move || {
            let mut watch = Watch::new(limit);
            while gone.recv_timeout(limit / LOOKS) == Err(mpsc::RecvTimeoutError::Timeout) {
                watch.look(&services);
            }
        });
        if let Err(error) = watching {
            tracing::warn!(target: "looselycoupled", %error, "no thread for the watchdog: nobody names handlers that keep their loops");
        }
        Some(Self { _alive: alive })
    }
}

/// How often a handler is seen before it has reached the limit.
const LOOKS: u32 = 4;

/// What was seen at the last look.
#[derive(Debug)]
struct Watch {
    limit: Duration,
    /// Turns in progress.
    turns: HashMap<LoopId, Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    turn: u32,
    since: Instant,
    told: bool,
}

impl Watch {
    fn new(limit: Duration) -> Self {
        Self { limit, turns: HashMap::new() }
    }

    fn look(&mut self, services: &Services) {
        let now = Instant::now();
        let mut turns = HashMap::new();
        for event_loop in services.loops() {
            let Some(progress) = event_loop.progress() else { continue };
            let (seen, is_overdue) = self.see(event_loop.id(), progress.turn, now);
            turns.insert(event_loop.id(), seen);
            if is_overdue {
                let tenant = event_loop.tenant(progress.label.tenant);
                tell(&tenant.address_of(progress.label.handler), now.duration_since(seen.since), progress);
                // Whoever sees the count finds what was told.
                tenant.counters.exceptions().overdue.add();
            }
        }
        self.turns = turns;
    }

    /// What is to be remembered of a turn, and whether it has reached the limit just now.
    fn see(&self, event_loop: LoopId, turn: u32, now: Instant) -> (Seen, bool) {
        match self.turns.get(&event_loop) {
            Some(seen) if seen.turn == turn => {
                let is_overdue = !seen.told && now.duration_since(seen.since) >= self.limit;
                (Seen { told: seen.told || is_overdue, ..*seen }, is_overdue)
            }
            _ => (Seen { turn, since: now, told: false }, false),
        }
    }
}

fn tell(handler: &str, time: Duration, progress: Progress) {
    let how = if progress.holds_thread { "and its thread " } else { "" };
    tracing::warn!(
        target: "looselycoupled",
        "`{handler}` has kept its loop {how}for more than {time:.1?}; nothing else is handled there meanwhile"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOP: LoopId = LoopId::new(0);
    const SECOND: Duration = Duration::from_secs(1);

    fn look(watch: &mut Watch, turn: u32, now: Instant) -> bool {
        let (seen, is_overdue) = watch.see(LOOP, turn, now);
        watch.turns.insert(LOOP, seen);
        is_overdue
    }

    #[test]
    fn a_turn_is_told_of_once_when_it_reaches_the_limit() {
        let (mut watch, begun) = (Watch::new(4 * SECOND), Instant::now());
        let told: Vec<u32> = (0..12).filter(|second| look(&mut watch, 1, begun + *second * SECOND)).collect();
        assert_eq!(told, [4]);
    }

    #[test]
    fn the_next_turn_of_the_loop_begins_anew() {
        let (mut watch, begun) = (Watch::new(4 * SECOND), Instant::now());
        let told: Vec<u32> =
            (0..12).filter(|second| look(&mut watch, 1 + second / 3, begun + *second * SECOND)).collect();
        assert_eq!(told, [0_u32; 0]);
    }
}
