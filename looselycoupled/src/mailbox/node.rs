//! The place of one waiting message.

use std::fmt;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use crate::metadata::Priority;
use crate::sync::{AtomicU64, Cell, ExclusiveCell, Ordering};

/// Nothing lies in the node, or what lay there has been taken to be handled.
const TAKEN: u64 = 0;
const WAITING: u64 = 1;
/// Whoever sent the message took it back while the node was in the hand of the receiver.
const WITHDRAWN: u64 = 2;

/// One node. Invariants:
///
/// 1. A node lives as long as the [`Store`](super::Store) that made it, and moves between its free list, a lane, and the
///    receiver's hand. Links, lane and content are touched by whoever holds the list that the node is in: lists of the
///    queue belong to the holder of its lock, the hand to the receiver.
/// 2. While the node waits, the content belongs to whoever turns the claim from [`WAITING`] into something else.
#[derive(Debug)]
pub(crate) struct Node<T> {
    /// The number of the message, and in the two lowest bits how it stands.
    claim: AtomicU64,
    pub(super) previous: Cell<Option<NodeRef<T>>>,
    pub(super) next: Cell<Option<NodeRef<T>>>,
    lane: Cell<Lane>,
    content: ExclusiveCell<MaybeUninit<T>>,
}

/// Which list a message waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Of(Priority),
    /// Apart from all priorities.
    Nested,
}

/// A pointer to a node.
pub(crate) struct NodeRef<T>(NonNull<Node<T>>);

impl<T> Clone for NodeRef<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for NodeRef<T> {}

impl<T> PartialEq for NodeRef<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> fmt::Debug for NodeRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", self.0)
    }
}

// SAFETY: a pointer alone does nothing; every use states why it may touch the node. The content is `Send`.
unsafe impl<T: Send> Send for NodeRef<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for NodeRef<T> {}

/// The room for one message; filled before anybody else sees it.
pub(crate) struct Slot<'a, T>(&'a mut MaybeUninit<T>);

/// Proof that a slot was filled.
pub(crate) struct Filled(());

impl<'a, T> Slot<'a, T> {
    #[inline(always)]
    pub(crate) fn fill(self, value: T) -> Filled {
        self.0.write(value);
        Filled(())
    }

    /// SAFETY: `write` writes the whole value.
    #[inline(always)]
    pub(crate) unsafe fn fill_with(self, write: impl FnOnce(*mut T)) -> Filled {
        write(self.0.as_mut_ptr());
        Filled(())
    }
}

/// What the sender of a message keeps to take it back.
#[derive(Debug)]
pub(crate) struct Slip<T> {
    pub(super) node: NodeRef<T>,
    number: u64,
}

impl<T> Clone for Slip<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slip<T> {}

impl<T> Slip<T> {
    /// Rises with every acceptance of a queue.
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }
}

impl<T> Node<T> {
    pub(super) fn vacant() -> Self {
        Self {
            claim: AtomicU64::new(TAKEN),
            previous: Cell::new(None),
            next: Cell::new(None),
            lane: Cell::new(Lane::Nested),
            content: ExclusiveCell::new(MaybeUninit::uninit()),
        }
    }
}

impl<T> NodeRef<T> {
    pub(super) const fn new(node: NonNull<Node<T>>) -> Self {
        Self(node)
    }

    /// SAFETY: the store of the node lives.
    #[inline]
    pub(super) unsafe fn node<'a>(self) -> &'a Node<T> {
        // SAFETY: passed on; there are no exclusive references to nodes.
        unsafe { self.0.as_ref() }
    }

    /// SAFETY: the caller holds the list that the node comes from, and nothing lies in the node.
    #[inline(always)]
    pub(crate) unsafe fn slot<'a>(self) -> Slot<'a, T> {
        // SAFETY: invariant 1.
        Slot(unsafe { &mut *self.node().content.get() })
    }

    /// The message in the node. SAFETY: the caller owns the content, by invariant 2 or because the node waits in a list
    /// that the caller holds and nobody else may claim it.
    #[inline(always)]
    pub(crate) unsafe fn content(self) -> *mut T {
        // SAFETY: passed on.
        unsafe { (*self.node().content.get()).as_mut_ptr() }
    }

    /// Gives a filled node its number. SAFETY: as for `slot`, and the content is there.
    #[inline]
    pub(super) unsafe fn enter(self, number: u64, lane: Lane) -> Slip<T> {
        // SAFETY: invariant 1.
        let node = unsafe { self.node() };
        node.lane.set(lane);
        node.claim.store(number << 2 | WAITING, Ordering::Release);
        Slip { node: self, number }
    }

    /// SAFETY: the caller holds the list that the node is in, or its message waits and the caller holds the queue.
    #[inline]
    pub(super) unsafe fn lane(self) -> Lane {
        // SAFETY: passed on.
        unsafe { self.node().lane.get() }
    }

    /// SAFETY: the store of the node lives.
    #[inline]
    pub(crate) unsafe fn number(self) -> u64 {
        // SAFETY: passed on.
        unsafe { self.node().claim.load(Ordering::Relaxed) >> 2 }
    }

    /// Whether the message in the receiver's hand still waits.
    ///
    /// SAFETY: the store of the node lives.
    #[inline]
    pub(crate) unsafe fn still_waits(self) -> bool {
        // SAFETY: passed on.
        unsafe { self.node().claim.load(Ordering::Acquire) & 3 == WAITING }
    }

    /// Takes the message to handle it, where nobody else can take it at the same time.
    ///
    /// SAFETY: the message waits, and whoever might take it back is excluded.
    #[inline]
    pub(crate) unsafe fn claim_alone(self) {
        // SAFETY: passed on.
        let claim = unsafe { &self.node().claim };
        claim.store(claim.load(Ordering::Relaxed) & !3, Ordering::Relaxed);
    }

    /// Takes the message to handle it; false if it was taken back.
    ///
    /// SAFETY: the node is in the caller's hand.
    #[inline]
    pub(crate) unsafe fn claim(self) -> bool {
        // SAFETY: passed on.
        let claim = unsafe { &self.node().claim };
        let waiting = claim.load(Ordering::Relaxed) & !3 | WAITING;
        claim.compare_exchange(waiting, waiting & !3, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl<T> Slip<T> {
    /// Whether the message still waits.
    ///
    /// SAFETY: the store of the node lives.
    pub(crate) unsafe fn still_waits(&self) -> bool {
        // SAFETY: passed on.
        unsafe { self.node.node().claim.load(Ordering::Acquire) == self.number << 2 | WAITING }
    }

    /// Takes the message back; false if it is being handled, or was.
    ///
    /// SAFETY: the store of the node lives.
    pub(super) unsafe fn withdraw(&self) -> bool {
        // SAFETY: passed on.
        let claim = unsafe { &self.node.node().claim };
        let (waiting, withdrawn) = (self.number << 2 | WAITING, self.number << 2 | WITHDRAWN);
        claim.compare_exchange(waiting, withdrawn, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}
