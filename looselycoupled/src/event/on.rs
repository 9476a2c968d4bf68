//! Calling functions when events come.

use std::fmt;
use std::future::Future;

use super::callback::CallbackResult;
use super::calling::{Bounded, Venue, Wanted, listen};
use super::registration::{Registration, SubscriptionId, parsed};
use crate::envelope::EventRecord;
use crate::module::Handle;
use crate::sync::Arc;

/// A function that is called when events come, until this is dropped.
///
/// Its calls follow each other, each with one event, in the order in which they would reach a handler; they run on an event
/// loop of their own, so that nobody waits for them. A panic, or an error that the function returns, becomes an `exception`
/// of `<pattern>#<id>`, task `callback`; a function that panics when it is dropped is reported in the log. Of more events than
/// the [capacity](Self::capacity) the newest are lost; the function is told of that by a record whose
/// [`gap`](EventRecord::gap) says how many.
///
/// A call that runs is work, which [`quiesce`](Handle::quiesce) and the end of the application wait for.
#[must_use = "the subscription ends when this is dropped; `forever` keeps it"]
pub struct Subscription {
    registration: Registration,
    bounds: Arc<dyn Bounded>,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("pattern", &self.registration.pattern()).finish_non_exhaustive()
    }
}

impl Subscription {
    /// How many events wait for the function at most; at least 1, and 65,536 unless stated.
    pub fn capacity(self, capacity: usize) -> Self {
        self.bounds.bound(capacity);
        self
    }

    /// With which others can [remove](Handle::unsubscribe) the subscription.
    #[must_use]
    pub fn id(&self) -> SubscriptionId {
        self.registration.id()
    }

    /// Lets the subscription stay until it is removed or the application ends.
    #[expect(clippy::must_use_candidate, reason = "most never remove it")]
    pub fn forever(self) -> SubscriptionId {
        self.registration.stay()
    }
}

impl Handle {
    /// Calls a function with every event of a name, or whose name matches a pattern.
    ///
    /// The function gives a future; what that comes to is nothing, or a `Result` whose error becomes an `exception`. It acts
    /// like an event handler: what it sends belongs to the transaction of the event. In the name of a module, it does not hear
    /// what that module sends, and ends when the module is made again.
    ///
    /// # Panics
    ///
    /// The pattern is malformed; see [`subscribe`](Self::subscribe).
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # #[derive(Default)]
    /// # struct Lamp {
    /// #     level: u8,
    /// # }
    /// # #[module]
    /// # impl Lamp {
    /// #     #[task]
    /// #     fn set_level(&mut self, level: u8) -> u8 {
    /// #         std::mem::replace(&mut self.level, level)
    /// #     }
    /// # }
    /// let app = App::builder().module("lamp", Lamp::default()).start().await?;
    /// let handle = app.handle();
    /// let lamp: LampStub = handle.stub("lamp")?;
    /// let subscription = handle.on("door_*", move |event| {
    ///     let lamp = lamp.clone();
    ///     async move {
    ///         lamp.set_level(event.field("level")?).await?;
    ///         Ok::<_, Error>(())
    ///     }
    /// });
    /// handle.trigger_event("door_opened", args! { level: 40 }).await?;
    /// app.quiesce().await;
    /// assert_eq!(handle.exec_task("lamp.set_level", args! { level: 0 }).await?.get::<u8>()?, 40);
    /// drop(subscription);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn on<F, R>(
        &self,
        pattern: &str,
        callback: impl FnMut(EventRecord) -> F + Send + 'static,
    ) -> Subscription
    where
        F: Future<Output = R> + Send + 'static,
        R: CallbackResult,
    {
        on(self, pattern, callback, None)
    }

    /// Calls a function with the next event of a name, or whose name matches a pattern, and then no more. See
    /// [`on`](Self::on).
    ///
    /// # Panics
    ///
    /// The pattern is malformed.
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # #[derive(Default)]
    /// # struct Lamp;
    /// # #[module]
    /// # impl Lamp {
    /// #     #[task]
    /// #     fn level(&self) -> u8 {
    /// #         0
    /// #     }
    /// # }
    /// let app = App::builder().module("lamp", Lamp).start().await?;
    /// let handle = app.handle();
    /// handle.once("door_opened", |event| async move { println!("the first one: {event:?}") });
    /// assert_eq!(handle.trigger_event("door_opened", args! {}).await?, 1);
    /// assert_eq!(handle.trigger_event("door_opened", args! {}).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn once<F, R>(
        &self,
        pattern: &str,
        callback: impl FnOnce(EventRecord) -> F + Send + 'static,
    ) -> SubscriptionId
    where
        F: Future<Output = R> + Send + 'static,
        R: CallbackResult,
    {
        once(self, pattern, callback, None)
    }
}

/// Calls a function with every event: where that is stated, or on a loop of its own.
#[track_caller]
pub(crate) fn on<F, R>(
    handle: &Handle,
    pattern: &str,
    mut callback: impl FnMut(EventRecord) -> F + Send + 'static,
    venue: Option<Venue>,
) -> Subscription
where
    F: Future<Output = R> + Send + 'static,
    R: CallbackResult,
{
    let function = move |record| Some(callback(record));
    let (registration, bounds) = listen(handle, parsed(pattern), function, Wanted::Every, venue);
    Subscription { registration, bounds }
}

/// Calls a function with the next event.
#[track_caller]
pub(crate) fn once<F, R>(
    handle: &Handle,
    pattern: &str,
    callback: impl FnOnce(EventRecord) -> F + Send + 'static,
    venue: Option<Venue>,
) -> SubscriptionId
where
    F: Future<Output = R> + Send + 'static,
    R: CallbackResult,
{
    let mut callback = Some(callback);
    let function = move |record| callback.take().map(|callback| callback(record));
    let (registration, _bounds) = listen(handle, parsed(pattern), function, Wanted::next(), venue);
    registration.stay()
}
