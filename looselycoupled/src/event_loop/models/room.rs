//! Senders that wait for room.

use std::future::poll_fn;
use std::task::{Poll, Waker};

use super::super::{Obstacle, Parked, Parking, Receipt, Withdrawal};
use super::house::{House, check};
use super::work::Fate;
use crate::metadata::Priority;
use crate::statistics::Loss;
use crate::sync::Arc;
use crate::sync::checker::{drive, spawn};

/// What a sender gets whose queue may be full.
pub(super) fn send(house: &House, number: u32) -> Result<Receipt, Arc<Parking>> {
    let mut obstacle = None;
    match (house.push(Priority::Normal, house.work(number, 0), &mut obstacle), obstacle) {
        (Some(receipt), _) => Ok(receipt),
        (None, Some(Obstacle::Parked(parking))) => Err(parking),
        (None, refusal) => panic!("{refusal:?}"),
    }
}

/// Waits for room; false if the queue closed meanwhile.
pub(super) fn wait_for_room(parking: &Parking) -> bool {
    drive(poll_fn(|cx| match parking.poll(cx.waker()) {
        Parked::Waiting => Poll::Pending,
        Parked::Accepted(_) => Poll::Ready(true),
        Parked::Refused => Poll::Ready(false),
    }))
}

#[test]
fn who_waits_for_room_gets_it() {
    check(|| {
        let house = House::new(1);
        house.send(house.work(1, 0)).unwrap();
        let driver = house.driven();
        if let Err(parking) = send(&house, 2) {
            assert!(wait_for_room(&parking));
        }
        house.clone().end(driver);
        house.assert_handled([1, 2]);
    });
}

#[test]
fn two_who_wait_for_the_same_room_get_it_one_after_the_other() {
    check(|| {
        let house = House::new(1);
        house.send(house.work(1, 0)).unwrap();
        let first = send(&house, 2);
        let second = send(&house, 3);
        let driver = house.driven();
        let waiting = spawn(move || second.is_err_and(|parking| wait_for_room(&parking)));
        assert!(first.is_err_and(|parking| wait_for_room(&parking)));
        assert!(waiting.join().unwrap());
        house.clone().end(driver);
        house.assert_handled([1, 2, 3]);
        assert_eq!(house.ledger.begun(), [1, 2, 3]);
    });
}

#[test]
fn who_gives_up_waiting_for_room_takes_the_message_back_or_it_is_handled() {
    check(|| {
        let house = House::new(1);
        house.send(house.work(1, 0)).unwrap();
        let parking = send(&house, 2).unwrap_err();
        let driver = house.driven();
        let mut is_back = house.event_loop.unpark(&parking);
        if !is_back {
            let Parked::Accepted(receipt) = parking.poll(Waker::noop()) else { panic!("it waits for room") };
            is_back = house.event_loop.withdraw(receipt, Loss::Cancelled) == Withdrawal::Done;
        }
        house.clone().end(driver);
        house.assert_handled([1]);
        let expected = if is_back { Fate::Discarded(Loss::Cancelled) } else { Fate::Handled };
        assert_eq!(house.ledger.fate(2), Some(expected));
    });
}

#[test]
fn a_message_taken_back_makes_room() {
    check(|| {
        let house = House::new(1);
        let receipt = house.send(house.work(1, 0)).unwrap();
        let parking = send(&house, 2).unwrap_err();
        let driver = house.driven();
        house.event_loop.withdraw(receipt, Loss::Cancelled);
        assert!(wait_for_room(&parking));
        house.clone().end(driver);
        house.assert_handled([2]);
    });
}

#[test]
fn who_waits_for_room_learns_that_the_queue_has_closed() {
    check(|| {
        let house = House::new(1);
        house.send(house.work(1, 0)).unwrap();
        let parking = send(&house, 2).unwrap_err();
        let driver = house.driven();
        let closer = {
            let house = house.clone();
            spawn(move || house.event_loop.close())
        };
        let has_room = wait_for_room(&parking);
        closer.join().unwrap();
        house.clone().end(driver);
        let fate = house.ledger.fate(2);
        let undelivered = Some(Fate::Discarded(Loss::Undelivered));
        assert!(fate == undelivered || has_room && fate == Some(Fate::Handled), "{fate:?}");
    });
}
