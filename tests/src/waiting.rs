//! Waiting that cannot hang, and questions about an application at rest.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use looselycoupled::{App, Handle};

/// Longer than anything takes here; under a paused clock it costs nothing.
const LONGEST: Duration = Duration::from_secs(30);

/// Waits for a future that must become ready.
///
/// # Panics
///
/// It does not.
pub async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LONGEST, future).await.expect("something waits for ever")
}

/// Waits until nothing is left to do.
///
/// # Panics
///
/// Something is left for ever; the message names it.
pub async fn settle(app: &App) {
    app.quiesce_within(LONGEST).await.expect("the application comes to rest");
}

/// How many events the provider of an application says it has lost, once there are such.
///
/// # Panics
///
/// There never are.
pub async fn lost(app: &App) -> u64 {
    within(async {
        loop {
            match app.handle().providers()[0].lost {
                0 => tokio::task::yield_now().await,
                lost => return lost,
            }
        }
    })
    .await
}

/// Polls a future once.
pub async fn begin<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// Checks that every module at rest has accounted for what it accepted, and that the dead letters agree.
///
/// # Panics
///
/// A message is lost, or counted twice.
pub fn balanced(handle: &Handle) {
    let statistics = handle.statistics();
    let delayed = &statistics.delayed_events;
    assert_eq!(delayed.accepted, delayed.accounted(), "{delayed:?}");
    let mut lost = delayed.cancelled + delayed.undelivered;
    for module in &statistics.modules {
        assert_eq!(module.accepted, module.accounted(), "{module:?}");
        assert_eq!((module.running, module.queued), (0, 0), "{module:?}");
        lost += module.expired + module.cancelled + module.dropped + module.undelivered;
    }
    let dead = handle.dead_letters();
    assert_eq!(
        dead.letters.len() as u64 + dead.overwritten,
        lost,
        "the dead letters agree with the counters"
    );
}
