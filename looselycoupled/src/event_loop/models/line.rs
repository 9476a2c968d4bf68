//! Messages in line: begun from the hand of the loop's task, taken back by their senders, given back by a queue that closes.

use super::super::Withdrawal;
use super::house::{House, check};
use super::work::Fate;
use crate::statistics::Loss;
use crate::sync::checker::spawn;

const UNDELIVERED: Fate = Fate::Discarded(Loss::Undelivered);

fn fate_after(withdrawal: Withdrawal) -> Fate {
    match withdrawal {
        Withdrawal::Done => Fate::Discarded(Loss::Cancelled),
        Withdrawal::OutOfReach | Withdrawal::TooLate => Fate::Handled,
    }
}

#[test]
fn a_message_is_handled_or_taken_back() {
    check(|| {
        let house = House::new(4);
        house.send(house.work(1, 0)).unwrap();
        let receipt = house.send(house.work(2, 0)).unwrap();
        let driver = house.driven();
        let withdrawal = house.event_loop.withdraw(receipt, Loss::Cancelled);
        house.clone().end(driver);
        house.assert_handled([1]);
        assert_eq!(house.ledger.fate(2), Some(fate_after(withdrawal)));
    });
}

#[test]
fn a_receipt_takes_back_its_own_message_only() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        let receipt = house.send(house.work(1, 0)).unwrap();
        let sender = house.clone();
        let sending = spawn(move || {
            sender.send(sender.work(2, 0)).unwrap();
            sender.send(sender.work(3, 0)).unwrap();
        });
        let withdrawal = house.event_loop.withdraw(receipt, Loss::Cancelled);
        sending.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([2, 3]);
        assert_eq!(house.ledger.fate(1), Some(fate_after(withdrawal)));
    });
}

#[test]
fn a_queue_that_closes_settles_what_it_took_in() {
    check(|| {
        let house = House::new(4);
        house.send(house.work(1, 0)).unwrap();
        house.send(house.work(2, 0)).unwrap();
        let driver = house.driven();
        house.event_loop.close();
        assert!(house.send(house.work(3, 0)).is_none());
        house.clone().end(driver);
        for number in [1, 2] {
            let fate = house.ledger.fate(number);
            assert!(fate == Some(Fate::Handled) || fate == Some(UNDELIVERED), "message {number}: {fate:?}");
        }
        assert_eq!(house.ledger.fate(3), Some(Fate::Discarded(Loss::Cancelled)));
    });
}

/// Not under loom: the task looks at a hint, which weak memory may show late; then a few more begin.
#[cfg(shuttle)]
#[test]
fn nothing_begins_after_a_queue_has_closed() {
    check(|| {
        let house = House::new(4);
        house.send(house.work(1, 0)).unwrap();
        house.send(house.work(2, 0)).unwrap();
        house.send(house.work(3, 0)).unwrap();
        let driver = house.driven();
        house.event_loop.close();
        // One may be about to begin, whose place the task has looked at before.
        let begun = house.ledger.how_many_begun();
        house.clone().end(driver);
        assert!(house.ledger.begun().len() <= begun + 1);
    });
}
