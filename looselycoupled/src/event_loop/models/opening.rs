//! Loops that are opened while the application runs, and end while somebody may still want something of them.

use super::ending::calling;
use super::house::{House, check};
use super::work::Fate;
use crate::statistics::Loss;
use crate::sync::Arc;
use crate::sync::checker::{drive, spawn};

/// What a sender keeps that was not let in.
const REFUSED: Fate = Fate::Discarded(Loss::Cancelled);

/// Nobody is at work any more, and the message was handled or refused.
fn assert_done_or_refused(house: &House, number: u32) {
    house.look();
    let is_begun = house.ledger.begun().contains(&number);
    assert_eq!(house.ledger.fate(number), Some(if is_begun { Fate::Handled } else { REFUSED }));
}

#[test]
fn what_a_loop_took_in_is_done_before_it_ends() {
    check(|| {
        let (house, opened) = House::opened(4);
        let driver = house.driven();
        let sender = house.clone();
        let sending = spawn(move || sender.send(sender.work(1, 1)).is_some());
        drop(opened);
        let is_accepted = sending.join().unwrap();
        driver.join().unwrap();
        assert_eq!(house.ledger.fate(1) == Some(Fate::Handled), is_accepted);
        house.look();
    });
}

#[test]
fn a_loop_that_ends_meets_its_first_caller() {
    check(|| {
        let (house, opened) = House::opened(4);
        let caller = calling(&house, 1, 1);
        drop(opened);
        house.call(house.work(2, 0));
        caller.join().unwrap();
        house.summoned().into_iter().for_each(drive);
        assert_done_or_refused(&house, 1);
        assert_eq!(house.ledger.fate(2), Some(REFUSED));
    });
}

#[test]
fn who_holds_a_loop_can_use_it() {
    check(|| {
        let (house, opened) = House::opened(4);
        let driver = house.driven();
        let finder = house.clone();
        let finding = spawn(move || {
            let held = finder.event_loop.opened();
            let is_open = held.is_some();
            assert_eq!(finder.send(finder.work(1, 0)).is_some() && is_open, is_open);
            is_open
        });
        drop(opened);
        let is_open = finding.join().unwrap();
        driver.join().unwrap();
        assert!(!is_open || house.ledger.fate(1) == Some(Fate::Handled));
        house.look();
    });
}

#[test]
fn a_loop_ends_once_whoever_closes_it() {
    check(|| {
        let (house, opened) = House::opened(4);
        let driver = house.driven();
        let other = Arc::clone(&opened);
        let closing = spawn(move || other.end());
        house.send(house.work(1, 0));
        opened.end();
        closing.join().unwrap();
        driver.join().unwrap();
        assert!(house.event_loop.opened().is_none() && house.send(house.work(2, 0)).is_none());
        assert_done_or_refused(&house, 1);
    });
}

/// The task has found nothing to do and is about to look whether it may go when a caller enters, who leaves a handler to it.
#[test]
fn a_loop_that_ends_does_what_a_caller_leaves_behind() {
    check(|| {
        let (house, opened) = House::opened(4);
        let driver = house.driven();
        house.wait_for_task();
        let caller = calling(&house, 1, 1);
        drop(opened);
        caller.join().unwrap();
        driver.join().unwrap();
        assert_done_or_refused(&house, 1);
    });
}
