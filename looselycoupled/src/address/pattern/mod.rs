//! Patterns of names of events.

use std::fmt::{self, Debug, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use smallvec::{SmallVec, smallvec};

use crate::address::name::{NameError, event_pattern};

/// A name of events with wildcards in it.
///
/// `*` stands for any characters within one segment, be it the whole segment (`sensor.*`) or a part of it (`door_*`);
/// `**` stands for any characters, dots included. Both may stand for none at all. All else, dots too, stands for itself:
/// `sensor.**` matches `sensor.hall` and `sensor.hall.left`, but not `sensor`, whose dot is not there.
///
/// # Examples
///
/// ```
/// use looselycoupled::address::EventPattern;
///
/// let pattern: EventPattern = "sensor.*.level".parse()?;
/// assert!(pattern.matches("sensor.hall.level"));
/// assert!(!pattern.matches("sensor.hall.left.level"));
/// # Ok::<(), looselycoupled::address::NameError>(())
/// ```
#[derive(Clone)]
pub struct EventPattern {
    text: Box<str>,
    machine: Option<Box<Machine>>,
}

impl EventPattern {
    /// Whether it has no wildcards, so that it matches nothing but [itself](Self::as_str).
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.machine.is_none()
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether an event of this name is meant. Takes a step per byte of the name, whatever the pattern.
    #[must_use]
    pub fn matches(&self, event: &str) -> bool {
        match &self.machine {
            None => *self.text == *event,
            Some(machine) => machine.accepts(event.as_bytes()),
        }
    }
}

impl FromStr for EventPattern {
    type Err = NameError;

    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// The pattern or one of its segments is empty, or it has a character that names of events cannot have.
    fn from_str(pattern: &str) -> Result<Self, NameError> {
        event_pattern(pattern)?;
        let machine = pattern.contains('*').then(|| Box::new(Machine::new(pattern.as_bytes())));
        Ok(Self { text: pattern.into(), machine })
    }
}

impl Display for EventPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Debug for EventPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventPattern").field(&self.text).finish()
    }
}

impl PartialEq for EventPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for EventPattern {}

impl Hash for EventPattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

const BITS: usize = u64::BITS as usize;

/// A matcher that is in many states at once, so that it never has to go back.
///
/// In state n, the first n literal bytes of the pattern have been seen. A literal leads to the next state, a wildcard
/// between two literals is a loop in the state between them. A pattern of up to 63 literal bytes needs one word only.
#[derive(Clone)]
struct Machine {
    words: Vec<Word>,
    /// The last state.
    end: usize,
}

/// What happens in 64 of the states, one bit each.
#[derive(Clone)]
struct Word {
    /// The states in which a byte leads to the next one.
    steps: [u64; 256],
    /// The states that any byte but a dot leaves as they are.
    within_segment: u64,
    /// The states that every byte leaves as they are.
    across_segments: u64,
}

impl Word {
    const EMPTY: Self = Self { steps: [0; 256], within_segment: 0, across_segments: 0 };
}

impl Machine {
    fn new(pattern: &[u8]) -> Self {
        let mut machine = Self { words: vec![Word::EMPTY], end: 0 };
        for part in pattern.chunk_by(|left, right| (*left == b'*') == (*right == b'*')) {
            match part {
                [b'*'] => machine.at_end(|word, state| word.within_segment |= state),
                [b'*', ..] => machine.at_end(|word, state| word.across_segments |= state),
                literal => literal.iter().for_each(|byte| machine.step(*byte)),
            }
        }
        machine
    }

    /// Changes what happens in the state that is the last one so far.
    fn at_end(&mut self, change: impl FnOnce(&mut Word, u64)) {
        if let Some(word) = self.words.last_mut() {
            change(word, 1 << (self.end % BITS));
        }
    }

    fn step(&mut self, byte: u8) {
        self.at_end(|word, state| word.steps[usize::from(byte)] |= state);
        self.end += 1;
        if self.end.is_multiple_of(BITS) {
            self.words.push(Word::EMPTY);
        }
    }

    fn accepts(&self, name: &[u8]) -> bool {
        let mut states: SmallVec<[u64; 1]> = smallvec![0; self.words.len()];
        let states = states.as_mut_slice();
        if let Some(first) = states.first_mut() {
            *first = 1;
        }
        name.iter().all(|byte| self.advance(states, *byte))
            && states.get(self.end / BITS).is_some_and(|last| last & (1 << (self.end % BITS)) != 0)
    }

    /// Goes on by one byte, and says whether a match is still possible.
    #[inline]
    fn advance(&self, states: &mut [u64], byte: u8) -> bool {
        let (mut carry, mut alive) = (0, 0);
        for (word, state) in self.words.iter().zip(states) {
            let stay = if byte == b'.' { 0 } else { word.within_segment } | word.across_segments;
            let moved = *state & word.steps[usize::from(byte)];
            *state = (moved << 1) | carry | (*state & stay);
            carry = moved >> (BITS - 1);
            alive |= *state;
        }
        alive != 0
    }
}

#[cfg(test)]
mod tests;
