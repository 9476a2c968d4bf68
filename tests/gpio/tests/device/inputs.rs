//! What somebody does at the wires comes as events.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::bench::{Bench, DOOR, LEAK, MOTION};
use crate::by_each_driver;
use crate::house::House;

/// So long nothing comes any more, whatever the machine does beside.
const QUIET: Duration = Duration::from_millis(500);

async fn start(bench: &Bench, driver: &str, inputs: &str) -> House {
    House::start(driver, &format!("chip: {}\ninputs: {inputs}", bench.chip())).await
}

/// Brings a line to a level, there and back again, many times in much less time than an input is debounced.
fn bounce(bench: &Bench, line: u32, to: bool) {
    for level in [to, !to, to, !to, to, !to, to] {
        bench.pull(line, level);
    }
}

async fn an_input_that_nobody_drives_is_pulled_as_its_section_says(bench: Bench, driver: &str) {
    bench.pull(MOTION, true);
    let inputs = "{ door: { line: DOOR, bias: pull_up }, motion: { line: MOTION, bias: pull_down },
        LEAK: { bias: as_is } }";
    bench.pull(LEAK, true);
    let house = start(&bench, driver, inputs).await;
    assert!(house.gpio.get_input("LEAK".into()).await.unwrap(), "as it was; its key is the line's name");
    assert!(bench.high(DOOR) && house.gpio.get_input("door".into()).await.unwrap());
    assert!(!bench.high(MOTION) && !house.gpio.get_input("motion".into()).await.unwrap());
    house.end().await;
}

async fn both_edges_come_with_the_line_its_number_and_the_time(bench: Bench, driver: &str) {
    let inputs = "{ door: { line: DOOR, bias: pull_up, debounce: 0ms }, motion: { line: 4, debounce: 5ms, bias: pull_down } }";
    let mut house = start(&bench, driver, inputs).await;
    let mut before = 0;
    for number in 1..=6 {
        let level = number % 2 == 0;
        bench.pull(DOOR, level);
        let change = house.change().await;
        assert_eq!((change.line, &*change.line_name), (DOOR, "door"));
        assert_eq!((change.line_seq, change.rising_edge), (number, level));
        assert!(change.timestamp_ns > before, "time goes on: {change:?}");
        before = change.timestamp_ns;
        assert_eq!(house.gpio.get_input("door".into()).await.unwrap(), level);
    }
    bench.pull(MOTION, true);
    let change = house.change().await;
    assert_eq!(
        (change.line, &*change.line_name, change.line_seq),
        (MOTION, "motion", 1),
        "each line has its numbers"
    );
    house.end().await;
}

async fn an_input_that_is_active_when_low_rises_when_it_falls(bench: Bench, driver: &str) {
    let mut house = start(&bench, driver, "{ door: { line: DOOR, bias: pull_up, active_low: true } }").await;
    assert!(!house.gpio.get_input("door".into()).await.unwrap());
    bench.pull(DOOR, false);
    assert!(house.change().await.rising_edge);
    assert!(house.gpio.get_input("door".into()).await.unwrap());
    bench.pull(DOOR, true);
    assert!(!house.change().await.rising_edge);
    house.end().await;
}

async fn only_the_edges_come_that_are_wanted(bench: Bench, driver: &str) {
    let inputs = "{ door: { line: DOOR, bias: pull_down, debounce: 0ms, edges: rising },
        motion: { line: MOTION, bias: pull_down, edges: falling } }";
    let mut house = start(&bench, driver, inputs).await;
    for line in [DOOR, MOTION] {
        for level in [true, false, true, false] {
            bench.pull(line, level);
            // Longer than it is debounced, so that each is a change of its own.
            sleep(Duration::from_millis(80)).await;
        }
    }
    let changes = house.changes_until_quiet(QUIET).await;
    let seen: Vec<_> = changes.iter().map(|change| (change.line, change.rising_edge)).collect();
    assert_eq!(seen, [(DOOR, true), (DOOR, true), (MOTION, false), (MOTION, false)]);
    house.end().await;
}

async fn what_bounces_is_one_change_and_what_comes_back_is_none(bench: Bench, driver: &str) {
    let mut house = start(&bench, driver, "{ door: { line: DOOR, bias: pull_down, debounce: 120ms } }").await;
    for number in 1..=6 {
        let level = number % 2 == 1;
        bounce(&bench, DOOR, level);
        let change = house.change().await;
        assert_eq!((change.line_seq, change.rising_edge), (number, level));
        assert_eq!(house.changes_until_quiet(Duration::from_millis(250)).await, [], "it was one change");
    }
    bench.pull(DOOR, true);
    bench.pull(DOOR, false);
    assert_eq!(house.changes_until_quiet(QUIET).await, [], "it has come back at once");
    house.end().await;
}

async fn changes_that_stay_all_come_through_the_debouncing(bench: Bench, driver: &str) {
    let mut house = start(&bench, driver, "{ door: { line: DOOR, bias: pull_down, debounce: 10ms } }").await;
    for number in 1..=20 {
        bench.pull(DOOR, number % 2 == 1);
        assert_eq!(house.change().await.line_seq, number);
    }
    assert_eq!(house.changes_until_quiet(QUIET).await, []);
    house.end().await;
}

async fn of_fifty_changes_a_second_none_is_lost_and_none_invented(bench: Bench, driver: &str) {
    let mut house = start(&bench, driver, "{ door: { line: DOOR, bias: pull_down, debounce: 0ms } }").await;
    let mut ticks = interval(Duration::from_millis(20));
    // Whoever is late makes nothing up: flips at once would be one interrupt for the simulated chip.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 1..=500 {
        ticks.tick().await;
        bench.pull(DOOR, number % 2 == 1);
    }
    let changes = house.changes_until_quiet(QUIET).await;
    let seen: Vec<_> = changes.iter().map(|change| (change.line_seq, change.rising_edge)).collect();
    let made: Vec<_> = (1..=500).map(|number| (number, number % 2 == 1)).collect();
    assert_eq!(seen.len(), made.len());
    assert_eq!(seen, made);
    assert!(changes.windows(2).all(|two| two[0].timestamp_ns < two[1].timestamp_ns));
    house.end().await;
}

by_each_driver! {
    an_input_that_nobody_drives_is_pulled_as_its_section_says
    both_edges_come_with_the_line_its_number_and_the_time
    an_input_that_is_active_when_low_rises_when_it_falls
    only_the_edges_come_that_are_wanted
    what_bounces_is_one_change_and_what_comes_back_is_none
    changes_that_stay_all_come_through_the_debouncing
    of_fifty_changes_a_second_none_is_lost_and_none_invented
}
