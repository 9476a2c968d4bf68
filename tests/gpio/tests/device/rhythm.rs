//! Outputs that blink, by the kernel's own record of what was written and when.

use std::time::Duration;

use looselycoupled::modules::gpio::OutputState::{BlinkFast, BlinkVeryFast, Off, On};
use tokio::time::sleep;

use crate::bench::{Bench, FAN, LAMP, Write};
use crate::by_each_driver;
use crate::house::House;

/// By how much an emulated machine beside other work may be late.
const LATE: Duration = Duration::from_millis(100);

async fn start(bench: &Bench, driver: &str) -> House {
    House::start(driver, &format!("chip: {}\noutputs: {{ lamp: LAMP, fan: FAN }}", bench.chip())).await
}

/// The writes that changed a line that was low.
fn flips(bench: &Bench, line: u32) -> Vec<Write> {
    let mut level = false;
    let mut flips = bench.writes(line);
    flips.retain(|write| std::mem::replace(&mut level, write.high) != write.high);
    flips
}

/// Checks that each but the first comes whole half periods after the second: late at times, but never more and more.
fn in_rhythm(flips: &[Write], half_period: Duration) {
    let beat = &flips[1..];
    for (number, flip) in (0..).zip(beat) {
        let due = beat[0].at + half_period * number;
        assert!(flip.at.abs_diff(due) < LATE, "flip {number} is due at {due:?}: {flips:?}");
    }
}

async fn an_output_that_begins_to_blink_changes_at_once(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    house.set("fan", On).await;
    assert_eq!(house.set("lamp", BlinkFast).await, Off);
    assert!(bench.high(LAMP));
    assert_eq!(house.set("fan", BlinkFast).await, On);
    assert!(!bench.high(FAN));
    assert_eq!(house.gpio.get_output_state("fan".into()).await.unwrap(), BlinkFast);
    house.end().await;
}

async fn outputs_of_one_rhythm_flip_together_and_in_time(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    bench.forget_writes();
    house.set("lamp", BlinkVeryFast).await;
    sleep(Duration::from_millis(150)).await;
    house.set("fan", BlinkVeryFast).await;
    sleep(Duration::from_secs(6)).await;
    let (lamp, fan) = (flips(&bench, LAMP), flips(&bench, FAN));
    assert!(lamp.len() > 12 && fan.len() > 12, "{lamp:?} {fan:?}");
    in_rhythm(&lamp, Duration::from_millis(400));
    in_rhythm(&fan, Duration::from_millis(400));
    // The first flips are when they were told, the rest is common.
    for (lamp, fan) in lamp.iter().rev().zip(fan.iter().rev()).take(10) {
        assert_eq!(lamp.high, fan.high);
        assert!(lamp.at.abs_diff(fan.at) < Duration::from_millis(20), "{lamp:?} {fan:?}");
    }
    house.end().await;
}

async fn an_output_that_is_switched_stops_to_blink(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    house.set("lamp", BlinkVeryFast).await;
    house.set("fan", BlinkVeryFast).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(house.set("lamp", On).await, BlinkVeryFast);
    bench.forget_writes();
    sleep(Duration::from_secs(2)).await;
    assert!(bench.high(LAMP));
    assert!(bench.writes(LAMP).iter().all(|write| write.high), "it stays on");
    assert!(flips(&bench, FAN).len() > 3, "the other one goes on");
    house.end().await;
}

by_each_driver! {
    an_output_that_begins_to_blink_changes_at_once
    outputs_of_one_rhythm_flip_together_and_in_time
    an_output_that_is_switched_stops_to_blink
}
