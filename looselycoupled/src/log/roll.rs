//! Which of our layers hear the log.

use std::sync::LazyLock;

use crate::sync::{Arc, AtomicBool, Mutex, Ordering};

/// All layers of one sort that are in use, with what each says of itself.
pub(super) type Roll = LazyLock<Mutex<Vec<Arc<str>>>>;

/// A layer's place there, from the moment at which it is part of a subscriber.
///
/// That subscriber may be refused, since the program has another; then it is dropped, and the layer with it.
#[derive(Debug)]
pub(super) struct Enrolment {
    roll: &'static Roll,
    text: Arc<str>,
    is_enrolled: AtomicBool,
}

impl Enrolment {
    pub(super) fn on(roll: &'static Roll, text: &str) -> Self {
        Self { roll, text: text.into(), is_enrolled: AtomicBool::new(false) }
    }

    pub(super) fn enrol(&self) {
        if !self.is_enrolled.swap(true, Ordering::Relaxed) {
            self.roll.lock().push(Arc::clone(&self.text));
        }
    }
}

impl Drop for Enrolment {
    fn drop(&mut self) {
        let mut enrolled = self.roll.lock();
        if let Some(place) = enrolled.iter().position(|text| Arc::ptr_eq(text, &self.text)) {
            enrolled.remove(place);
        }
    }
}
