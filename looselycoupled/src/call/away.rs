//! Addresses that lead nowhere here: to another process, or astray.

use std::task::{Context, Poll};

use super::used_twice;
use crate::dispatch::{Request, departing};
use crate::event_loop::Services;
use crate::lifecycle::Gate;
use crate::module::{Departure, Elsewhere, Handle, Journey};
use crate::reply::CallError;
use crate::sync::Arc;
use crate::value::{Arguments, Value};

/// What is known of an address that leads to no module of this process, until somebody is told.
#[derive(Default)]
pub(super) struct Astray(Option<Box<Elseway>>);

enum Elseway {
    Nowhere(CallError),
    /// The module is in another process.
    ToOthers {
        elsewhere: Arc<dyn Elsewhere>,
        services: Arc<Services>,
        address: Box<str>,
    },
    UnderWay(Journey),
}

impl Astray {
    #[cold]
    pub(super) fn nowhere(error: CallError) -> Self {
        Self(Some(Box::new(Elseway::Nowhere(error))))
    }

    /// The way to a module in another process; `None` if none is said to be there.
    #[cold]
    pub(super) fn to_others(handle: &Handle, module: &str, address: &str) -> Option<Self> {
        let application = &handle.application;
        let elsewhere = application.elsewhere.get().filter(|elsewhere| elsewhere.knows(module))?;
        Some(Self(Some(Box::new(Elseway::ToOthers {
            elsewhere: Arc::clone(elsewhere),
            services: Arc::clone(&application.services),
            address: address.into(),
        }))))
    }

    /// What is wrong with the address, for who cannot go elsewhere.
    #[cold]
    pub(super) fn tell(&mut self) -> CallError {
        match self.0.take().map(|elseway| *elseway) {
            Some(Elseway::Nowhere(error)) => error,
            Some(Elseway::ToOthers { address, .. }) => CallError::Unreachable {
                cause: "what is to be sent later has to be for a module of this process".into(),
                via: "the line of what is sent later".into(),
                address,
            },
            Some(Elseway::UnderWay(_)) | None => used_twice(),
        }
    }

    /// The application in which it leads to others.
    pub(super) fn services(&self) -> Option<Arc<Services>> {
        match self.0.as_deref()? {
            Elseway::ToOthers { services, .. } => Some(Arc::clone(services)),
            Elseway::Nowhere(_) | Elseway::UnderWay(_) => None,
        }
    }

    pub(super) fn address(&self) -> Option<Box<str>> {
        match self.0.as_deref()? {
            Elseway::ToOthers { address, .. } => Some(address.clone()),
            Elseway::Nowhere(_) | Elseway::UnderWay(_) => None,
        }
    }

    /// What comes of it.
    #[cold]
    pub(super) fn poll(
        &mut self,
        request: Request<'_>,
        is_awaited: bool,
        arguments: &mut Arguments,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Value, CallError>> {
        if !matches!(self.0.as_deref(), Some(Elseway::UnderWay(_))) {
            match self.0.take().map(|elseway| *elseway) {
                Some(Elseway::ToOthers { elsewhere, services, address }) => {
                    if let Err(refusal) = admit(&services, &address) {
                        return Poll::Ready(Err(refusal));
                    }
                    let (lineage, deadline, caller) = departing(&services, &request, is_awaited);
                    let arguments = std::mem::take(arguments);
                    let departure = Departure { address, arguments, lineage, deadline, is_awaited, caller };
                    self.0 = Some(Box::new(Elseway::UnderWay(elsewhere.depart(departure))));
                }
                Some(Elseway::Nowhere(error)) => return Poll::Ready(Err(error)),
                Some(Elseway::UnderWay(_)) | None => used_twice(),
            }
        }
        let Some(Elseway::UnderWay(journey)) = self.0.as_deref_mut() else { used_twice() };
        let polled = journey.as_mut().poll(cx);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

/// Outsiders send nothing more once the application is ending, nobody once its queues are closed.
fn admit(services: &Services, address: &str) -> Result<(), CallError> {
    let gate = Gate::from_raw(services.gate.load(crate::sync::Ordering::Acquire));
    let last = if crate::dispatch::is_inside_of(services) { Gate::Stopping } else { Gate::Running };
    if gate > last {
        return Err(CallError::ShuttingDown { address: address.into(), begun: false });
    }
    Ok(())
}
