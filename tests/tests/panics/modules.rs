//! Modules that panic whenever they are asked to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use tokio::task::yield_now;

use super::on_purpose::{Charge, Fuse, How, Unreadable, burst};

/// The tasks that panic as they are told.
pub(super) const FATAL: [&str; 6] =
    ["burst", "burst_at_once", "burst_later", "burst_apart", "burst_while_dropping", "drop_argument"];

/// A module of one handler at a time; its state panics when it is dropped.
#[derive(Debug)]
pub(super) struct Fragile(#[expect(dead_code, reason = "matters when it is dropped")] pub(super) Charge);

#[module]
impl Fragile {
    #[task]
    fn sound(&self) -> bool {
        true
    }

    #[task]
    fn burst(&mut self, how: How) {
        burst(how)
    }

    #[task]
    async fn burst_at_once(&mut self, how: How) {
        if how == How::Words {
            burst(how);
        }
        yield_now().await;
        burst(how)
    }

    #[task]
    async fn burst_later(&mut self, how: How) {
        yield_now().await;
        burst(how)
    }

    #[task(blocking)]
    fn burst_apart(&mut self, how: How) {
        burst(how)
    }

    #[task]
    async fn burst_while_dropping(&mut self, how: How) {
        let _fuse = Fuse(how);
        yield_now().await;
    }

    #[task]
    fn drop_argument(&mut self, how: Fuse) {
        drop(how);
    }

    #[task]
    fn read(&mut self, how: Unreadable) {
        let Unreadable = how;
    }

    #[on_event]
    fn on_storm(&mut self, how: How) {
        burst(how)
    }

    #[on_event]
    async fn on_slow_storm(&mut self, how: How) {
        yield_now().await;
        burst(how)
    }
}

/// The same for handlers that overlap.
#[derive(Debug)]
pub(super) struct Wide(#[expect(dead_code, reason = "matters when it is dropped")] pub(super) Charge);

#[module(concurrent)]
impl Wide {
    #[task]
    async fn sound(&self) -> bool {
        yield_now().await;
        true
    }

    #[task]
    fn burst(&self, how: How) {
        burst(how)
    }

    #[task]
    async fn burst_at_once(&self, how: How) {
        burst(how)
    }

    #[task]
    async fn burst_later(&self, how: How) {
        yield_now().await;
        burst(how)
    }

    #[task(blocking)]
    fn burst_apart(&self, how: How) {
        burst(how)
    }

    #[task]
    async fn burst_while_dropping(&self, how: How) {
        let _fuse = Fuse(how);
        yield_now().await;
    }

    #[task]
    fn drop_argument(&self, how: Fuse) {
        drop(how);
    }

    #[task]
    fn read(&self, how: Unreadable) {
        let Unreadable = how;
    }

    #[on_event]
    fn on_storm(&self, how: How) {
        burst(how)
    }

    #[on_event]
    async fn on_slow_storm(&self, how: How) {
        yield_now().await;
        burst(how)
    }
}

/// Calls whom it is told to, and says whether that panicked.
#[derive(Debug, Default)]
pub(super) struct Asker;

#[module(concurrent)]
impl Asker {
    #[task]
    async fn ask(&self, ctx: &Context, address: String, how: How) -> bool {
        matches!(ctx.exec_task(&address, args! { how: how }).await, Err(CallError::Panicked { .. }))
    }
}

/// Counts the exceptions of each handler, as `module.task`, and of each module.
#[derive(Debug, Clone, Default)]
pub(super) struct Ears(Arc<Mutex<HashMap<String, u64>>>);

#[module]
impl Ears {
    #[on_event]
    fn on_exception(&mut self, module: String, task: String, panic: bool) {
        assert!(panic, "nothing else fails here");
        let mut heard = self.0.lock().unwrap();
        *heard.entry(format!("{module}.{task}")).or_default() += 1;
        *heard.entry(module).or_default() += 1;
    }
}

impl Ears {
    /// How many were heard of a module or a handler.
    pub(super) fn heard(&self, of: &str) -> u64 {
        self.0.lock().unwrap().get(of).copied().unwrap_or_default()
    }
}
