//! Finding loops, opening and closing them.

use std::time::Duration;

use super::EventLoop;
use super::guest::{guests, settled};
use crate::address::{Known, loop_name, nearest};
use crate::dispatch::begin_wait;
use crate::error::{Error, LoopError};
use crate::event::{HOSTED, Venue};
use crate::event_loop::{Change, EventLoop as Loop, Label, LoopFrame, LoopOptions, LoopThread, current};
use crate::lifecycle::Gate;
use crate::metadata::Priority;
use crate::module::Handle;
use crate::router::Station;
use crate::sync::Arc;
use crate::waits::{Pending, WaitId};

impl Handle {
    /// The shared event loop of a name: one on which modules have been put, or that has been [opened](Self::open_loop) and is
    /// still there.
    ///
    /// # Errors
    ///
    /// [`LoopError::Unknown`]: there is none of this name; the error knows the nearest. The own loop of a module is none.
    pub fn event_loop(&self, name: &str) -> Result<EventLoop, Error> {
        let loops = self.application.services.loops();
        let known = || loops.iter().filter_map(|known| Some((known, known.guest()?, known.opened())));
        let shared = || known().filter(|(known, _, open)| open.is_some() || !known.was_opened());
        let Some((found, guest, open)) = shared().find(|(found, ..)| &**found.name() == name) else {
            let names = || shared().map(|(found, ..)| &**found.name());
            let suggestion = nearest(name, names()).map(Into::into);
            let known = if suggestion.is_none() { Known::of(names()) } else { Known::default() };
            return Err(LoopError::Unknown { name: name.into(), suggestion, known: known.into() }.into());
        };
        let venue = Venue { station: Station::new(Arc::clone(found), guest), open };
        Ok(EventLoop { handle: self.clone(), venue })
    }

    /// Opens an event loop for a while, for [hosted objects](EventLoop::host) and callbacks.
    ///
    /// # Errors
    ///
    /// [`LoopError`]: the name breaks the rules or is taken, there is no thread for it, or the application is ending.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::LoopOptions;
    /// use looselycoupled::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder().start().await?;
    /// let bus = app.handle().open_loop("bus", LoopOptions::new())?;
    /// let counter = bus.host(0_u32);
    /// counter.call(|count| *count += 1).enqueue().await?;
    /// assert_eq!(counter.call(|count| *count).await?, 1);
    /// bus.close().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn open_loop(&self, name: &str, options: LoopOptions) -> Result<EventLoop, Error> {
        loop_name(name).map_err(LoopError::Name)?;
        if self.application.gate() > Gate::Running {
            return Err(LoopError::ShuttingDown { name: name.into() }.into());
        }
        if let Some(option) = options.zero() {
            let reason = "a bound must be at least 1";
            return Err(LoopError::Options { name: name.into(), option, reason }.into());
        }
        if options.sets_concurrency() {
            let (option, reason) = ("concurrency", "nothing overlaps there");
            return Err(LoopError::Options { name: name.into(), option, reason }.into());
        }
        let services = &self.application.services;
        let lease = self.application.module(name).is_none().then(|| services.lease_named(name.into()));
        let Some(lease) = lease.flatten() else { return Err(LoopError::Taken { name: name.into() }.into()) };
        let thread = options.has_thread().then(|| LoopThread::start(name)).transpose();
        let thread = thread.map_err(|source| LoopError::Thread { name: name.into(), source })?;
        let frame = LoopFrame {
            name: Some(name.into()),
            thread: thread.as_ref().map(LoopThread::runtime),
            keeps: thread,
            exits_on_failure: options.exits_on_failure(),
        };
        let open = Loop::open(lease, frame, options.limits(false), guests(name.into()), services);
        if let Some(resident) = settled(&self.application) {
            let _moved_in = open.event_loop().move_in(0, resident);
        }
        let station = Station::new(Arc::clone(open.event_loop()), 0);
        station.event_loop.announce(Change::Started);
        Ok(EventLoop { handle: self.clone(), venue: Venue { station, open: Some(open) } })
    }
}

impl EventLoop {
    /// Lets a loop that was opened do what waits, and ends it. From now on it takes nothing in: calls are refused with
    /// [`CallError::Closed`](crate::CallError::Closed), and callbacks hear nothing more; the thread that it may have ends with it.
    ///
    /// A loop that modules are on ends with the application only: there, this waits until what waits now has been done, unless
    /// its queue refuses a call of the lowest priority. A handler that something there waits for would wait for itself; then,
    /// and on the loop itself, this returns at once.
    ///
    /// # Cancel safety
    ///
    /// Safe: the loop ends all the same.
    pub async fn close(self) {
        let Some(open) = &self.venue.open else {
            let behind_all = self.host(()).call(|()| ()).priority(Priority::Lowest);
            let _reached = behind_all.timeout(Duration::MAX).await;
            return;
        };
        open.end();
        self.handle.application.router.listeners.forget_on(open.event_loop());
        if let Some(ending) = Ending::of(&self.venue.station) {
            ending.station.event_loop.task_ended().await;
        }
    }
}

/// Somebody waits for the end of a loop.
struct Ending {
    station: Station,
    wait: Option<WaitId>,
}

impl Ending {
    /// `None` if whoever asks would wait for himself.
    fn of(station: &Station) -> Option<Self> {
        let label = Label { tenant: station.tenant, handler: HOSTED };
        let pending = || Arc::clone(&station.event_loop) as Arc<dyn Pending>;
        let wait = current(|here| begin_wait(station, label, here, &pending)).ok()?;
        Some(Self { station: station.clone(), wait })
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(wait) = self.wait.take() {
            self.station.event_loop.services().waits.end(wait);
        }
    }
}
