//! Putting tasks in line later.

use std::fmt;
use std::time::Duration;

use super::departures::DelayedDeparture;
use super::later::Accept;
use super::{Later, Timer, Way};
use crate::call::away::{name_of, written};
use crate::call::target::Target;
use crate::call::{Call, Enqueue, EnqueueByName, used_twice};
use crate::dispatch::{Callee, Post, Request, Supply, delay, delay_named};
use crate::error::Error;
use crate::event_loop::{Services, Times};
use crate::metadata::{Lineage, Priority};
use crate::module::NamedRequest;
use crate::reply::{CallError, TaskFailure};
use crate::router::Station;
use crate::sync::Arc;
use crate::value::Arguments;
use crate::waits::Party;

/// A call that is to be put in line later: [`enqueue`](Self::enqueue) it.
///
/// It is no future itself, since nobody can wait for its result.
#[must_use = "nothing is sent later unless this is enqueued and that awaited"]
pub struct Delayed<T: Callee>(Later<Enqueue<T>>);

impl<T: Callee> fmt::Debug for Delayed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Delayed").field(&self.0).finish()
    }
}

impl<T: Callee> Delayed<T> {
    /// After which time it is sent; of what is sent again and again, the first time.
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.after(time))
    }

    /// Sends it again and again, with this time in between.
    pub fn every(self, period: Duration) -> Self
    where
        T::Arguments: Clone,
    {
        Self(self.0.every(period))
    }

    /// Gives the task a priority instead of the sender's.
    pub fn priority(self, priority: Priority) -> Self {
        Self(self.0.priority(priority))
    }

    /// What is to be awaited until it is accepted.
    pub fn enqueue(self) -> Later<Enqueue<T>> {
        self.0
    }
}

impl<T: Callee> Call<T> {
    /// Has the task put in line after a time instead; see [`Later`].
    ///
    /// # Examples
    ///
    /// See [`Timer`].
    pub fn after(self, time: Duration) -> Delayed<T> {
        Delayed(self.enqueue().after(time))
    }

    /// Has the task put in line again and again, the first time after one period; see [`Later`].
    pub fn every(self, period: Duration) -> Delayed<T>
    where
        T::Arguments: Clone,
    {
        Delayed(self.enqueue().every(period))
    }
}

impl<T: Callee> Enqueue<T> {
    /// Puts the task in line after a time; see [`Later`].
    pub fn after(self, time: Duration) -> Later<Self> {
        Later::new(self, of_stub(accept_once)).after(time)
    }

    /// Puts the task in line again and again, the first time after one period; see [`Later`].
    pub fn every(self, period: Duration) -> Later<Self>
    where
        T::Arguments: Clone,
    {
        Later::new(self, of_stub(accept_once)).every(period)
    }
}

impl<T: Callee> Later<Enqueue<T>> {
    /// Sends it again and again, with this time in between.
    pub fn every(self, period: Duration) -> Self
    where
        T::Arguments: Clone,
    {
        self.repeated(period, of_stub(accept_periodic))
    }

    /// Gives the task a priority instead of the sender's.
    pub fn priority(self, priority: Priority) -> Self {
        self.map(|enqueue| enqueue.priority(priority))
    }
}

fn of_stub<T: Callee>(accept: Accept<Enqueue<T>>) -> Way<Enqueue<T>> {
    let services = |enqueue: &Enqueue<T>| {
        let address = enqueue.address.as_ref()?;
        Some(T::station(address).event_loop.counted_services())
    };
    Way { accept, pass: Enqueue::pass, services, wrong_thread: wrong_thread_of_stub }
}

fn accept_once<T: Callee>(
    enqueue: Enqueue<T>,
    times: Times,
    inherited: Option<&Lineage>,
) -> Result<Timer, Error> {
    accept(enqueue, times, inherited, |arguments, post| Supply::once(post(arguments)))
}

fn accept_periodic<T: Callee<Arguments: Clone>>(
    enqueue: Enqueue<T>,
    times: Times,
    inherited: Option<&Lineage>,
) -> Result<Timer, Error> {
    accept(enqueue, times, inherited, Supply::copies)
}

fn accept<T: Callee>(
    enqueue: Enqueue<T>,
    times: Times,
    inherited: Option<&Lineage>,
    supply: impl FnOnce(T::Arguments, fn(T::Arguments) -> Post) -> Supply,
) -> Result<Timer, Error> {
    let request = Request { inherited, ..enqueue.request() };
    let (Some(address), Some(arguments)) = (enqueue.address, enqueue.arguments) else { used_twice() };
    let station = T::station(&address);
    if times.has_no_period() {
        return Err(no_period(station, T::task(&address).index));
    }
    if station.is_elsewhere() {
        let arguments = written::<T>(&address, &arguments)?;
        let target = (station.event_loop.counted_services(), name_of::<T>(&address));
        return depart_later(target, arguments, &request, times);
    }
    let supply = supply(arguments, T::post(&address));
    let work = delay(station, T::task(&address), &request, supply)?;
    Ok(Timer::begin(station.event_loop.counted_services(), work, times))
}

fn wrong_thread_of_stub<T: Callee>(enqueue: Enqueue<T>) -> Error {
    // What is wrong is told in the same words as without a delay.
    enqueue.blocking().err().unwrap_or_else(|| used_twice())
}

impl EnqueueByName {
    /// Puts the task in line after a time; see [`Later`].
    pub fn after(self, time: Duration) -> Later<Self> {
        Later::new(self, BY_NAME).after(time)
    }

    /// Puts the task in line again and again, the first time after one period; see [`Later`].
    pub fn every(self, period: Duration) -> Later<Self> {
        Later::new(self, BY_NAME).every(period)
    }
}

impl Later<EnqueueByName> {
    /// Sends it again and again, with this time in between.
    pub fn every(self, period: Duration) -> Self {
        self.repeated(period, BY_NAME)
    }

    /// Gives the task a priority instead of the sender's.
    pub fn priority(self, priority: Priority) -> Self {
        self.map(|enqueue| enqueue.priority(priority))
    }
}

const BY_NAME: Way<EnqueueByName> = Way {
    accept: accept_by_name,
    pass: |enqueue, cx| enqueue.pass(cx).map_ok(|()| None),
    services: |enqueue| match &enqueue.target {
        Some(target) => Some(target.station.event_loop.counted_services()),
        None => enqueue.astray.services(),
    },
    wrong_thread: wrong_thread_by_name,
};

/// The task knows itself what it inherits.
fn accept_by_name(
    mut enqueue: EnqueueByName,
    times: Times,
    _inherited: Option<&Lineage>,
) -> Result<Timer, Error> {
    let (priority, inherited) = (enqueue.priority, enqueue.inherited.as_ref());
    let Some(Target { station, entry }) = enqueue.target else {
        let target = enqueue.astray.resolve()?;
        if times.has_no_period() {
            return Err(CallError::<TaskFailure>::NoPeriod { address: target.1 }.into());
        }
        let request = Request { priority, inherited, ..Request::default() };
        return depart_later(target, enqueue.arguments, &request, times);
    };
    if times.has_no_period() {
        return Err(no_period(&station, entry.info.index));
    }
    let request = NamedRequest { entry, priority, timeout: None, inherited, visitor: Party::NONE };
    let work = delay_named(&station, &request, &mut enqueue.arguments, times.every.is_some())?;
    Ok(Timer::begin(station.event_loop.counted_services(), work, times))
}

/// What is for another process leaves when its time has come.
fn depart_later(
    target: (Arc<Services>, Box<str>),
    arguments: Arguments,
    request: &Request<'_>,
    times: Times,
) -> Result<Timer, Error> {
    let services = Arc::clone(&target.0);
    let work = DelayedDeparture::new(target, arguments, request, times.every.is_some())?;
    Ok(Timer::begin(services, Arc::new(work), times))
}

fn wrong_thread_by_name(enqueue: EnqueueByName) -> Error {
    enqueue.blocking().err().unwrap_or_else(|| used_twice())
}

#[cold]
fn no_period(station: &Station, task: usize) -> Error {
    station.tenant().refuse(task as u16, false);
    let address = station.tenant().address_of(task as u16).into();
    CallError::<TaskFailure>::NoPeriod { address }.into()
}
