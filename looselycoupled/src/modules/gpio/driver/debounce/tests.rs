//! Lines that bounce, and queues that lose what they tell.

#![allow(clippy::unwrap_used, reason = "what fails fails its test")]

use std::collections::VecDeque;
use std::future::poll_fn;

use proptest::prelude::*;
use tokio::time::{sleep, timeout};

use super::*;

const LINE: u32 = 22;

/// Tells what it is given, and then nothing; the line is where the test says.
#[derive(Debug, Default)]
struct Script {
    edges: VecDeque<Edge>,
    level: Option<bool>,
}

impl EdgeSource for Script {
    fn poll_edge(&mut self, _waking: &mut Waking<'_>) -> Poll<Result<Edge, GpioError>> {
        self.edges.pop_front().map_or(Poll::Pending, |edge| Poll::Ready(Ok(edge)))
    }

    fn level(&self, _offset: u32) -> Option<bool> {
        self.level
    }
}

fn input(debounce: Duration) -> Input {
    let (bias, edges) = (crate::modules::gpio::Bias::PullUp, Edges::Both);
    Input { name: "door".to_owned(), offset: LINE, bias, active_low: false, debounce, edges }
}

fn edge(rising: bool) -> Edge {
    Edge { offset: LINE, rising, timestamp_ns: 7, number: None }
}

fn debounced(milliseconds: u64) -> Debounced<Script> {
    let input = input(Duration::from_millis(milliseconds));
    Debounced::new(Script::default(), &[input], &BTreeMap::from([(LINE, false)]))
}

/// Direction and number of all that is told within a second.
async fn told(line: &mut Debounced<Script>) -> Vec<(bool, u32)> {
    let mut told = Vec::new();
    while let Ok(edge) = timeout(Duration::from_secs(1), poll_fn(|waking| line.poll_edge(waking))).await {
        let edge = edge.unwrap();
        told.push((edge.rising, edge.number.unwrap()));
    }
    told
}

#[tokio::test(start_paused = true)]
async fn a_last_change_that_was_lost_is_found_by_looking_at_the_line() {
    for milliseconds in [0, 10] {
        let mut line = debounced(milliseconds);
        line.source.level = Some(true);
        line.source.edges.extend([edge(true), edge(false)]);
        let last = *told(&mut line).await.last().unwrap();
        assert!(last.0, "{milliseconds} ms: {last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_found_and_comes_after_all_is_told_once() {
    for milliseconds in [0, 10] {
        let mut line = debounced(milliseconds);
        line.source.level = Some(false);
        line.source.edges.push_back(edge(true));
        let before = told(&mut line).await;
        line.source.edges.push_back(edge(false));
        assert_eq!(told(&mut line).await, [], "after {before:?}");
        // From then on all is as before.
        line.source.level = Some(true);
        line.source.edges.push_back(edge(true));
        assert_eq!(told(&mut line).await, [(true, u32::try_from(before.len()).unwrap() + 1)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_missing_between_two_leaves_a_gap_in_the_numbers() {
    let mut line = debounced(0);
    line.source.edges.extend([edge(true), edge(true), edge(false)]);
    assert_eq!(told(&mut line).await, [(true, 1), (true, 3), (false, 4)]);
}

/// What a line is told to have done that goes to each level and stays there for so many milliseconds.
fn expected(history: &[(bool, u64)], debounce: u64) -> Vec<bool> {
    let (mut told, mut current, mut since) = (Vec::new(), false, 0);
    let mut last_told = false;
    for (level, milliseconds) in history {
        if *level != current {
            (current, since) = (*level, 0);
        }
        since += milliseconds;
        if since >= debounce && current != last_told {
            last_told = current;
            told.push(current);
        }
    }
    told
}

proptest! {
    #[test]
    fn a_change_is_told_if_and_only_if_it_stays(
        history in proptest::collection::vec((any::<bool>(), prop_oneof![1_u64..30, 9_u64..=12]), 0..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let seen = runtime.block_on(async {
            let (mut line, mut current, mut seen) = (debounced(10), false, Vec::new());
            for (level, milliseconds) in &history {
                if *level != current {
                    current = *level;
                    line.source.edges.push_back(edge(current));
                }
                let stay = sleep(Duration::from_millis(*milliseconds));
                tokio::pin!(stay);
                loop {
                    tokio::select! {
                        biased;
                        edge = poll_fn(|waking| line.poll_edge(waking)) => seen.push(edge.unwrap()),
                        () = &mut stay => break,
                    }
                }
            }
            seen
        });
        let directions: Vec<bool> = seen.iter().map(|edge| edge.rising).collect();
        prop_assert_eq!(directions, expected(&history, 10));
        prop_assert!(seen.iter().zip(1..).all(|(edge, number)| edge.number == Some(number)));
    }
}
