//! Who is there, who hears what, and who serves what.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use super::mail::nobody;
use super::outlet::{Outlet, Unsent};
use crate::address::EventPattern;
use crate::provider::wire::{Frame, Kind};
use crate::sync::{Arc, AtomicBool, Mutex, Ordering};

/// So many processes may meet at one broker.
const MOST: usize = 1_024;

/// So many calls of one process may be on their way.
const CALLS: usize = 65_536;

/// One connection; none has the number of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct MemberId(u64);

/// The way to a process.
#[derive(Debug, Clone)]
pub(super) enum Exit {
    Away(Arc<Outlet>),
    /// The process that hosts.
    Here(Sender<Frame>),
}

impl Exit {
    fn send(&self, frame: Frame) -> Result<(), Unsent> {
        match self {
            Self::Away(outlet) => outlet.send(&frame),
            Self::Here(frames) => frames.try_send(frame).map_err(|error| match error {
                TrySendError::Full(_) => Unsent::Full,
                TrySendError::Closed(_) => Unsent::Closed,
            }),
        }
    }
}

struct Member {
    process: Box<str>,
    exit: Exit,
    events: Vec<EventPattern>,
    modules: Vec<Box<str>>,
    /// How many of its calls are on their way.
    calls: usize,
    loses: Arc<AtomicBool>,
}

/// A call on its way.
#[derive(Debug, Clone, Copy)]
struct OnItsWay {
    caller: MemberId,
    /// How the caller calls it.
    id: u64,
    server: MemberId,
}

#[derive(Default)]
struct State {
    last_member: u64,
    last_call: u64,
    members: BTreeMap<MemberId, Member>,
    calls: HashMap<u64, OnItsWay>,
    /// The same by their callers, and how these call them.
    by_caller: HashMap<(MemberId, u64), u64>,
}

/// Passes frames on between processes.
#[derive(Default)]
pub(super) struct Broker(Mutex<State>);

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker").finish_non_exhaustive()
    }
}

/// What is to be sent once nobody is kept waiting by it.
type Mail = Vec<(Exit, Frame)>;

impl Broker {
    /// Lets a process in, or says why not.
    pub(super) fn admit(&self, process: &str, exit: Exit) -> Result<MemberId, String> {
        let mut state = self.0.lock();
        if state.members.values().any(|member| *member.process == *process) {
            return Err(format!("`{process}` is connected already: processes need names of their own"));
        }
        if state.members.len() >= MOST {
            return Err(format!("{MOST} processes are connected already"));
        }
        state.last_member += 1;
        let id = MemberId(state.last_member);
        let member = Member {
            process: process.into(),
            exit,
            events: Vec::new(),
            modules: Vec::new(),
            calls: 0,
            loses: Arc::default(),
        };
        state.members.insert(id, member);
        Ok(id)
    }

    /// A process has gone: its calls are withdrawn, and those that it served are answered.
    pub(super) fn dismiss(&self, id: MemberId) {
        let mail = {
            let mut state = self.0.lock();
            let Some(gone) = state.members.remove(&id) else { return };
            state.settle_calls_of(id, &gone.process)
        };
        post(mail);
    }

    /// Whether somebody has not read all that was sent to it.
    pub(super) fn has_waiting(&self) -> bool {
        let exits: Vec<_> = self.0.lock().members.values().map(|member| member.exit.clone()).collect();
        exits.iter().any(|exit| matches!(exit, Exit::Away(outlet) if outlet.has_waiting()))
    }

    /// Handles a frame of a process. Its sender's time: nothing in here waits.
    pub(super) fn take(&self, from: MemberId, frame: Frame) {
        match frame.kind {
            Kind::Event => self.pass_on(from, &frame),
            Kind::Request => self.request(from, frame),
            Kind::Reply | Kind::Failure => self.answer(from, frame),
            Kind::Cancel => self.cancel(from, frame.id),
            Kind::Subscribe | Kind::Unsubscribe | Kind::Serve | Kind::Unserve => self.change(from, &frame),
            kind => {
                tracing::debug!(target: "looselycoupled", %kind, "a frame that means nothing to a broker");
            }
        }
    }

    fn pass_on(&self, from: MemberId, frame: &Frame) {
        let others: Vec<_> = {
            let state = self.0.lock();
            let hears = |member: &Member| member.events.iter().any(|pattern| pattern.matches(&frame.name));
            let others = state.members.iter().filter(|(id, member)| **id != from && hears(member));
            others
                .map(|(_, member)| (member.exit.clone(), member.process.clone(), Arc::clone(&member.loses)))
                .collect()
        };
        for (exit, process, loses) in others {
            match exit.send(frame.clone()) {
                Err(Unsent::Full) if !loses.swap(true, Ordering::Relaxed) => {
                    tracing::warn!(target: "looselycoupled", %process, "the process does not read: it loses events (said once)");
                }
                // Who is gone hears nothing more.
                Err(_) | Ok(()) => {}
            }
        }
    }

    fn request(&self, from: MemberId, frame: Frame) {
        let module = frame.name.split_once('.').map_or(&*frame.name, |(module, _)| module);
        let id = frame.id;
        let (exit, call) = {
            let mut state = self.0.lock();
            match state.direct(from, id, module) {
                Ok(found) => found,
                Err(why) => {
                    let caller = state.members.get(&from).map(|member| member.exit.clone());
                    drop(state);
                    return post(caller.map(|exit| (exit, nobody(id, &why))).into_iter().collect());
                }
            }
        };
        let name = frame.name.clone();
        if let Err(unsent) = exit.send(Frame { id: call, ..frame }) {
            let why = format!("`{name}` was not passed on: {unsent}");
            let caller = self.0.lock().end(call);
            post(caller.map(|(exit, id)| (exit, nobody(id, &why))).into_iter().collect());
        }
    }

    fn answer(&self, from: MemberId, frame: Frame) {
        let caller = {
            let mut state = self.0.lock();
            let is_its_own = state.calls.get(&frame.id).is_some_and(|call| call.server == from);
            if is_its_own { state.end(frame.id) } else { None }
        };
        post(caller.map(|(exit, id)| (exit, Frame { id, ..frame })).into_iter().collect());
    }

    fn cancel(&self, from: MemberId, id: u64) {
        let mail = {
            let mut state = self.0.lock();
            let Some(number) = state.by_caller.get(&(from, id)).copied() else { return };
            let Some(server) = state.calls.get(&number).map(|call| call.server) else { return };
            state.end(number);
            let exit = state.members.get(&server).map(|member| member.exit.clone());
            exit.map(|exit| (exit, Frame::new(Kind::Cancel, number)))
        };
        post(mail.into_iter().collect());
    }

    fn change(&self, from: MemberId, frame: &Frame) {
        let mut state = self.0.lock();
        let done = state.change(from, frame);
        let Some(exit) = state.members.get(&from).map(|member| member.exit.clone()) else { return };
        drop(state);
        let answer = match done {
            Ok(()) => Frame::new(Kind::Done, frame.id),
            Err(why) => Frame::new(Kind::Refused, frame.id).with_body(why),
        };
        post(vec![(exit, answer)]);
    }
}

/// Who cannot be reached any more is dismissed by whoever reads from it.
fn post(mail: Mail) {
    for (exit, frame) in mail {
        if let Err(unsent) = exit.send(frame) {
            tracing::debug!(target: "looselycoupled", "a frame was not sent: {unsent}");
        }
    }
}

impl State {
    /// Where a call goes, under which number.
    fn direct(&mut self, from: MemberId, id: u64, module: &str) -> Result<(Exit, u64), String> {
        let serves = |member: &Member| member.modules.iter().any(|known| **known == *module);
        let server = self.members.iter().find(|(_, member)| serves(member));
        let Some((server, exit)) = server.map(|(server, member)| (*server, member.exit.clone())) else {
            return Err(format!("nobody serves `{module}` now"));
        };
        let Some(caller) = self.members.get_mut(&from) else { return Err("the caller has gone".to_owned()) };
        if caller.calls >= CALLS {
            return Err(format!("{CALLS} calls of `{}` are on their way", caller.process));
        }
        caller.calls += 1;
        self.last_call += 1;
        self.calls.insert(self.last_call, OnItsWay { caller: from, id, server });
        self.by_caller.insert((from, id), self.last_call);
        Ok((exit, self.last_call))
    }

    /// A call is no longer on its way; who made it, and how he calls it.
    fn end(&mut self, call: u64) -> Option<(Exit, u64)> {
        let OnItsWay { caller, id, .. } = self.calls.remove(&call)?;
        self.by_caller.remove(&(caller, id));
        let member = self.members.get_mut(&caller)?;
        member.calls -= 1;
        Some((member.exit.clone(), id))
    }

    fn settle_calls_of(&mut self, gone: MemberId, process: &str) -> Mail {
        let concerned = self.calls.iter().filter(|(_, call)| call.server == gone || call.caller == gone);
        let concerned: Vec<_> = concerned.map(|(number, call)| (*number, *call)).collect();
        let mut mail = Mail::new();
        for (number, call) in concerned {
            let caller = self.end(number);
            if call.server == gone {
                let why = format!("`{process}` has gone; whether the task has begun is not known");
                mail.extend(caller.map(|(exit, id)| (exit, nobody(id, &why))));
            } else if let Some(server) = self.members.get(&call.server) {
                mail.push((server.exit.clone(), Frame::new(Kind::Cancel, number)));
            }
        }
        mail
    }

    fn change(&mut self, from: MemberId, frame: &Frame) -> Result<(), String> {
        let name = &*frame.name;
        if frame.kind == Kind::Serve {
            let serves = |member: &Member| member.modules.iter().any(|known| **known == *name);
            if let Some((_, other)) = self.members.iter().find(|(id, member)| **id != from && serves(member))
            {
                return Err(format!("`{name}` is served by `{}` already", other.process));
            }
        }
        let Some(member) = self.members.get_mut(&from) else { return Ok(()) };
        match frame.kind {
            Kind::Subscribe => {
                let pattern: EventPattern =
                    name.parse().map_err(|error: crate::address::NameError| error.to_string())?;
                if !member.events.iter().any(|known| known.as_str() == name) {
                    member.events.push(pattern);
                }
            }
            Kind::Unsubscribe => member.events.retain(|known| known.as_str() != name),
            Kind::Serve if !member.modules.iter().any(|known| **known == *name) => {
                member.modules.push(name.into());
            }
            Kind::Serve => {}
            _ => member.modules.retain(|known| **known != *name),
        }
        Ok(())
    }
}
