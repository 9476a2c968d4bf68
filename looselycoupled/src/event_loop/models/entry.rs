//! Callers that enter the loop, beside those who wait and the loop's task.

use super::ending::calling;
use super::house::{House, check};
use crate::sync::checker::spawn;

#[test]
fn a_caller_and_a_sender_meet_at_a_loop_that_begins() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven_once_needed();
        let caller = {
            let house = house.clone();
            spawn(move || {
                house.call(house.work(1, 0));
            })
        };
        house.send(house.work(2, 0));
        caller.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([1, 2]);
    });
}

#[test]
fn the_first_message_brings_the_task() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven_once_needed();
        let sender = {
            let house = house.clone();
            spawn(move || house.send(house.work(1, 0)).unwrap())
        };
        house.send(house.work(2, 0)).unwrap();
        sender.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([1, 2]);
    });
}

#[test]
fn the_first_call_is_finished_by_the_task_that_it_brings() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven_once_needed();
        let caller = calling(&house, 1, 1);
        caller.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([1]);
    });
}

#[test]
fn work_that_was_there_before_the_task_could_be_woken_is_found() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        house.send(house.work(1, 0));
        house.clone().end(driver);
        house.assert_handled([1]);
    });
}

#[test]
fn a_caller_whose_handler_is_suspended_hands_it_over() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        house.wait_for_task();
        house.call(house.work(1, 1));
        house.send(house.work(2, 0));
        house.clone().end(driver);
        house.assert_handled([1, 2]);
    });
}

#[test]
fn two_callers_never_stand_on_one_loop_at_once() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        house.wait_for_task();
        let caller = {
            let house = house.clone();
            spawn(move || {
                house.call(house.work(1, 0));
            })
        };
        house.call(house.work(2, 0));
        caller.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([1, 2]);
    });
}
