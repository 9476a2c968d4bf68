//! Those who can wait, or be waited for.

/// One loop of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct LoopId(u32);

impl LoopId {
    const NONE: Self = Self(0);
    /// Where those are who wait in other processes.
    const ELSEWHERE: Self = Self(u32::MAX);

    pub(crate) const fn new(index: u32) -> Self {
        Self(index + 1)
    }

    /// The place of the loop in the application's list.
    pub(crate) const fn index(self) -> Option<usize> {
        if self.0 == 0 { None } else { Some(self.0 as usize - 1) }
    }
}

/// One turn of a sequential loop, or one handler of a concurrent module.
///
/// A party is never the same as another one that came before it: what waited in an earlier turn is none of the
/// present one's waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Party {
    pub(crate) event_loop: LoopId,
    /// The number of the turn, or of the handler.
    pub(crate) number: u32,
}

impl Party {
    /// Code outside of handlers, which nobody waits for.
    pub(crate) const NONE: Self = Self { event_loop: LoopId::NONE, number: 0 };

    #[inline]
    pub(crate) const fn is_none(self) -> bool {
        self.event_loop.0 == 0
    }

    /// A call that has come from another process, whose caller waits there.
    #[inline]
    pub(crate) const fn visit(number: u32) -> Self {
        Self { event_loop: LoopId::ELSEWHERE, number }
    }

    /// The number of such a call.
    pub(crate) fn as_visit(self) -> Option<u32> {
        (self.event_loop == LoopId::ELSEWHERE).then_some(self.number)
    }

    #[inline]
    pub(crate) const fn raw(self) -> u64 {
        ((self.event_loop.0 as u64) << 32) | self.number as u64
    }

    pub(crate) const fn from_raw(raw: u64) -> Self {
        Self { event_loop: LoopId((raw >> 32) as u32), number: raw as u32 }
    }
}

/// A party that waits, and which of the handlers that stand on each other in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) party: Party,
    pub(crate) frame: u16,
}

impl Caller {
    pub(crate) const NONE: Self = Self { party: Party::NONE, frame: 0 };
}
