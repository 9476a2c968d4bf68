//! The way of a message past the interceptors, before anything of it is sent.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::dispatch::{Request, prospect};
use crate::envelope::EventRecord;
use crate::event_loop::Services;
use crate::interceptor::{Interceptors, Message, Rejected};
use crate::metadata::Lineage;
use crate::module::TaskInfo;
use crate::reply::CallError;
use crate::router::Station;

/// A message that is being looked at.
pub(crate) struct Passage {
    passing: Pin<Box<dyn Future<Output = Result<Message, Rejected>> + Send>>,
    /// Of a call that has a deadline.
    timer: Option<Pin<Box<Sleep>>>,
}

impl fmt::Debug for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passage").finish_non_exhaustive()
    }
}

/// What is known of a task that has passed.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    /// What it inherits; as without interceptors if nobody looked at it.
    pub(crate) lineage: Option<Lineage>,
    /// What is left of its time.
    pub(crate) timeout: Option<Duration>,
}

/// A task that is about to be sent, and whether somebody waits for it.
#[derive(Clone, Copy)]
pub(crate) struct Errand<'a> {
    pub(crate) station: &'a Station,
    pub(crate) task: &'static TaskInfo,
    pub(crate) request: Request<'a>,
    pub(crate) is_awaited: bool,
}

impl Errand<'_> {
    /// Lets the task pass; `passage` keeps what is under way.
    #[cold]
    pub(crate) fn pass(
        &self,
        passage: &mut Option<Box<Passage>>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Passed, CallError<Infallible>>> {
        if passage.is_none() {
            *passage = self.begin();
        }
        let Some(under_way) = passage else { return Poll::Ready(Ok(Passed::default())) };
        let outcome = match under_way.poll(cx) {
            Poll::Ready(Ok(message)) => {
                Ok(Passed { lineage: Some(message.into_lineage()), timeout: under_way.time_left() })
            }
            Poll::Ready(Err(Rejected { cause })) => {
                Err(self.refuse(|address| CallError::Rejected { address, cause }))
            }
            Poll::Pending if under_way.is_late(cx) => {
                Err(self.refuse(|address| CallError::Timeout { address, begun: false }))
            }
            Poll::Pending => return Poll::Pending,
        };
        *passage = None;
        Poll::Ready(outcome)
    }

    /// `None` if nobody looks at it.
    fn begin(&self) -> Option<Box<Passage>> {
        let services = self.station.event_loop.services();
        let interceptors = Interceptors::of(services)?;
        let (lineage, deadline) = prospect(self.station, self.task, &self.request, self.is_awaited);
        let source = services.name_of(lineage.source);
        let message = Message::of_task(self.is_awaited, self.address(), source, lineage);
        let timer = deadline.map(|deadline| Box::pin(sleep_until(deadline)));
        Some(Box::new(Passage { passing: Box::pin(interceptors.pass(message)), timer }))
    }

    fn address(&self) -> Box<str> {
        self.station.tenant().address_of(self.task.index as u16).into()
    }

    fn refuse(&self, error: impl FnOnce(Box<str>) -> CallError<Infallible>) -> CallError<Infallible> {
        self.station.tenant().refuse(self.task.index as u16, self.is_awaited);
        error(self.address())
    }
}

impl Passage {
    /// The way of an event; `None` if nobody looks at it.
    pub(crate) fn of_event(services: &Services, record: &EventRecord) -> Option<Box<Self>> {
        let interceptors = Interceptors::of(services)?;
        let passing = interceptors.pass(Message::of_event(record.clone()));
        Some(Box::new(Self { passing: Box::pin(passing), timer: None }))
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Message, Rejected>> {
        self.passing.as_mut().poll(cx)
    }

    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        self.timer.as_mut().is_some_and(|timer| timer.as_mut().poll(cx).is_ready())
    }

    fn time_left(&self) -> Option<Duration> {
        let deadline = self.timer.as_ref()?.deadline();
        Some(deadline.saturating_duration_since(Instant::now()))
    }
}
