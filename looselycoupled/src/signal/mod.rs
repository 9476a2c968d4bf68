//! Signals: typed events of plain structs.
//!
//! A struct that is no module tells others what happens to it by a [`Signal`] among its fields. There are no names, no queue
//! and no application: whoever has the struct connects, and emitting calls the listeners.

mod connection;
mod guard;
mod later;
mod next;
mod slots;

pub use connection::Connection;
pub use next::Next;

use std::fmt;

use slots::Slots;

use crate::sync::Arc;

/// Something that happens again and again, with a value each time.
///
/// [`emit`](Self::emit) calls all listeners one after the other, in the order in which they were connected. Listeners may
/// connect, disconnect (also themselves) and emit in their turn: who is disconnected is called no more, who is connected
/// meanwhile hears the next emission, and no lock is held that they could wait for.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU8, Ordering};
/// use std::sync::Arc;
///
/// use looselycoupled::Signal;
///
/// #[derive(Default)]
/// struct Dial {
///     turned: Signal<u8>,
/// }
///
/// let (dial, level) = (Dial::default(), Arc::new(AtomicU8::new(0)));
/// let connection = dial.turned.connect({
///     let level = Arc::clone(&level);
///     move |to| level.store(*to, Ordering::Relaxed)
/// });
/// assert_eq!(dial.turned.emit(40), 1);
/// assert_eq!(level.load(Ordering::Relaxed), 40);
///
/// drop(connection);
/// assert_eq!(dial.turned.emit(80), 0);
/// ```
pub struct Signal<T>(Arc<Slots<T>>);

impl<T> Default for Signal<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> fmt::Debug for Signal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal").field("listeners", &self.listeners()).finish()
    }
}

impl<T: 'static> Signal<T> {
    /// A signal that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `listener` at every emission, on the thread that emits, until the connection is dropped.
    ///
    /// A listener that panics, also when it is dropped, is reported in the log; the others are called all the same, and whoever
    /// emits, disconnects or drops the signal goes on.
    pub fn connect(&self, listener: impl Fn(&T) + Send + Sync + 'static) -> Connection {
        let slot = Slots::add(&self.0, Box::new(listener));
        Connection::new(&self.0, &slot, None)
    }
}

impl<T: Clone + Send + 'static> Signal<T> {
    /// Runs `listener` with a clone of every value that is emitted, one after the other and in order, on the runtime on which
    /// this is called. The emitter does not wait.
    ///
    /// Up to 65,536 values wait for a slow listener; of more the newest are lost and [counted](Connection::missed). What waits
    /// is still called with when the signal is dropped, but not when the connection is. A listener that panics, also when what
    /// it gave is dropped, is reported in the log, and gets the next value.
    ///
    /// The listener lives with its runtime: when that ends the listener is disconnected, and what it has not handled by then, a
    /// call that was under way included, is counted as missed and mentioned in the log.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio. [`connect`](Self::connect) needs none.
    ///
    /// # Examples
    ///
    /// A task of a module as the listener:
    ///
    /// ```
    /// use looselycoupled::Signal;
    /// use looselycoupled::prelude::*;
    ///
    /// #[derive(Default)]
    /// struct Lamp {
    ///     level: u8,
    /// }
    ///
    /// #[module]
    /// impl Lamp {
    ///     #[task]
    ///     fn set_level(&mut self, level: u8) -> u8 {
    ///         std::mem::replace(&mut self.level, level)
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = App::builder().module("lamp", Lamp::default()).start().await?;
    /// let (turned, lamp) = (Signal::new(), app.handle().stub::<LampStub>("lamp")?);
    /// let connection = turned.connect_async(move |level| {
    ///     let set = lamp.set_level(level);
    ///     async move {
    ///         if let Err(error) = set.await {
    ///             eprintln!("{error}");
    ///         }
    ///     }
    /// });
    /// turned.emit(40);
    /// # drop(connection);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn connect_async<F: Future<Output = ()> + Send + 'static>(
        &self,
        listener: impl FnMut(T) -> F + Send + 'static,
    ) -> Connection {
        later::connect(&self.0, listener, &later::runtime())
    }

    /// Waits for the next emission: the first from now on, whether this has been polled by then or not.
    pub fn next(&self) -> Next<T> {
        Next::new(&self.0)
    }
}

impl<T> Signal<T> {
    /// Calls all listeners; returns how many. They get the value by reference, those that run later a clone of it.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "at the call `emit(40)` reads better than `emit(&40)`")]
    pub fn emit(&self, value: T) -> usize {
        self.0.tell(&value)
    }

    /// How many listeners are connected, waits included.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.0.count()
    }
}
