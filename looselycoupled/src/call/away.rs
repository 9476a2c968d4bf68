//! Addresses that lead nowhere here: to another process, or astray.

use std::task::{Context, Poll};

use super::used_twice;
use crate::code::ErrorCode;
use crate::dispatch::{Callee, Request, departing};
use crate::event_loop::Services;
use crate::lifecycle::Gate;
use crate::module::{Departure, Elsewhere, Handle, Journey, MOST_WRITTEN, TaskInfo};
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

    /// Where it leads; what is wrong with the address if it leads nowhere.
    #[cold]
    pub(super) fn resolve(&mut self) -> Result<(Arc<Services>, Box<str>), CallError> {
        match self.0.take().map(|elseway| *elseway) {
            Some(Elseway::Nowhere(error)) => Err(error),
            Some(Elseway::ToOthers { services, address, .. }) => Ok((services, address)),
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

    /// Why it cannot be gone there from a thread that must not block; what is wrong with the address, if that is it.
    #[cold]
    pub(super) fn refuse(&mut self) -> CallError {
        match self.resolve() {
            Ok((_, address)) => CallError::WrongThread { address },
            Err(error) => error,
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
                    let arguments = std::mem::take(arguments);
                    let wanted = Wanted { address, arguments, request, is_awaited };
                    match wanted.set_out(elsewhere, &services) {
                        Ok(journey) => self.0 = Some(Box::new(Elseway::UnderWay(journey))),
                        Err(refusal) => return Poll::Ready(Err(refusal)),
                    }
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

/// What is to be done in another process.
struct Wanted<'a> {
    address: Box<str>,
    arguments: Arguments,
    request: Request<'a>,
    is_awaited: bool,
}

impl Wanted<'_> {
    fn set_out(self, elsewhere: Arc<dyn Elsewhere>, services: &Services) -> Result<Journey, CallError> {
        let Self { address, arguments, request, is_awaited } = self;
        admit(services, &address)?;
        let (lineage, deadline, caller) = departing(services, &request, is_awaited);
        Ok(elsewhere.depart(Departure { address, arguments, lineage, deadline, is_awaited, caller }))
    }
}

/// Sets out for the module of a stub, which is in another process.
#[cold]
pub(super) fn set_out<T: Callee>(
    address: &T::Address,
    arguments: &T::Arguments,
    request: Request<'_>,
    is_awaited: bool,
) -> Result<Journey, CallError> {
    let (services, name) = (T::station(address).event_loop.services(), name_of::<T>(address));
    let arguments = written::<T>(address, arguments)?;
    let Some(elsewhere) = <dyn Elsewhere>::of(services) else {
        return Err(CallError::ShuttingDown { address: name, begun: false });
    };
    Wanted { address: name, arguments, request, is_awaited }.set_out(elsewhere, services)
}

/// The arguments of a call by a stub, as another process reads them.
pub(super) fn written<T: Callee>(
    address: &T::Address,
    arguments: &T::Arguments,
) -> Result<Arguments, CallError> {
    let (task, wording) = (T::task(address), T::wording(address));
    match (wording.write, wording.read) {
        (Some(write), Some(_)) => Ok(write(arguments, task.parameters)),
        (write, _) => Err(CallError::Unreachable {
            address: name_of::<T>(address),
            via: "its stub".into(),
            cause: unwritable(task, write.is_some()).into(),
        }),
    }
}

/// Why no other process can be asked.
fn unwritable(task: &TaskInfo, is_written: bool) -> String {
    let TaskInfo { name, parameters, result, location, .. } = task;
    if is_written {
        format!(
            "the result of `{name}`, a `{result}` ({location}), cannot be read: derive `Deserialize` for it"
        )
    } else if parameters.len() > MOST_WRITTEN {
        format!("`{name}` ({location}) has more than {MOST_WRITTEN} parameters; call it by its name")
    } else {
        let types: Vec<_> = parameters.iter().map(|parameter| parameter.type_name).collect();
        let types = types.join("`, `");
        format!(
            "the parameters of `{name}` ({location}) cannot be written: derive `Serialize` for each of `{types}`, and \
             let the task not be `local`"
        )
    }
}

/// What the caller by a stub makes of what has come back.
pub(super) fn arrived<T: Callee>(
    address: &T::Address,
    answer: Result<Value, CallError>,
) -> Result<T::Output, CallError<T::Error>> {
    let value = match answer {
        Ok(value) => value,
        Err(CallError::Failed(failure)) => return Err(T::failed_elsewhere(failure)),
        Err(error) => return Err(error.map_failed(|_| used_twice())),
    };
    let Some(read) = T::wording(address).read else { used_twice() };
    read(value).map_err(|cause| {
        let (address, result) = (name_of::<T>(address), T::task(address).result);
        let told =
            format!("the result of `{address}` is no `{result}`: {cause}; is there another version of it?");
        CallError::Remote { code: ErrorCode::Result, begun: true, cause: told.into() }
    })
}

pub(super) fn name_of<T: Callee>(address: &T::Address) -> Box<str> {
    T::station(address).tenant().address_of(T::task(address).index as u16).into()
}

/// Outsiders send nothing more once the application is ending, nobody once its queues are closed.
pub(super) fn admit(services: &Services, address: &str) -> Result<(), CallError> {
    let gate = Gate::from_raw(services.gate.load(crate::sync::Ordering::Acquire));
    let last = if crate::dispatch::is_inside_of(services) { Gate::Stopping } else { Gate::Running };
    if gate > last {
        return Err(CallError::ShuttingDown { address: address.into(), begun: false });
    }
    Ok(())
}
