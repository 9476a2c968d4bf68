//! A hook that goes before everything else, as a restart does.

use super::house::{House, check};
use super::work::Work;
use crate::sync::checker::spawn;

const FAILING: u32 = 1;
const RENEWAL: u32 = 9;

/// A handler that asks for its module to be made again.
fn failing(house: &House, suspensions: u32) -> Work {
    let inside = house.clone();
    let act = move || assert!(inside.push_ahead(inside.work(RENEWAL, 1)));
    Work { act: Some(Box::new(act)), ..house.work(FAILING, suspensions) }
}

/// Nothing begins between the handler that failed and the hook.
fn assert_renewed_at_once(house: &House) {
    let begun = house.ledger.begun();
    let failed = begun.iter().position(|number| *number == FAILING).unwrap();
    assert_eq!(begun.get(failed + 1), Some(&RENEWAL), "{begun:?}");
}

#[test]
fn nobody_enters_between_a_failure_and_its_restart() {
    check(|| {
        let house = House::new(4);
        let driver = house.driven();
        house.wait_for_task();
        let caller = {
            let house = house.clone();
            spawn(move || {
                house.call(house.work(2, 0));
            })
        };
        house.call(failing(&house, 0));
        caller.join().unwrap();
        house.clone().end(driver);
        house.assert_handled([FAILING, 2, RENEWAL]);
        assert_renewed_at_once(&house);
    });
}

#[test]
fn what_the_task_has_in_hand_waits_for_a_restart() {
    check(|| {
        let house = House::new(4);
        house.send(failing(&house, 0)).unwrap();
        house.send(house.work(2, 0)).unwrap();
        let driver = house.driven();
        house.call(house.work(3, 0));
        house.clone().end(driver);
        house.assert_handled([FAILING, 2, 3, RENEWAL]);
        assert_renewed_at_once(&house);
    });
}
