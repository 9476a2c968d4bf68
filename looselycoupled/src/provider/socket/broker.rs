//! Who is there, who hears what, and who serves what.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use super::keeper::{Asker, Keeper};
use super::mail::{DURABLE, GROUP, LONGEST_GROUP, has_room_for_marks, may_be_sent, nobody};
use super::outlet::{Outlet, Unsent};
use super::queues::Owner;
use crate::address::EventPattern;
use crate::provider::envelope::SOURCE;
use crate::provider::wire::{Frame, FrameError, Kind};
use crate::sync::{Arc, AtomicBool, Mutex};

/// So many processes may meet at one broker.
const MOST: usize = 1_024;

/// So many calls of one process may be on their way.
const CALLS: usize = 65_536;

/// What is told to whoever wants something kept by a broker without a journal.
const KEEPS_NOTHING: &str =
    "the broker keeps no events: the process that hosts it needs `journal: <path>` beside its `url`";

/// One connection; none has the number of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct MemberId(pub(super) u64);

/// The way to a process.
#[derive(Debug, Clone)]
pub(super) enum Exit {
    Away(Arc<Outlet>),
    /// The process that hosts.
    Here(Sender<Frame>),
}

impl Exit {
    pub(super) fn send(&self, frame: Frame) -> Result<(), Unsent> {
        match self {
            Self::Away(outlet) => outlet.send(&frame),
            Self::Here(frames) => frames.try_send(frame).map_err(|error| match error {
                TrySendError::Full(_) => Unsent::Full,
                TrySendError::Closed(_) => Unsent::Closed,
            }),
        }
    }
}

pub(super) struct Member {
    pub(super) process: Box<str>,
    pub(super) exit: Exit,
    /// Each with the group in which it is, if it is in one.
    pub(super) events: Vec<(EventPattern, Option<Box<str>>)>,
    modules: Vec<Box<str>>,
    /// How many of its calls are on their way.
    calls: usize,
    pub(super) loses: Arc<AtomicBool>,
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
pub(super) struct State {
    last_member: u64,
    last_call: u64,
    pub(super) members: BTreeMap<MemberId, Member>,
    calls: HashMap<u64, OnItsWay>,
    /// The same by their callers, and how these call them.
    by_caller: HashMap<(MemberId, u64), u64>,
    /// Whose turn it is in each group.
    pub(super) turns: HashMap<Box<str>, usize>,
}

/// Passes frames on between processes.
#[derive(Default)]
pub(super) struct Broker {
    state: Mutex<State>,
    /// Without one nothing is durable.
    keeper: Option<Arc<Keeper>>,
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker").finish_non_exhaustive()
    }
}

/// What is to be sent once nobody is kept waiting by it.
type Mail = Vec<(Exit, Frame)>;

impl Broker {
    pub(super) fn new(keeper: Option<Arc<Keeper>>) -> Self {
        Self { state: Mutex::default(), keeper }
    }

    pub(super) const fn keeper(&self) -> Option<&Arc<Keeper>> {
        self.keeper.as_ref()
    }

    /// Lets a process in, or says why not.
    pub(super) fn admit(&self, process: &str, exit: Exit) -> Result<MemberId, String> {
        let mut state = self.state.lock();
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
            let mut state = self.state.lock();
            let Some(gone) = state.members.remove(&id) else { return };
            state.settle_calls_of(id, &gone.process)
        };
        post(mail);
        if let Some(keeper) = &self.keeper {
            keeper.leave(id);
        }
    }

    /// Whether somebody has not read all that was sent to it.
    pub(super) fn has_waiting(&self) -> bool {
        let exits: Vec<_> = self.state.lock().members.values().map(|member| member.exit.clone()).collect();
        exits.iter().any(|exit| matches!(exit, Exit::Away(outlet) if outlet.has_waiting()))
    }

    /// Handles a frame of a process. Its sender's time: nothing in here waits.
    pub(super) fn take(&self, from: MemberId, mut frame: Frame) {
        if matches!(frame.kind, Kind::Event | Kind::Request)
            && let Err(why) = self.certify(from, &mut frame)
        {
            return self.turn_away(from, &frame, &why);
        }
        match frame.kind {
            Kind::Event => self.pass_on(from, frame),
            Kind::Acknowledge => self.settle(from, frame.id, true),
            Kind::Refused => self.settle(from, frame.id, false),
            Kind::Request => self.request(from, frame),
            Kind::Reply | Kind::Failure => self.answer(from, frame),
            Kind::Cancel => self.cancel(from, frame.id),
            Kind::Subscribe | Kind::Unsubscribe | Kind::Serve | Kind::Unserve => self.change(from, &frame),
            kind => {
                tracing::debug!(target: "looselycoupled", %kind, "a frame that means nothing to a broker");
            }
        }
    }

    /// Nobody speaks in the name of another process, and what is said about a frame on its last way has room.
    fn certify(&self, from: MemberId, frame: &mut Frame) -> Result<(), FrameError> {
        may_be_sent(frame)?;
        let state = self.state.lock();
        let Some(Member { process, .. }) = state.members.get(&from) else { return Ok(()) };
        let stated = frame.headers.get(SOURCE);
        let is_its_own = stated.is_some_and(|source| {
            let rest = source.strip_prefix(&**process);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if !is_its_own {
            frame.headers.set(SOURCE, process)?;
        }
        has_room_for_marks(&frame.headers)
    }

    /// Peers of ours send nothing of that sort.
    #[cold]
    fn turn_away(&self, from: MemberId, frame: &Frame, why: &FrameError) {
        let (id, name) = (frame.id, &*frame.name);
        tracing::warn!(target: "looselycoupled", name, "what came was not passed on: {why}");
        let exit = self.state.lock().members.get(&from).map(|member| member.exit.clone());
        let answer = match frame.kind {
            Kind::Request => Some(nobody(id, &why.to_string())),
            _ if id != 0 => Some(Frame::new(Kind::Refused, id).with_body(why.to_string())),
            _ => None,
        };
        post(exit.zip(answer).into_iter().collect());
    }

    fn settle(&self, from: MemberId, handover: u64, is_handled: bool) {
        if let Some(keeper) = &self.keeper {
            keeper.settle(from, handover, is_handled);
        }
    }

    /// An event with a number is durable, and is confirmed by it.
    fn pass_on(&self, from: MemberId, frame: Frame) {
        let (mut copies, exit) = {
            let mut state = self.state.lock();
            let exit = state.members.get(&from).map(|member| member.exit.clone());
            (state.copies(from, &frame), exit)
        };
        let asker = exit.filter(|_| frame.id != 0).map(|exit| Asker { exit, id: frame.id });
        match (&self.keeper, asker) {
            (Some(keeper), asker) => {
                let served = keeper.served(&frame.name, copies.members());
                copies.leave_out(&served);
                keeper.keep(frame, asker, copies);
            }
            (None, Some(Asker { exit, id })) => {
                let refused = Frame::new(Kind::Refused, id).with_body(KEEPS_NOTHING);
                post(vec![(exit, refused)]);
            }
            (None, None) => copies.send(),
        }
    }

    fn request(&self, from: MemberId, frame: Frame) {
        let module = frame.name.split_once('.').map_or(&*frame.name, |(module, _)| module);
        let id = frame.id;
        let (exit, call) = {
            let mut state = self.state.lock();
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
            let caller = self.state.lock().end(call);
            post(caller.map(|(exit, id)| (exit, nobody(id, &why))).into_iter().collect());
        }
    }

    fn answer(&self, from: MemberId, frame: Frame) {
        let caller = {
            let mut state = self.state.lock();
            let is_its_own = state.calls.get(&frame.id).is_some_and(|call| call.server == from);
            if is_its_own { state.end(frame.id) } else { None }
        };
        post(caller.map(|(exit, id)| (exit, Frame { id, ..frame })).into_iter().collect());
    }

    fn cancel(&self, from: MemberId, id: u64) {
        let mail = {
            let mut state = self.state.lock();
            let Some(number) = state.by_caller.get(&(from, id)).copied() else { return };
            let Some(server) = state.calls.get(&number).map(|call| call.server) else { return };
            state.end(number);
            let exit = state.members.get(&server).map(|member| member.exit.clone());
            exit.map(|exit| (exit, Frame::new(Kind::Cancel, number)))
        };
        post(mail.into_iter().collect());
    }

    fn change(&self, from: MemberId, frame: &Frame) {
        let mut state = self.state.lock();
        let Some((exit, process)) =
            state.members.get(&from).map(|member| (member.exit.clone(), member.process.clone()))
        else {
            return;
        };
        let is_about_events = matches!(frame.kind, Kind::Subscribe | Kind::Unsubscribe);
        if frame.headers.get(GROUP).is_some_and(|group| group.len() > LONGEST_GROUP) {
            drop(state);
            let why = format!("the name of a group has at most {LONGEST_GROUP} bytes");
            return post(vec![(exit, answer_to(frame, Err(why)))]);
        }
        if is_about_events && frame.headers.get(DURABLE).is_some() {
            drop(state);
            return self.change_durably((from, exit, &process), frame);
        }
        let done = state.change(from, frame);
        drop(state);
        post(vec![(exit, answer_to(frame, done))]);
    }

    fn change_durably(&self, (from, exit, process): (MemberId, Exit, &str), frame: &Frame) {
        let owner = match frame.headers.get(GROUP) {
            Some(group) => Owner::Group(group.into()),
            None => Owner::Process(process.into()),
        };
        let asker = Asker { exit: exit.clone(), id: frame.id };
        let refused = match (&self.keeper, frame.name.parse::<EventPattern>()) {
            (Some(keeper), Ok(pattern)) if frame.kind == Kind::Subscribe => {
                return keeper.join(from, asker, &owner, &pattern);
            }
            (Some(keeper), Ok(_)) => {
                keeper.end(&owner, &frame.name);
                Ok(())
            }
            (None, _) => Err(KEEPS_NOTHING.to_owned()),
            (_, Err(error)) => Err(error.to_string()),
        };
        post(vec![(exit, answer_to(frame, refused))]);
    }
}

fn answer_to(frame: &Frame, done: Result<(), String>) -> Frame {
    match done {
        Ok(()) => Frame::new(Kind::Done, frame.id),
        Err(why) => Frame::new(Kind::Refused, frame.id).with_body(why),
    }
}

/// Who cannot be reached any more is dismissed by whoever reads from it.
pub(super) fn post(mail: Mail) {
    for (exit, frame) in mail {
        let kind = frame.kind;
        match exit.send(frame) {
            Ok(()) => {}
            Err(Unsent::Closed) => {
                tracing::debug!(target: "looselycoupled", %kind, "a process has gone before it was told");
            }
            Err(unsent) => {
                tracing::warn!(target: "looselycoupled", %kind, "a process was not told what it waits for: {unsent}");
            }
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
                let group = frame.headers.get(GROUP);
                if !member.events.iter().any(|known| is_subscription(known, name, group)) {
                    member.events.push((pattern, group.map(Into::into)));
                }
            }
            Kind::Unsubscribe => {
                let group = frame.headers.get(GROUP);
                member.events.retain(|known| !is_subscription(known, name, group));
            }
            Kind::Serve if !member.modules.iter().any(|known| **known == *name) => {
                member.modules.push(name.into());
            }
            Kind::Serve => {}
            _ => member.modules.retain(|known| **known != *name),
        }
        Ok(())
    }
}

fn is_subscription(
    (pattern, of): &(EventPattern, Option<Box<str>>),
    name: &str,
    group: Option<&str>,
) -> bool {
    pattern.as_str() == name && of.as_deref() == group
}
