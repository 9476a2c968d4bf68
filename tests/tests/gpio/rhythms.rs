//! Outputs that blink.

use looselycoupled::modules::gpio::OutputState::{
    self, Blink, BlinkFast, BlinkSlow, BlinkVeryFast, BlinkVerySlow, Off, On,
};
use looselycoupled::prelude::*;
use tokio::time::{Instant, sleep, sleep_until};

use crate::{house, is_active, set};

const RHYTHMS: [OutputState; 5] = [BlinkVerySlow, BlinkSlow, Blink, BlinkFast, BlinkVeryFast];

const TWO_OF_EACH: &str =
    "outputs: { a0: 0, a1: 1, a2: 2, a3: 3, a4: 4, b0: 10, b1: 11, b2: 12, b3: 13, b4: 14 }";

/// Whether an output of that rhythm has to be active so long after the start.
fn phase(state: OutputState, since: Duration) -> bool {
    since.as_millis() / state.half_period().unwrap().as_millis() % 2 == 1
}

#[looselycoupled::test]
async fn for_a_day_all_outputs_of_a_rhythm_change_together_and_on_time() {
    let start = Instant::now();
    let (_app, gpio) = house(TWO_OF_EACH).await;
    for (place, rhythm) in RHYTHMS.into_iter().enumerate() {
        set(&gpio, &format!("a{place}"), rhythm).await;
        sleep(Duration::from_millis(730)).await;
        set(&gpio, &format!("b{place}"), rhythm).await;
    }
    // From now on in the middle of every tick, when all rhythms have had a change.
    for tick in 20..24 * 60 * 60 * 1000 / 400_u64 {
        let since = Duration::from_millis(tick * 400 + 200);
        sleep_until(start + since).await;
        for line in gpio.lines().await.unwrap() {
            let (name, state) = (line.name, line.state.unwrap());
            assert_eq!(line.active, phase(state, since), "{name} ({state}) after {since:?}");
        }
    }
}

#[looselycoupled::test]
async fn an_output_changes_in_the_millisecond_of_its_rhythm() {
    let start = Instant::now();
    let (_app, gpio) = house("outputs: { lamp: 4 }").await;
    set(&gpio, "lamp", BlinkFast).await;
    for number in 1..10 {
        let change = start + number * Duration::from_millis(800);
        sleep_until(change - Duration::from_millis(1)).await;
        // It became active at once, so the first half period changes nothing.
        assert_eq!(is_active(&gpio, "lamp").await, number == 1 || number % 2 == 0);
        sleep_until(change + Duration::from_millis(1)).await;
        assert_eq!(is_active(&gpio, "lamp").await, number % 2 == 1);
    }
}

#[looselycoupled::test]
async fn who_begins_to_blink_changes_at_once() {
    let (_app, gpio) = house("outputs: { dark: 1, bright: { line: 2, initial: on } }").await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!((set(&gpio, "dark", Blink).await, set(&gpio, "bright", Blink).await), (Off, On));
    assert!(is_active(&gpio, "dark").await);
    assert!(!is_active(&gpio, "bright").await);
    sleep(Duration::from_millis(1200)).await;
    assert!(is_active(&gpio, "dark").await && is_active(&gpio, "bright").await, "both have fallen in");
}

#[looselycoupled::test]
async fn the_same_state_once_more_disturbs_no_rhythm() {
    let (_app, gpio) = house("outputs: { lamp: 1 }").await;
    set(&gpio, "lamp", BlinkVeryFast).await;
    for _ in 0..50 {
        let before = is_active(&gpio, "lamp").await;
        assert_eq!(set(&gpio, "lamp", BlinkVeryFast).await, BlinkVeryFast);
        assert_eq!(is_active(&gpio, "lamp").await, before);
        sleep(Duration::from_millis(170)).await;
    }
}

#[looselycoupled::test]
async fn an_output_that_stops_to_blink_stays_as_it_was_told() {
    let (_app, gpio) = house("outputs: { lamp: 1, fan: 2 }").await;
    set(&gpio, "lamp", BlinkVeryFast).await;
    set(&gpio, "fan", BlinkVeryFast).await;
    sleep(Duration::from_millis(1900)).await;
    set(&gpio, "lamp", On).await;
    set(&gpio, "fan", Off).await;
    for _ in 0..50 {
        assert!(is_active(&gpio, "lamp").await && !is_active(&gpio, "fan").await);
        sleep(Duration::from_millis(170)).await;
    }
}

#[looselycoupled::test]
async fn blinking_is_no_work_that_rest_waits_for() {
    let (app, gpio) = house("outputs: { lamp: { line: 1, initial: blink_very_fast } }").await;
    sleep(Duration::from_secs(10)).await;
    app.quiesce().await;
    assert_eq!(gpio.get_output_state("lamp".into()).await.unwrap(), BlinkVeryFast);
}
