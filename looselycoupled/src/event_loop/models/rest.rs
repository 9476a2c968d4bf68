//! When nothing moves.

use super::super::activity::Activity;
use super::house::{House, check};
use super::work::Work;
use crate::sync::checker::{drive, spawn};
use crate::sync::{Arc, AtomicBool, Ordering};

#[test]
fn rest_comes_after_what_was_sent_before() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        house.send(house.work(1, 0)).unwrap();
        drive(house.event_loop.services().activity.rest(|| false));
        house.assert_handled([1]);
        house.clone().end(driver);
    });
}

#[test]
fn rest_does_not_come_between_a_handler_and_what_it_sends() {
    check(|| {
        let [house, other] = House::two();
        let drivers = [house.driven(), other.driven()];
        let act = {
            let other = other.clone();
            move || assert!(other.send(other.work(2, 0)).is_some())
        };
        house.send(Work { act: Some(Box::new(act)), ..house.work(1, 0) }).unwrap();
        drive(house.event_loop.services().activity.rest(|| false));
        house.assert_handled([1, 2]);
        for (house, driver) in [house, other].into_iter().zip(drivers) {
            house.end(driver);
        }
    });
}

#[test]
fn rest_comes_when_the_last_of_two_goes() {
    check(|| {
        let activity = Arc::new(Activity::default());
        let is_done = Arc::new(AtomicBool::new(false));
        // Whoever makes work counts it before letting go of its own.
        activity.enter();
        let (mover, doing) = (Arc::clone(&activity), Arc::clone(&is_done));
        let moving = spawn(move || {
            mover.enter();
            mover.leave();
            doing.store(true, Ordering::Relaxed);
            mover.leave();
        });
        drive(activity.rest(|| false));
        assert!(is_done.load(Ordering::Relaxed), "something still moved");
        moving.join().unwrap();
    });
}

#[test]
fn an_earned_rest_comes_once() {
    check(|| {
        let activity = Arc::new(Activity::default());
        activity.want_notices();
        activity.enter();
        let mover = Arc::clone(&activity);
        let moving = spawn(move || {
            mover.earn();
            mover.leave();
        });
        drive(activity.earned_rest(|| false));
        // The watcher counts as moving from that instant, and then nothing is due any more.
        activity.leave();
        drive(activity.rest(|| false));
        moving.join().unwrap();
        let again = std::pin::pin!(activity.earned_rest(|| false));
        assert!(again.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending());
    });
}

#[test]
fn rest_waits_for_the_notice_that_is_due() {
    check(|| {
        let activity = Arc::new(Activity::default());
        activity.want_notices();
        activity.enter();
        activity.earn();
        let is_noticed = Arc::new(AtomicBool::new(false));
        let (watcher, noticing) = (Arc::clone(&activity), Arc::clone(&is_noticed));
        let watching = spawn(move || {
            drive(watcher.earned_rest(|| false));
            noticing.store(true, Ordering::Relaxed);
            watcher.leave();
        });
        activity.leave();
        drive(activity.rest(|| false));
        assert!(is_noticed.load(Ordering::Relaxed), "a notice was due");
        watching.join().unwrap();
    });
}

#[test]
fn who_wants_notices_from_now_on_keeps_nobody_waiting() {
    check(|| {
        let activity = Arc::new(Activity::default());
        let (mover, resting) = (Arc::clone(&activity), Arc::clone(&activity));
        let moving = spawn(move || {
            mover.enter();
            mover.earn();
            mover.leave();
        });
        let waiting = spawn(move || drive(resting.rest(|| false)));
        activity.want_notices_from_now();
        moving.join().unwrap();
        // What moved afterwards may be told.
        let told = std::pin::pin!(activity.earned_rest(|| false));
        if told.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready() {
            activity.leave();
        }
        waiting.join().unwrap();
    });
}
