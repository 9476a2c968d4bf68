//! Modules that go while somebody may still be at work on them.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::house::{House, check};
use super::work::Fate;
use crate::sync::checker::{JoinHandle, drive, spawn};

/// A caller on a thread of its own.
pub(super) fn calling(house: &House, number: u32, suspensions: u32) -> JoinHandle<()> {
    let house = house.clone();
    spawn(move || {
        house.call(house.work(number, suspensions));
    })
}

/// The loop's task, which goes with its runtime when it has been polled so often.
pub(super) fn deserting(house: &House, polls: u32) -> JoinHandle<()> {
    let mut task = house.task();
    let mut left = polls;
    spawn(move || {
        drive(poll_fn(move |cx| {
            let polled = std::pin::Pin::new(&mut task).poll(cx);
            left -= 1;
            if left == 0 || polled.is_ready() { Poll::Ready(()) } else { Poll::Pending }
        }));
    })
}

/// Everything has a fate, and the module is gone.
pub(super) fn assert_all_gone(house: &House, numbers: &[u32]) {
    house.look();
    for number in numbers {
        assert!(house.ledger.fate(*number).is_some(), "message {number} has no fate");
    }
    assert_eq!(house.ledger.modules_dropped(), 1);
}

#[test]
fn an_end_in_order_waits_for_whoever_has_entered() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        let caller = calling(&house, 1, 1);
        house.event_loop.close();
        house.event_loop.terminate();
        driver.join().unwrap();
        house.event_loop.vacate();
        caller.join().unwrap();
        assert_all_gone(&house, &[1]);
        assert_ne!(house.ledger.fate(1), Some(Fate::Broken));
    });
}

/// A caller may be inside when the task goes with its runtime, and comes out when nobody else is left.
fn outstay(suspensions: u32) {
    let house = House::new(4);
    let driver = deserting(&house, 1);
    house.wait_for_task();
    house.call(house.work(1, suspensions));
    driver.join().unwrap();
    assert_all_gone(&house, &[1]);
}

#[test]
fn a_caller_that_outstays_the_task_drops_the_module() {
    check(|| outstay(0));
}

#[test]
fn a_caller_that_outstays_the_task_drops_its_handler() {
    check(|| outstay(1));
}

#[test]
fn a_task_that_goes_with_its_runtime_leaves_nothing_behind() {
    check(|| {
        let house = House::new(4);
        let driver = deserting(&house, 1);
        let caller = calling(&house, 1, 1);
        house.send(house.work(2, 1));
        caller.join().unwrap();
        driver.join().unwrap();
        assert_all_gone(&house, &[1, 2]);
    });
}

#[test]
fn an_end_meets_the_first_message() {
    check(|| {
        let house = House::new(4);
        let caller = calling(&house, 1, 0);
        house.event_loop.close();
        house.event_loop.terminate();
        let ended = house.event_loop.task_ended();
        let is_waited_for = pin!(ended).poll(&mut Context::from_waker(Waker::noop())).is_pending();
        caller.join().unwrap();
        let task = house.summoned();
        assert!(is_waited_for || task.is_none(), "a task came after the end");
        task.into_iter().for_each(drive);
        house.event_loop.vacate();
        assert_all_gone(&house, &[1]);
    });
}

#[test]
fn a_forced_end_settles_everything() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        house.wait_for_task();
        let caller = calling(&house, 1, 1);
        house.event_loop.kill();
        driver.join().unwrap();
        caller.join().unwrap();
        house.event_loop.vacate();
        assert_all_gone(&house, &[1]);
    });
}

#[test]
fn a_module_moves_out_between_handlers_only() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        house.wait_for_task();
        let caller = calling(&house, 1, 0);
        drop(house.event_loop.move_out(0));
        caller.join().unwrap();
        house.clone().end(driver);
        house.event_loop.vacate();
        assert_all_gone(&house, &[1]);
    });
}
