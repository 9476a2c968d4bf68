//! More than anybody needs at once, and nothing at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fs, thread};

use tokio::time::sleep;

use crate::bench::{Bench, DOOR, LAMP};
use crate::by_each_driver;
use crate::house::House;

const LINES: &str =
    "outputs: { lamp: LAMP }\ninputs: { door: { line: DOOR, bias: pull_down, debounce: 0ms } }";

async fn start(bench: &Bench, driver: &str) -> House {
    House::start(driver, &format!("chip: {}\n{LINES}", bench.label())).await
}

async fn of_calls_at_once_each_is_written(bench: Bench, driver: &str) {
    let house = start(&bench, driver).await;
    bench.forget_writes();
    let callers = (0..4).map(|_| {
        let gpio = house.gpio.clone();
        tokio::spawn(async move {
            for _ in 0..250 {
                gpio.toggle_output_state("lamp".into()).await.unwrap();
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    let written: Vec<bool> = bench.writes(LAMP).iter().map(|write| write.high).collect();
    assert_eq!(written.len(), 1000);
    assert!(
        written.chunks(2).all(|two| two == [true, false]),
        "each call finds what the one before has left"
    );
    house.end().await;
}

/// Simulated interrupts run together when they come at such a rate, and the queues of the kernel overflow.
async fn after_a_flood_the_last_change_is_what_the_line_is(bench: Bench, driver: &str) {
    for debounce in ["0ms", "20ms"] {
        let lines = LINES.replace("0ms", debounce);
        let mut house = House::start(driver, &format!("chip: {}\n{lines}", bench.label())).await;
        for last in [true, false, true] {
            for number in 0..2000 {
                bench.pull(DOOR, (number % 2 == 0) != last);
            }
            bench.pull(DOOR, last);
            let changes = house.changes_until_quiet(Duration::from_millis(500)).await;
            let seen = changes.last().map(|change| change.rising_edge);
            assert_eq!(seen, Some(last), "of {}, debounced {debounce}", changes.len());
            assert!(changes.windows(2).all(|two| two[0].line_seq < two[1].line_seq), "{changes:?}");
        }
        house.end().await;
    }
}

async fn an_application_ends_in_order_amid_a_flood(bench: Bench, driver: &str) {
    let mut house = start(&bench, driver).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let flood = thread::spawn({
        let is_over = Arc::clone(&is_over);
        move || {
            for number in 0.. {
                bench.pull(DOOR, number % 2 == 0);
                if is_over.load(Ordering::Relaxed) {
                    return bench;
                }
            }
            bench
        }
    });
    house.change().await;
    house.end().await;
    is_over.store(true, Ordering::Relaxed);
    assert!(flood.join().unwrap().is_free(DOOR));
}

async fn who_waits_for_inputs_takes_no_time(bench: Bench, driver: &str) {
    let mut house = start(&bench, driver).await;
    bench.pull(DOOR, true);
    house.change().await;
    for is_there in [true, false] {
        if !is_there {
            bench.unplug();
            // By then it has been noticed.
            sleep(Duration::from_secs(2)).await;
        }
        let before = busy();
        sleep(Duration::from_secs(3)).await;
        let busy = busy() - before;
        assert!(busy < Duration::from_millis(300), "{busy:?} of 3 s, device there: {is_there}");
    }
    house.end().await;
}

/// How long this process has kept processors busy; the kernel counts in hundredths of a second.
fn busy() -> Duration {
    let told = fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = told.rsplit_once(')').unwrap().1;
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(10 * ticks)
}

by_each_driver! {
    of_calls_at_once_each_is_written
    after_a_flood_the_last_change_is_what_the_line_is
    an_application_ends_in_order_amid_a_flood
    who_waits_for_inputs_takes_no_time
}
