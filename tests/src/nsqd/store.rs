//! Topics, channels, and the messages that they have.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc::UnboundedSender;

use super::frame;
use super::journal::{Entry, Journal};

pub(super) type MessageName = [u8; 16];

/// What goes with the last one who hears it.
pub(super) fn is_fleeting(name: &str) -> bool {
    name.ends_with("#ephemeral")
}

/// Who hears a channel.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub(super) client: u64,
    pub(super) topic: String,
    pub(super) channel: String,
}

#[derive(Debug, Clone)]
struct Message {
    name: MessageName,
    attempts: u16,
    content: Vec<u8>,
}

#[derive(Debug)]
struct Listener {
    client: u64,
    sending: UnboundedSender<Vec<u8>>,
    timeout: Duration,
    ready: usize,
    under_way: usize,
}

#[derive(Debug, Default)]
struct Channel {
    waiting: VecDeque<Message>,
    later: Vec<(Instant, Message)>,
    under_way: HashMap<MessageName, (u64, Instant, Message)>,
    listeners: Vec<Listener>,
    /// Whose turn it is.
    turn: usize,
}

impl Channel {
    fn put(&mut self, message: Message, delay: Duration) {
        if delay.is_zero() {
            self.waiting.push_back(message);
        } else {
            self.later.push((Instant::now() + delay, message));
        }
    }

    fn take(&mut self, client: u64, name: MessageName) -> Option<Message> {
        if self.under_way.get(&name)?.0 != client {
            return None;
        }
        let (_, _, message) = self.under_way.remove(&name)?;
        self.listeners.iter_mut().filter(|one| one.client == client).for_each(|one| one.under_way -= 1);
        Some(message)
    }

    /// Sends what waits to those who are ready for it.
    fn pump(&mut self) {
        let count = self.listeners.len();
        while !self.waiting.is_empty() {
            let places = (0..count).map(|step| (self.turn + step) % count);
            let ready = |place: &usize| self.listeners[*place].under_way < self.listeners[*place].ready;
            let Some(place) = places.into_iter().find(ready) else { return };
            self.turn = place + 1;
            let Some(mut message) = self.waiting.pop_front() else { return };
            message.attempts = message.attempts.saturating_add(1);
            let listener = &mut self.listeners[place];
            listener.under_way += 1;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
            let attempts = message.attempts.to_be_bytes();
            let sent = [&now.to_be_bytes()[..], &attempts, &message.name, &message.content].concat();
            let _who_is_gone_leaves_soon = listener.sending.send(frame(2, &sent));
            let due = Instant::now() + listener.timeout;
            self.under_way.insert(message.name, (listener.client, due, message));
        }
    }

    /// What has not been finished in time comes again, and what was to wait has waited.
    fn tick(&mut self, now: Instant) {
        let late = self.under_way.iter().filter(|(_, (_, due, _))| *due <= now);
        let late: Vec<_> = late.into_iter().map(|(name, (client, ..))| (*name, *client)).collect();
        for (name, client) in late {
            let again = self.take(client, name);
            self.waiting.extend(again);
        }
        let due = self.later.extract_if(.., |(due, _)| *due <= now);
        self.waiting.extend(due.map(|(_, message)| message));
        self.pump();
    }

    fn leave(&mut self, client: u64) {
        let held = self.under_way.iter().filter(|(_, (holder, ..))| *holder == client);
        let held: Vec<_> = held.into_iter().map(|(name, _)| *name).collect();
        for name in held {
            let again = self.take(client, name);
            self.waiting.extend(again);
        }
        self.listeners.retain(|one| one.client != client);
        self.pump();
    }
}

#[derive(Debug, Default)]
struct Topic {
    channels: BTreeMap<String, Channel>,
    /// What came before there was a channel.
    before: Vec<Message>,
}

/// All there is.
#[derive(Debug)]
pub(super) struct Store {
    topics: HashMap<String, Topic>,
    journal: Journal,
    last: u64,
}

impl Store {
    pub(super) fn open(path: Option<&Path>) -> io::Result<Self> {
        let (journal, entries) = Journal::open(path)?;
        let mut store = Self { topics: HashMap::new(), journal, last: 0 };
        for entry in entries {
            store.remember(entry);
        }
        Ok(store)
    }

    fn remember(&mut self, entry: Entry) {
        let topic = self.topics.entry(entry.topic).or_default();
        match entry.kind {
            b'C' => {
                let before = std::mem::take(&mut topic.before);
                topic.channels.entry(entry.channel).or_default().waiting.extend(before);
            }
            b'F' => {
                if let Some(channel) = topic.channels.get_mut(&entry.channel) {
                    channel.waiting.retain(|message| message.name != entry.name);
                }
            }
            _ => {
                let number =
                    std::str::from_utf8(&entry.name).ok().and_then(|name| u64::from_str_radix(name, 16).ok());
                self.last = self.last.max(number.unwrap_or(0));
                // Once more at least: nobody knows how often it had been tried.
                let message = Message { name: entry.name, attempts: 1, content: entry.content };
                match topic.channels.get_mut(&entry.channel) {
                    Some(channel) => channel.waiting.push_back(message),
                    None => topic.before.push(message),
                }
            }
        }
    }

    pub(super) fn channels(&self, topic: &str) -> Vec<(String, usize)> {
        let channels = self.topics.get(topic).into_iter().flat_map(|topic| &topic.channels);
        let count = |channel: &Channel| channel.waiting.len() + channel.later.len() + channel.under_way.len();
        channels.map(|(name, channel)| (name.clone(), count(channel))).collect()
    }

    pub(super) fn join(&mut self, seat: &Seat, sending: UnboundedSender<Vec<u8>>, timeout: Duration) {
        let topic = self.topics.entry(seat.topic.clone()).or_default();
        if !topic.channels.contains_key(&seat.channel) {
            if !is_fleeting(&seat.channel) {
                self.journal.note(b'C', (&seat.topic, &seat.channel), ([0; 16], b""));
                self.journal.write();
            }
            let before = std::mem::take(&mut topic.before).into();
            topic.channels.insert(seat.channel.clone(), Channel { waiting: before, ..Channel::default() });
        }
        if let Some(channel) = topic.channels.get_mut(&seat.channel) {
            let client = seat.client;
            channel.listeners.push(Listener { client, sending, timeout, ready: 0, under_way: 0 });
        }
    }

    pub(super) fn publish(&mut self, topic: &str, contents: &[&[u8]], delay: Duration) {
        let kept = self.topics.entry(topic.to_owned()).or_default();
        for content in contents {
            self.last += 1;
            let name: MessageName = format!("{:016x}", self.last).into_bytes().try_into().unwrap();
            let message = Message { name, attempts: 0, content: content.to_vec() };
            if kept.channels.is_empty() {
                self.journal.note(b'P', (topic, ""), (name, content));
                kept.before.push(message);
                continue;
            }
            for (channel, held) in &mut kept.channels {
                if !is_fleeting(channel) {
                    self.journal.note(b'P', (topic, channel), (name, content));
                }
                held.put(message.clone(), delay);
            }
        }
        // Nothing is confirmed that is not written.
        self.journal.write();
        kept.channels.values_mut().for_each(Channel::pump);
    }

    fn channel(&mut self, seat: &Seat) -> Option<&mut Channel> {
        self.topics.get_mut(&seat.topic)?.channels.get_mut(&seat.channel)
    }

    pub(super) fn ready_for(&mut self, seat: &Seat, count: usize) {
        let Some(channel) = self.channel(seat) else { return };
        let own = channel.listeners.iter_mut().filter(|one| one.client == seat.client);
        own.for_each(|one| one.ready = count);
        channel.pump();
    }

    pub(super) fn finish(&mut self, seat: &Seat, name: MessageName) -> bool {
        let Some(channel) = self.channel(seat) else { return false };
        let is_done = channel.take(seat.client, name).is_some();
        channel.pump();
        if is_done && !is_fleeting(&seat.channel) {
            self.journal.note(b'F', (&seat.topic, &seat.channel), (name, b""));
            self.journal.write();
        }
        is_done
    }

    pub(super) fn again(&mut self, seat: &Seat, name: MessageName, delay: Duration) -> bool {
        let Some(channel) = self.channel(seat) else { return false };
        let Some(message) = channel.take(seat.client, name) else { return false };
        channel.put(message, delay);
        channel.pump();
        true
    }

    pub(super) fn touch(&mut self, seat: &Seat, name: MessageName, timeout: Duration) -> bool {
        let held = self.channel(seat).and_then(|channel| channel.under_way.get_mut(&name));
        let Some((_, due, _)) = held.filter(|(client, ..)| *client == seat.client) else { return false };
        *due = Instant::now() + timeout;
        true
    }

    pub(super) fn leave(&mut self, client: u64) {
        for topic in self.topics.values_mut() {
            topic.channels.retain(|name, channel| {
                let had = channel.listeners.iter().any(|one| one.client == client);
                channel.leave(client);
                !(had && channel.listeners.is_empty() && is_fleeting(name))
            });
        }
    }

    pub(super) fn tick(&mut self) {
        let now = Instant::now();
        let channels = self.topics.values_mut().flat_map(|topic| topic.channels.values_mut());
        channels.for_each(|channel| channel.tick(now));
    }
}
