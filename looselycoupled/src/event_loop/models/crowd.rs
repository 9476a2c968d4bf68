//! Many at once, and more of it than can be explored to the end.

use super::super::{Receipt, Withdrawal};
use super::ending::{assert_all_gone, calling, deserting};
use super::house::{House, check};
use super::room::{send as send_where_there_is_room, wait_for_room};
use super::work::{Fate, Work};
use crate::metadata::Priority;
use crate::statistics::Loss;
use crate::sync::checker::{JoinHandle, drive, spawn};

/// Somebody who puts so many messages in line, numbered from ten times its own number.
fn producing(house: &House, producer: u32, priority: Priority, messages: u32) -> JoinHandle<Vec<Receipt>> {
    let house = house.clone();
    spawn(move || {
        let numbers = 10 * producer..10 * producer + messages;
        numbers.filter_map(|number| house.push(priority, house.work(number, number % 2), &mut None)).collect()
    })
}

/// The messages of a producer as they began.
fn begun_of(house: &House, producer: u32) -> Vec<u32> {
    house.ledger.begun().into_iter().filter(|number| number / 10 == producer).collect()
}

#[test]
fn every_sender_is_served_in_its_order() {
    check(|| {
        let house = House::new(20);
        let driver = house.driven();
        let priorities = [Priority::Normal, Priority::High, Priority::Normal];
        let producers: Vec<_> = (1..).zip(priorities).map(|(n, p)| producing(&house, n, p, 3)).collect();
        producers.into_iter().for_each(|producer| drop(producer.join().unwrap()));
        house.clone().end(driver);
        for producer in 1..=3 {
            assert_eq!(begun_of(&house, producer), Vec::from_iter(10 * producer..10 * producer + 3));
        }
    });
}

#[test]
fn what_is_urgent_begins_next() {
    check(|| {
        let house = House::new(20);
        let driver = house.driven();
        let producers = [1, 2].map(|number| producing(&house, number, Priority::Normal, 3));
        house.push(Priority::Highest, house.work(1, 0), &mut None);
        let begun = house.ledger.how_many_begun();
        producers.into_iter().for_each(|producer| drop(producer.join().unwrap()));
        house.clone().end(driver);
        let place = house.ledger.begun().iter().position(|number| *number == 1).unwrap();
        // One may be about to begin, whose place the task has looked at before.
        assert!(place <= begun + 1, "{begun} had begun, and it was the next but {}", place - begun);
    });
}

#[test]
fn callers_and_senders_share_a_loop() {
    check(|| {
        let house = House::new(20);
        let driver = house.driven();
        let callers = [calling(&house, 1, 1), calling(&house, 2, 0), calling(&house, 3, 2)];
        let producer = producing(&house, 4, Priority::Low, 3);
        callers.into_iter().for_each(|caller| caller.join().unwrap());
        producer.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([1, 2, 3, 40, 41, 42]);
    });
}

#[test]
fn what_is_taken_back_is_not_handled() {
    check(|| {
        let house = House::new(20);
        let driver = house.driven();
        let producers = [1, 2].map(|number| producing(&house, number, Priority::Normal, 4));
        let mut expected = Vec::new();
        for (producer, receipts) in (1..).zip(producers.map(|producer| producer.join().unwrap())) {
            for (number, receipt) in (10 * producer..).zip(receipts).skip(1) {
                expected.push((number, house.event_loop.withdraw(receipt, Loss::Cancelled)));
            }
        }
        house.clone().end(driver);
        for (number, withdrawal) in expected {
            let is_back = house.ledger.fate(number) == Some(Fate::Discarded(Loss::Cancelled));
            assert_eq!(is_back, withdrawal == Withdrawal::Done, "message {number}");
        }
    });
}

#[test]
fn many_wait_for_little_room() {
    check(|| {
        let house = House::new(1);
        let driver = house.driven();
        let sender = |number: u32| {
            let house = house.clone();
            spawn(move || {
                for number in [10 * number, 10 * number + 1] {
                    if let Err(parking) = send_where_there_is_room(&house, number) {
                        assert!(wait_for_room(&parking));
                    }
                }
            })
        };
        [1, 2, 3].map(sender).into_iter().for_each(|sender| sender.join().unwrap());
        house.clone().end(driver);
        house.assert_handled([10, 11, 20, 21, 30, 31]);
    });
}

#[test]
fn a_full_queue_closes() {
    check(|| {
        let house = House::new(1);
        let driver = house.driven();
        let sender = |number: u32| {
            let house = house.clone();
            spawn(move || house.call(house.work(number, 1)))
        };
        let senders = [1, 2, 3].map(sender);
        house.event_loop.close();
        for sender in senders {
            sender.join().unwrap();
        }
        house.event_loop.terminate();
        driver.join().unwrap();
        house.event_loop.vacate();
        assert_all_gone(&house, &[1, 2, 3]);
    });
}

#[test]
fn a_runtime_goes_under_load() {
    check(|| {
        let house = House::new(20);
        let driver = deserting(&house, 2);
        let callers = [calling(&house, 1, 1), calling(&house, 2, 1)];
        let producer = producing(&house, 3, Priority::Normal, 2);
        callers.into_iter().for_each(|caller| caller.join().unwrap());
        producer.join().unwrap();
        driver.join().unwrap();
        assert_all_gone(&house, &[1, 2, 30, 31]);
    });
}

#[test]
fn the_end_is_forced_under_load() {
    check(|| {
        let house = House::new(20);
        let driver = house.driven();
        let callers = [calling(&house, 1, 2), calling(&house, 2, 1)];
        let producer = producing(&house, 3, Priority::Normal, 2);
        house.event_loop.kill();
        callers.into_iter().for_each(|caller| caller.join().unwrap());
        producer.join().unwrap();
        driver.join().unwrap();
        house.event_loop.vacate();
        assert_all_gone(&house, &[1, 2, 30, 31]);
    });
}

#[test]
fn rest_comes_under_load() {
    check(|| {
        let house = House::new(20);
        let driver = house.driven();
        let caller = calling(&house, 1, 1);
        let producer = producing(&house, 2, Priority::Normal, 2);
        house.send(house.work(3, 1));
        drive(house.event_loop.services().activity.rest(|| false));
        house.assert_handled([3]);
        caller.join().unwrap();
        producer.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([1, 20, 21]);
    });
}

#[test]
fn modules_of_one_loop_stand_on_each_other() {
    /// A handler that calls the other module and does not wait for it.
    fn calling_the_other(house: &House, number: u32, module: u32) -> Work {
        let inside = house.clone();
        let act = move || {
            let other = Work { module: 1 - module, ..inside.work(number + 1, 1) };
            assert!(inside.call_nested(other), "nothing else stands on the loop");
            let own = Work { module, ..inside.work(number + 2, 0) };
            assert!(!inside.call_nested(own), "a module does not call itself");
        };
        Work { module, act: Some(Box::new(act)), ..house.work(number, 1) }
    }
    check(|| {
        let house = House::shared(20, 2);
        let driver = house.driven();
        let caller = |number: u32, module: u32| {
            let house = house.clone();
            spawn(move || house.call(calling_the_other(&house, number, module)))
        };
        let callers = [caller(10, 0), caller(20, 1)];
        house.send(Work { module: 1, ..house.work(30, 1) });
        for caller in callers {
            caller.join().unwrap();
        }
        house.clone().end(driver);
        house.assert_handled([10, 11, 20, 21, 30]);
    });
}
