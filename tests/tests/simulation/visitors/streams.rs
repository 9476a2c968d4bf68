//! Visitors who read events at their own pace.

use looselycoupled::EventStream;
use looselycoupled::prelude::*;
use looselycoupled_tests::begin;

use super::Visitor;
use super::account::{Account, Pattern};
use super::chronicle::Entry;
use crate::script::TICK;

/// A stream, and how far it has been read.
pub(super) struct Reading {
    stream: EventStream,
    account: Account,
    /// What comes next was sent at this place of the chronicle or behind.
    next: usize,
    /// How many events it was told to have missed.
    told: u64,
    /// The last number that each sender outside has been heard with.
    last: Vec<(u32, usize, u64)>,
}

impl Reading {
    /// One record must be that which was sent next, or say how many of the next ones are missing.
    fn check(&mut self, record: &EventRecord) {
        let world = &self.account.scene.world;
        if let Some(missed) = record.gap() {
            world.remember(("missed", missed));
            self.told += missed;
            self.next = self.account.meant(self.next, |entries| {
                entries.nth(missed as usize - 1).map_or(usize::MAX, |(place, _)| place + 1)
            });
            return self
                .account
                .demand(self.next < usize::MAX, || format!("{missed} missed, so many were not sent"));
        }
        let entry = Entry::of(record);
        world.remember(("read", entry));
        self.check_order(entry);
        let expected = self.account.meant(self.next, |entries| entries.next());
        self.next = expected.map_or(self.next, |(place, _)| place + 1);
        self.account.demand(expected.is_some_and(|(_, next)| next == entry), || {
            format!("{entry:?} was read instead of {expected:?}")
        });
    }

    /// What holds on many threads as well.
    fn check_order(&mut self, Entry { name, source, id }: Entry) {
        if id.priority.is_none() || id.sender == TICK || source.is_some() {
            return;
        }
        let known = self.last.iter_mut().find(|(sender, of, _)| (*sender, *of) == (id.sender, name));
        let before = match known {
            Some((_, _, number)) => std::mem::replace(number, id.number),
            None => {
                self.last.push((id.sender, name, id.number));
                0
            }
        };
        self.account.scene.world.demand(before < id.number, || format!("{id:?} was read after {before}"));
    }

    /// Reads what is there.
    async fn read_on(&mut self, most: u64) {
        for _ in 0..most {
            let Ok(Some(record)) = tokio::time::timeout(Duration::ZERO, self.stream.next()).await else {
                return;
            };
            self.check(&record);
        }
    }

    /// Reads to the end, which must come after all that was sent.
    async fn read_out(mut self, pause: u64) {
        while let Some(record) = self.stream.next().await {
            self.check(&record);
            if pause > 0 {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        }
        let left = self.account.sent_since(self.next);
        self.account.demand(left == 0, || format!("it ended although {left} had not been read"));
        self.account.close();
    }

    /// What waits and what is missing is all that was sent and not read.
    fn check_balance(&self) {
        let Some(info) = self.account.info() else { return };
        let (sent, left) = (self.account.sent_since(self.account.from), self.account.sent_since(self.next));
        let waiting = info.waiting as u64 + info.missed - self.told;
        self.account.demand((info.heard, waiting) == (sent, left), || {
            format!("{sent} were sent, {left} of them not read, {} told as missing, but {info:?}", self.told)
        });
    }
}

impl Visitor {
    pub(super) fn subscribe(&mut self) {
        let pattern = Pattern::throw(&mut self.dice);
        let stream = self.scene.handle.subscribe(pattern.text);
        let account = Account::open(&self.scene, stream.id(), pattern, false);
        let stream = stream.capacity(1 + self.dice.roll(6) as usize);
        let next = account.from;
        let reading = Reading { stream, account, next, told: 0, last: Vec::new() };
        if self.dice.roll(3) == 0 {
            let pause = self.dice.roll(3) * 20;
            self.scene.leave_behind(reading.read_out(pause));
        } else {
            self.readings.push(reading);
        }
    }

    /// Goes on with one of the streams, and sometimes no further.
    pub(super) async fn read(&mut self) {
        if self.readings.is_empty() {
            return self.subscribe();
        }
        let one = self.dice.roll(self.readings.len() as u64) as usize;
        let mut reading = self.readings.swap_remove(one);
        reading.read_on(self.dice.roll(5)).await;
        match self.dice.roll(4) {
            0 => self.drop_reading(reading),
            1 => self.remove(reading).await,
            _ => self.readings.push(reading),
        }
    }

    pub(super) fn drop_reading(&self, reading: Reading) {
        reading.check_balance();
        drop(reading.stream);
        reading.account.close();
    }

    /// Nothing is read any more when it has been removed.
    async fn remove(&mut self, mut reading: Reading) {
        reading.check_balance();
        let was_there = self.scene.handle.unsubscribe(reading.stream.id());
        reading.account.close();
        let next = begin(&mut Box::pin(tokio::task::unconstrained(reading.stream.next()))).await;
        if was_there {
            let is_over = matches!(next, std::task::Poll::Ready(None));
            self.scene.world.demand(is_over, || format!("{next:?} was read after the removal"));
        }
    }
}
