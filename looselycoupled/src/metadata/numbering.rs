//! Numbers of transactions and messages that begin anew: for tests that are to be replayed.

use std::cell::Cell;

use super::transaction::COUNTER_BITS;

/// 2000-01-01 in seconds: what is numbered anew is of no real time.
const NO_REAL_TIME: u64 = 946_684_800;

#[derive(Debug, Clone, Copy, Default)]
struct Numbers {
    transactions: u64,
    messages: u64,
}

thread_local! {
    static ANEW: Cell<Option<Numbers>> = const { Cell::new(None) };
}

/// As long as it stands, what this thread numbers is numbered from 1 on, and not by clock and process.
#[derive(Debug)]
#[must_use = "the numbers begin anew as long as this stands"]
pub struct NumbersAnew {
    before: Option<Numbers>,
}

impl NumbersAnew {
    /// Begins.
    pub fn begin() -> Self {
        Self { before: ANEW.replace(Some(Numbers::default())) }
    }
}

impl Drop for NumbersAnew {
    fn drop(&mut self) {
        ANEW.set(self.before);
    }
}

pub(super) fn next_transaction() -> Option<u64> {
    let mut numbers = ANEW.get()?;
    numbers.transactions += 1;
    ANEW.set(Some(numbers));
    Some((NO_REAL_TIME << COUNTER_BITS) + numbers.transactions)
}

pub(super) fn next_message() -> Option<u64> {
    let mut numbers = ANEW.get()?;
    numbers.messages += 1;
    ANEW.set(Some(numbers));
    Some(numbers.messages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{MessageId, TransactionId};

    #[test]
    fn numbers_begin_anew_as_long_as_that_stands() {
        let real = TransactionId::new();
        for _ in 0..2 {
            let _anew = NumbersAnew::begin();
            assert_eq!(TransactionId::new().to_string(), "20000101-000000-000001");
            assert_eq!(TransactionId::new().to_string(), "20000101-000000-000002");
            assert_eq!((MessageId::next().get(), MessageId::next().get()), (1, 2));
        }
        assert!(TransactionId::new() > real);
    }
}
