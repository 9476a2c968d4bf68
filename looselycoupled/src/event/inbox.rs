//! Events that wait for a reader who takes them at its own pace.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use crate::envelope::EventRecord;
use crate::event_loop::drop_safely;
use crate::router::{Ear, Heard, Heed};
use crate::sync::Mutex;

/// Which events a reader wants.
pub(super) type Filter = Box<dyn FnMut(&EventRecord) -> bool + Send>;

/// What a reader finds.
pub(super) enum Found {
    Event(EventRecord),
    /// So many events were lost here, since the reader was slower than they came.
    Gap(u64),
    /// Nothing will come any more.
    Closed(Closed),
}

/// Why nothing comes any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// The application has ended.
    Ended,
    /// The subscription has been removed.
    Removed,
}

/// Which event goes if there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    Oldest,
    Newest,
}

#[derive(Debug)]
pub(super) struct Inbox(Mutex<State>);

#[derive(Debug)]
struct State {
    waiting: VecDeque<EventRecord>,
    capacity: usize,
    goes: Goes,
    /// Since the reader was told last.
    missed: u64,
    heard: u64,
    missed_in_all: u64,
    reader: Option<Waker>,
    closed: Option<Closed>,
}

impl Inbox {
    pub(super) fn new(capacity: usize, goes: Goes) -> Self {
        Self(Mutex::new(State {
            waiting: VecDeque::new(),
            capacity,
            goes,
            missed: 0,
            heard: 0,
            missed_in_all: 0,
            reader: None,
            closed: None,
        }))
    }

    /// At least 1. What waits already stays.
    pub(super) fn set_capacity(&self, capacity: usize) {
        self.0.lock().capacity = capacity.max(1);
    }

    /// What is lost is told where it is missing: before what waits if the oldest events go, after it if the newest do.
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<Found> {
        let mut state = self.0.lock();
        let is_gap_next = state.missed > 0 && (state.goes == Goes::Oldest || state.waiting.is_empty());
        if is_gap_next {
            return Poll::Ready(Found::Gap(std::mem::take(&mut state.missed)));
        }
        if let Some(record) = state.waiting.pop_front() {
            return Poll::Ready(Found::Event(record));
        }
        if let Some(closed) = state.closed {
            return Poll::Ready(Found::Closed(closed));
        }
        if !state.reader.as_ref().is_some_and(|reader| reader.will_wake(cx.waker())) {
            state.reader = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// False: nothing came any more before.
    fn shut(&self, closed: Closed) -> bool {
        let (left, reader, is_first) = {
            let mut state = self.0.lock();
            let is_first = state.closed.is_none();
            state.closed.get_or_insert(closed);
            let mut left = VecDeque::new();
            if closed == Closed::Removed {
                left = std::mem::take(&mut state.waiting);
                state.missed = 0;
            }
            (left, state.reader.take(), is_first)
        };
        // One at a time: where two panic together nothing can be caught.
        for event in left {
            drop_safely(event);
        }
        reader.into_iter().for_each(Waker::wake);
        is_first
    }
}

impl Ear for Inbox {
    fn hear(&self, record: &EventRecord) -> Heed {
        let (oldest, reader) = {
            let mut state = self.0.lock();
            if state.closed.is_some() {
                return Heed::Ignored;
            }
            state.heard += 1;
            let mut oldest = None;
            if state.waiting.len() >= state.capacity {
                state.missed += 1;
                state.missed_in_all += 1;
                if state.goes == Goes::Newest {
                    return Heed::Heard;
                }
                oldest = state.waiting.pop_front();
            }
            state.waiting.push_back(record.clone());
            (oldest, state.reader.take())
        };
        drop_safely(oldest);
        reader.into_iter().for_each(Waker::wake);
        Heed::Heard
    }

    fn close(&self) -> bool {
        self.shut(Closed::Removed)
    }

    fn end(&self) {
        self.shut(Closed::Ended);
    }

    fn retire(&self) {
        self.shut(Closed::Ended);
    }

    fn heard(&self) -> Heard {
        let state = self.0.lock();
        Heard { heard: state.heard, missed: state.missed_in_all, waiting: state.waiting.len() }
    }
}
