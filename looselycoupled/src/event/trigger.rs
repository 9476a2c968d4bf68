//! Sending an event.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::connect::forward;
use crate::address::event_name;
use crate::call::{Passage, block_on, budget, may_block, origin_not_active, used_twice};
use crate::envelope::{Event, EventRecord, is_own};
use crate::error::{Error, EventError};
use crate::event_loop::{Activation, Kind, current, drop_safely};
use crate::interceptor::Rejected;
use crate::lifecycle::{Gate, Phase};
use crate::metadata::{Lineage, Priority};
use crate::module::{Application, Confirmation, Context as ModuleContext, ExitReason, Handle, Unconfirmed};
use crate::router::Terms;
use crate::sync::Arc;
use crate::value::Arguments;

/// The event that ends the application.
pub(crate) const EXIT: &str = "exit";

/// An event on its way: await it until it stands in the queue of everybody who hears it.
///
/// Yields how many handlers, connected tasks and subscriptions hear it, or, of an event that is [handed over](crate::provider::Via)
/// to providers, how many those are. A handler that is slow delays nobody; one whose queue is full loses
/// the event, which its module's statistics count.
///
/// # Errors
///
/// When awaited, [`Error::Event`]: the name or an argument is at fault, or this is not the time.
///
/// # Cancel safety
///
/// The event is sent at the first poll, whole or not at all. A [durable](crate::provider::Via::durable) one that is given up may be
/// sent, or may not.
#[must_use = "nothing is sent until this is awaited"]
pub struct Trigger {
    pub(super) application: Arc<Application>,
    pub(super) record: Option<Result<EventRecord, Error>>,
    /// Set while interceptors look at the event.
    passage: Option<Box<Passage>>,
    /// Set while providers are asked to keep it.
    confirmation: Option<Confirmation>,
}

impl fmt::Debug for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trigger").field("record", &self.record).finish_non_exhaustive()
    }
}

impl Trigger {
    fn new(application: &Arc<Application>, record: Result<EventRecord, Error>) -> Self {
        Self { application: Arc::clone(application), record: Some(record), passage: None, confirmation: None }
    }

    /// Gives the event a priority instead of the sender's.
    pub fn priority(mut self, priority: Priority) -> Self {
        if let Some(Ok(record)) = &mut self.record {
            record.set_priority(priority);
        }
        self
    }

    /// Lets interceptors look at the event, if there are any and it can be sent at all.
    #[inline]
    pub(super) fn pass(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.application.services.has_detours() { self.be_looked_at(cx) } else { Poll::Ready(Ok(())) }
    }

    #[cold]
    fn be_looked_at(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(Ok(record)) = &self.record else { return Poll::Ready(Ok(())) };
        if self.passage.is_none() {
            self.passage = Passage::of_event(&self.application.services, record);
        }
        let Some(passage) = &mut self.passage else { return Poll::Ready(Ok(())) };
        let looked_at = ready!(passage.poll(cx));
        self.passage = None;
        Poll::Ready(match (looked_at, self.record.take()) {
            (Ok(message), Some(Ok(record))) => {
                self.record = Some(Ok(record.with_headers(message.into_lineage().headers)));
                Ok(())
            }
            (Err(Rejected { cause }), Some(Ok(record))) => {
                Err(not_sent(record.name(), EventError::Rejected(cause)))
            }
            (_, record) => {
                self.record = record;
                Ok(())
            }
        })
    }

    /// Has the event kept by the providers that are to keep it: by how many; nothing if there are none.
    #[cold]
    fn be_kept(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<usize>, Error>> {
        let Some(Ok(record)) = &self.record else { return Poll::Ready(Ok(None)) };
        if self.confirmation.is_none() {
            let elsewhere = self.application.elsewhere.get().filter(|_| record.process().is_none());
            self.confirmation = elsewhere.and_then(|elsewhere| Arc::clone(elsewhere).keep(record));
        }
        let Some(confirmation) = &mut self.confirmation else { return Poll::Ready(Ok(None)) };
        let kept = ready!(confirmation.as_mut().poll(cx));
        self.confirmation = None;
        let Some(Ok(record)) = self.record.take() else { used_twice() };
        Poll::Ready(match kept {
            Ok(number) => {
                if let Some(witness) = &self.application.witness {
                    witness(&record);
                }
                self.application.services.emissions.note(record.name(), record.sender(), true);
                Ok(Some(number))
            }
            Err(Unconfirmed { via, cause }) => {
                Err(not_sent(record.name(), EventError::Unconfirmed { via, cause }))
            }
        })
    }

    /// Sends the event from a thread that may block.
    ///
    /// # Errors
    ///
    /// As when awaited, and [`EventError::WrongThread`] on a thread of a runtime.
    pub fn blocking(self) -> Result<usize, Error> {
        if let (false, Some(Ok(record))) = (may_block(), &self.record) {
            return Err(not_sent(record.name(), EventError::WrongThread));
        }
        let application = Arc::clone(&self.application);
        block_on(&application.services, self)
    }
}

impl Future for Trigger {
    type Output = Result<usize, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if budget(cx).is_pending() {
            return Poll::Pending;
        }
        if self.confirmation.is_none() {
            ready!(self.pass(cx))?;
        }
        if self.application.elsewhere.get().is_some()
            && let Some(kept) = ready!(self.be_kept(cx))?
        {
            return Poll::Ready(Ok(kept));
        }
        let Some(record) = self.record.take() else { used_twice() };
        Poll::Ready(record.map(|record| publish(&self.application, &record)))
    }
}

/// Hands an event to everybody who hears it, also where it is forwarded to.
pub(crate) fn publish(application: &Application, record: &EventRecord) -> usize {
    publish_on(application, record, Terms::default())
}

/// The same on terms.
#[inline]
pub(crate) fn publish_on(application: &Application, record: &EventRecord, terms: Terms<'_>) -> usize {
    let mut heard = hand_out(application, record, terms);
    if terms.group.is_none() && application.router.connections.any() {
        heard += forward(application, record, terms);
    }
    application.services.emissions.note(record.name(), record.sender(), heard > 0);
    if heard == 0 {
        application.services.unheard.add();
        tracing::debug!(target: "looselycoupled", event = record.name(), "nobody hears this event");
    }
    heard
}

/// Hands an event to everybody who hears it under this name.
pub(super) fn hand_out(application: &Application, record: &EventRecord, terms: Terms<'_>) -> usize {
    if let Some(witness) = &application.witness {
        witness(record);
    }
    if let Some(heard) = handed_over(application, record) {
        return heard;
    }
    let heard = application.router.publish_on(record, is_own(record.name()), terms);
    if record.name() == EXIT {
        application.exit.ask(ExitReason::Event);
    }
    heard
}

/// Hands an event of this process to the providers that decide who hears it, here as well, if there are such; how many those are.
#[inline]
fn handed_over(application: &Application, record: &EventRecord) -> Option<usize> {
    let elsewhere = application.elsewhere.get()?;
    if record.process().is_some() { None } else { elsewhere.hand_over(record) }
}

#[cold]
pub(super) fn not_sent(name: &str, cause: EventError) -> Error {
    Error::Event { name: name.into(), cause: Box::new(cause) }
}

impl Handle {
    /// Broadcasts an event as a Rust value. Handlers that listen by name get its fields.
    ///
    /// # Errors
    ///
    /// When awaited, [`Error::Event`]: the name belongs to another type, or this is not the time. That nobody
    /// listens is no error; the statistics count it.
    ///
    /// # Cancel safety
    ///
    /// See [`Trigger`].
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
    ///
    /// #[event]
    /// #[derive(Debug, Clone, Serialize, Deserialize)]
    /// struct Sunset {
    ///     level: u8,
    /// }
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
    /// #     #[on_event]
    /// #     fn on_sunset(&mut self, level: u8) {
    /// #         self.level = level;
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = App::builder().module("lamp", Lamp::default()).start().await?;
    /// let listeners = app.handle().trigger(Sunset { level: 80 }).await?;
    /// assert_eq!(listeners, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn trigger<E: Event>(&self, event: E) -> Trigger {
        let fits = |sending| {
            let known = self.application.router.with_subscriptions(|known| known.type_of(E::NAME).copied());
            match known {
                Some(expected) if !expected.is::<E>() => {
                    let (expected, found) = (expected.info.type_name, E::INFO.type_name);
                    Err(not_sent(E::NAME, EventError::Type { expected, found }))
                }
                _ => Ok(sending),
            }
        };
        let record = match self.sending(E::NAME).and_then(fits) {
            Ok((lineage, source)) => Ok(EventRecord::typed_from(event, lineage, source)),
            Err(refusal) => {
                // A panic of the event must not take the place of the refusal.
                drop_safely(event);
                Err(refusal)
            }
        };
        Trigger::new(&self.application, record)
    }

    /// Broadcasts an event by name. Handlers that listen to its type get the arguments decoded.
    ///
    /// # Errors
    ///
    /// When awaited, [`Error::Event`]: the name or an argument is at fault, or this is not the time.
    ///
    /// # Cancel safety
    ///
    /// See [`Trigger`].
    ///
    /// # Examples
    ///
    /// ```
    /// use looselycoupled::prelude::*;
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
    /// #     #[on_event]
    /// #     fn on_sunset(&mut self, level: u8) {
    /// #         self.level = level;
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = App::builder().module("lamp", Lamp::default()).start().await?;
    /// let handle = app.handle();
    /// assert_eq!(handle.trigger_event("sunset", args! { level: 80 }).priority(Priority::High).await?, 1);
    /// assert_eq!(handle.trigger_event("sunrise", args! {}).await?, 0);
    /// assert_eq!(handle.statistics().unheard_events, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn trigger_event(&self, name: &str, arguments: Arguments) -> Trigger {
        let record = self.sending(name).and_then(|(lineage, source)| {
            event_name(name).map_err(|error| not_sent(name, error.into()))?;
            EventRecord::named_from(name, arguments, lineage, source)
                .map_err(|error| not_sent(name, EventError::Argument(error)))
        });
        Trigger::new(&self.application, record)
    }

    /// [`trigger_event`](Self::trigger_event) for threads that may block.
    ///
    /// # Errors
    ///
    /// As for `trigger_event`, and [`EventError::WrongThread`] on a thread of a runtime.
    pub fn trigger_event_blocking(&self, name: &str, arguments: Arguments) -> Result<usize, Error> {
        self.trigger_event(name, arguments).blocking()
    }

    /// What an event that is sent here and now inherits, and its source.
    fn sending(&self, name: &str) -> Result<(Lineage, Option<Arc<str>>), Error> {
        if let Some((module, state)) = origin_not_active(self) {
            return Err(not_sent(name, EventError::NotActive { module, state }));
        }
        let services = &self.application.services;
        let mut lineage = current(|activation| {
            let here =
                |sender: &&Activation| std::ptr::eq(sender.event_loop().services(), &raw const **services);
            self.lineage_for(name, activation.filter(here))
        })?;
        if name == EXIT {
            lineage.priority = Priority::Highest;
        }
        let station = self.application.router.directory.station(lineage.source);
        Ok((lineage, station.map(|station| Arc::clone(&station.tenant().name))))
    }

    fn lineage_for(&self, name: &str, activation: Option<&Activation>) -> Result<Lineage, Error> {
        let gate = self.application.gate();
        let Some(activation) = activation else {
            if gate > Gate::Running {
                return Err(not_sent(name, EventError::ShuttingDown));
            }
            let root = || Lineage::root(crate::metadata::ModuleIndex::OUTSIDE, Priority::Normal);
            return Ok(self.outside_lineage().unwrap_or_else(root));
        };
        let tenant = activation.event_loop().tenant(activation.seed.label.tenant);
        let state = Phase::of(tenant);
        if activation.seed.kind == Kind::Hook && state != Phase::Active {
            return Err(not_sent(name, EventError::NotActive { module: (&*tenant.name).into(), state }));
        }
        if gate == Gate::Closed {
            return Err(not_sent(name, EventError::ShuttingDown));
        }
        activation.count();
        Ok(activation.pass_on())
    }
}

impl ModuleContext {
    /// Broadcasts the event that is named after this module: `<module>_event`.
    ///
    /// # Errors
    ///
    /// As for [`trigger_event`](Handle::trigger_event).
    ///
    /// # Cancel safety
    ///
    /// See [`Trigger`].
    pub fn trigger_own_event(&self, arguments: Arguments) -> Trigger {
        self.trigger_event(&own_event(self.name()), arguments)
    }
}

/// The event that every module has without naming it.
pub(crate) fn own_event(module: &str) -> String {
    format!("{module}_event")
}
