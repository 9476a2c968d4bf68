//! A public type in a private room.

use std::sync::atomic::{AtomicU64, Ordering};

use looselycoupled::prelude::*;

use crate::DoorMoved;

/// A door that many pass at once.
#[derive(Debug, Default)]
pub struct Door {
    passed: AtomicU64,
}

#[module(concurrent)]
impl Door {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Lets somebody pass and says how many have.
    #[task]
    async fn pass(&self, ctx: &Context) -> Result<u64> {
        let _heard_by = ctx.trigger(DoorMoved::Opened).await?;
        Ok(self.passed.fetch_add(1, Ordering::Relaxed) + 1)
    }

    #[on_event(DoorMoved)]
    fn hear(&self, moved: &DoorMoved) {
        if *moved == DoorMoved::Opened {
            self.passed.store(0, Ordering::Relaxed);
        }
    }

    #[run(thread)]
    fn run(ctx: Context) {
        while ctx.sleep_blocking(Duration::from_millis(10)) {}
    }
}
