//! What a peer has sent, and what of it has come back.
//!
//! ZeroMQ drops without a word what nobody hears yet, and what a slow reader leaves lying. But everybody gets everything, so what a peer
//! sends comes back to it, too: only then it is known that the broker has passed it on.

use std::collections::HashMap;

use tokio::sync::Semaphore;

use crate::sync::{AtomicU64, Mutex, Ordering};

/// So many messages are on their way at a time; then senders wait.
pub(super) const WINDOW: usize = 4_096;

/// So many other senders are watched.
const MOST_SENDERS: usize = 1_024;

/// One connection's.
#[derive(Debug)]
pub(super) struct Flow {
    room: Semaphore,
    sent: Mutex<u64>,
    back: AtomicU64,
    others: Mutex<HashMap<Box<str>, u64>>,
}

impl Flow {
    pub(super) fn new() -> Self {
        Self {
            room: Semaphore::new(WINDOW),
            sent: Mutex::new(0),
            back: AtomicU64::new(0),
            others: Mutex::default(),
        }
    }

    /// Waits until one more may be on its way; false if the connection has ended.
    pub(super) async fn has_room(&self) -> bool {
        let room = self.room.acquire().await;
        room.map(tokio::sync::SemaphorePermit::forget).is_ok()
    }

    /// Whether one more may be on its way now.
    pub(super) fn has_room_at_once(&self) -> bool {
        let room = self.room.try_acquire();
        room.map(tokio::sync::SemaphorePermit::forget).is_ok()
    }

    /// Sends what there was room for, by a function that is told its number: in the order of these.
    pub(super) fn send<T>(&self, send: impl FnOnce(u64) -> Result<(), T>) -> Result<(), T> {
        let mut sent = self.sent.lock();
        match send(*sent + 1) {
            Ok(()) => {
                *sent += 1;
                Ok(())
            }
            Err(error) => {
                self.room.add_permits(1);
                Err(error)
            }
        }
    }

    /// A message has come back; how many before it have not, and will not.
    pub(super) fn come_back(&self, number: u64) -> u64 {
        let sent = *self.sent.lock();
        let before = self.back.load(Ordering::Relaxed);
        // Whatever somebody else makes up has not been sent.
        if number <= before || number > sent {
            return 0;
        }
        self.back.store(number, Ordering::Relaxed);
        let passed = number - before;
        self.room.add_permits(usize::try_from(passed).unwrap_or(WINDOW));
        passed - 1
    }

    /// A message of another peer has come; how many of its own before this one have not.
    pub(super) fn come_from(&self, sender: &str, number: u64) -> u64 {
        let mut others = self.others.lock();
        let has_place = others.len() < MOST_SENDERS;
        match others.get_mut(sender) {
            Some(last) => {
                let missing = number.saturating_sub(*last + 1);
                *last = number;
                missing
            }
            None if has_place => {
                others.insert(sender.into(), number);
                0
            }
            None => 0,
        }
    }

    /// How many have not come back.
    pub(super) fn under_way(&self) -> u64 {
        self.sent.lock().saturating_sub(self.back.load(Ordering::Relaxed))
    }

    /// Whether anything has come back yet.
    pub(super) fn is_proven(&self) -> bool {
        self.back.load(Ordering::Relaxed) > 0
    }

    /// The connection has ended: who waits for room is told.
    pub(super) fn end(&self) {
        self.room.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_back_makes_room_and_what_does_not_is_counted() {
        let flow = Flow::new();
        let send = || flow.send(|_number| Ok::<_, u64>(()));
        for _ in 0..WINDOW {
            assert!(flow.has_room().await);
            send().unwrap();
        }
        assert_eq!((flow.has_room_at_once(), flow.is_proven()), (false, false));
        assert_eq!(flow.come_back(3), 2, "two have not");
        assert_eq!((flow.come_back(2), flow.come_back(u64::MAX)), (0, 0), "nobody has sent that");
        assert_eq!(flow.under_way(), WINDOW as u64 - 3);
        assert!(flow.has_room_at_once());
        assert_eq!(flow.send(Err), Err(WINDOW as u64 + 1), "its number is the next one's");
        for _ in 0..3 {
            assert!(flow.has_room_at_once());
        }
        assert!(!flow.has_room_at_once());
        flow.end();
        assert!(!flow.has_room().await);
    }

    #[test]
    fn gaps_of_other_senders_are_seen() {
        let flow = Flow::new();
        assert_eq!((flow.come_from("a", 7), flow.come_from("a", 8), flow.come_from("a", 11)), (0, 0, 2));
        assert_eq!(flow.come_from("b", 1), 0);
    }
}
