//! The handlers that stand on each other during a turn, as other threads may see them.

use super::Label;
use crate::sync::{AtomicU32, Ordering};

const NOBODY: u32 = u32::MAX;

/// The labels of the frames, from the bottom. For messages and for the paths of cycles, never for decisions: readers
/// may see a turn in between two states.
#[derive(Debug)]
pub(super) struct Trail {
    bottom: AtomicU32,
    /// One for each further tenant: no tenant has two frames. Abandoned handlers may pile up higher; those beyond are
    /// left out.
    above: Option<Box<Above>>,
}

/// Boxed, it takes one word where most loops have none.
#[derive(Debug)]
struct Above(Box<[AtomicU32]>);

impl Trail {
    pub(super) fn new(tenants: usize) -> Self {
        let above = || Box::new(Above((1..tenants).map(|_| AtomicU32::new(NOBODY)).collect()));
        Self { bottom: AtomicU32::new(0), above: (tenants > 1).then(above) }
    }

    fn above(&self) -> &[AtomicU32] {
        self.above.as_ref().map_or(&[], |above| &above.0)
    }

    #[inline]
    pub(super) fn set(&self, frame: usize, label: Label) {
        self.store(frame, (label.tenant << 16) | u32::from(label.handler));
    }

    pub(super) fn clear(&self, frame: usize) {
        self.store(frame, NOBODY);
    }

    #[inline]
    fn store(&self, frame: usize, packed: u32) {
        if frame == 0 {
            self.bottom.store(packed, Ordering::Relaxed);
        } else if let Some(above) = self.above().get(frame - 1) {
            above.store(packed, Ordering::Relaxed);
        }
    }

    /// The handlers from the bottom up to a frame.
    pub(super) fn up_to(&self, frame: usize) -> impl DoubleEndedIterator<Item = Label> {
        let frames = std::iter::once(&self.bottom).chain(&self.above()[..frame.min(self.above().len())]);
        frames.filter_map(|packed| {
            let packed = packed.load(Ordering::Relaxed);
            (packed != NOBODY).then_some(Label { tenant: packed >> 16, handler: (packed & 0xFFFF) as u16 })
        })
    }

    /// The topmost handler.
    pub(super) fn top(&self) -> Option<Label> {
        self.up_to(self.above().len()).next_back()
    }
}
