//! Whatever arrives over a socket: it is a frame, or is refused with what is wrong; never a panic, in little memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be read fails the test")]

mod amqp;
mod bombs;
mod frames;
mod judge;
mod mutate;
mod nsq;
mod speed;
mod stomp;
mod zmtp;

use std::sync::{Mutex, PoisonError};

use looselycoupled::__private::wire::{DEPTH_LIMIT, read_value};
use looselycoupled_tests::{Dice, each_seed, most_resident, resident};

use bombs::BOMBS;
use judge::Judge;

/// Frames of each seed; the long form has twenty million of them.
const FRAMES: u64 = 1_000;

/// What any number of frames may leave behind in memory, in KiB. The allocator keeps some of what was freed; of twenty million frames
/// that leave a byte each this would be noticed.
const MOST_LEFT: u64 = 16 * 1024;

/// What the value in a body of a megabyte may take, in KiB.
const MOST_MEMORY: u64 = 64 * 1024;

/// Memory is the whole program's, so one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn whatever_arrives_is_a_frame_or_is_refused_and_leaves_nothing_in_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident();
    let name = "wire::whatever_arrives_is_a_frame_or_is_refused_and_leaves_nothing_in_memory";
    each_seed(name, 1_500, 20_000, |seed| {
        let (mut dice, mut judge) = (Dice::new(seed), Judge::default());
        while judge.frames() < FRAMES {
            judge.hear(&mut dice);
        }
        judge.require_variety();
    });
    let growth = resident().saturating_sub(before);
    println!("{growth} KiB more in memory than before the first frame");
    assert!(growth <= MOST_LEFT, "{growth} KiB more than before the first frame");
}

#[test]
fn whatever_arrives_of_zeromq_is_an_event_or_is_refused_and_leaves_nothing_in_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident();
    let name = "wire::whatever_arrives_of_zeromq_is_an_event_or_is_refused_and_leaves_nothing_in_memory";
    each_seed(name, 500, 20_000, |seed| {
        let (mut dice, mut judge) = (Dice::new(seed), zmtp::Judge::default());
        while judge.messages() < FRAMES {
            judge.hear(&mut dice);
        }
        judge.require_variety();
    });
    let growth = resident().saturating_sub(before);
    println!("{growth} KiB more in memory than before the first message");
    assert!(growth <= MOST_LEFT, "{growth} KiB more than before the first message");
}

#[test]
fn whatever_arrives_of_stomp_is_read_or_refused_and_leaves_nothing_in_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident();
    let name = "wire::whatever_arrives_of_stomp_is_read_or_refused_and_leaves_nothing_in_memory";
    each_seed(name, 500, 20_000, |seed| {
        let (mut dice, mut judge) = (Dice::new(seed), stomp::Judge::default());
        while judge.frames() < FRAMES {
            judge.hear(&mut dice);
        }
        judge.require_variety();
    });
    let growth = resident().saturating_sub(before);
    println!("{growth} KiB more in memory than before the first frame of STOMP");
    assert!(growth <= MOST_LEFT, "{growth} KiB more than before the first frame");
}

#[test]
fn whatever_arrives_of_nsq_is_read_or_refused_and_leaves_nothing_in_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident();
    let name = "wire::whatever_arrives_of_nsq_is_read_or_refused_and_leaves_nothing_in_memory";
    each_seed(name, 500, 20_000, |seed| {
        let (mut dice, mut judge) = (Dice::new(seed), nsq::Judge::default());
        while judge.frames() < FRAMES {
            judge.hear(&mut dice);
        }
        judge.require_variety();
    });
    let growth = resident().saturating_sub(before);
    println!("{growth} KiB more in memory than before the first frame of NSQ");
    assert!(growth <= MOST_LEFT, "{growth} KiB more than before the first frame");
}

#[test]
fn whatever_arrives_of_amqp_is_read_or_refused_and_leaves_nothing_in_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident();
    let name = "wire::whatever_arrives_of_amqp_is_read_or_refused_and_leaves_nothing_in_memory";
    each_seed(name, 200, 20_000, |seed| {
        let (mut dice, mut judge) = (Dice::new(seed), amqp::Judge::default());
        while judge.messages() < FRAMES {
            judge.hear(&mut dice);
        }
        judge.require_variety();
    });
    let growth = resident().saturating_sub(before);
    println!("{growth} KiB more in memory than before the first message of AMQP");
    assert!(growth <= MOST_LEFT, "{growth} KiB more than before the first message");
}

#[test]
fn a_body_that_makes_much_of_little_is_read_or_refused_in_little_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    // What one leaves free the next one uses, so it is the most that any of them takes.
    let before = resident();
    for bomb in BOMBS {
        let body = (bomb.text)(bombs::SIZE);
        let read = read_value(body.as_bytes(), DEPTH_LIMIT);
        let growth = most_resident().saturating_sub(before);
        println!("{}: {growth} KiB at most so far", bomb.name);
        assert_eq!(read.is_ok(), bomb.is_read, "{}", bomb.name);
        assert!(growth <= MOST_MEMORY, "{}: {growth} KiB more", bomb.name);
    }
}
