//! Models of the way from a sender to its receiver.

use std::future::poll_fn;
use std::task::Context;

use super::checker::{check, drive, spawn};
use super::{Arc, one_shot};

/// Counts how often it is dropped.
struct Value(Arc<std::sync::atomic::AtomicUsize>);

impl Drop for Value {
    fn drop(&mut self) {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

fn dropped(count: &Arc<std::sync::atomic::AtomicUsize>) -> usize {
    count.load(std::sync::atomic::Ordering::Relaxed)
}

#[test]
fn a_value_reaches_a_receiver_that_waits() {
    check(|| {
        let (sender, mut receiver) = one_shot(());
        let sending = spawn(move || assert!(sender.send(7).is_none()));
        assert_eq!(drive(poll_fn(|cx| receiver.poll(cx))), 7);
        sending.join().unwrap();
        assert_eq!(receiver.abandon(), None);
    });
}

#[test]
fn a_value_reaches_a_receiver_that_changes_its_waker() {
    check(|| {
        let (sender, mut receiver) = one_shot(());
        let first = receiver.poll(&Context::from_waker(std::task::Waker::noop()));
        let sending = spawn(move || assert!(sender.send(7).is_none()));
        assert!(first.is_pending());
        assert_eq!(drive(poll_fn(|cx| receiver.poll(cx))), 7);
        sending.join().unwrap();
    });
}

#[test]
fn a_value_belongs_to_one_party_when_the_receiver_goes() {
    check(|| {
        let count = Arc::default();
        let value = Value(Arc::clone(&count));
        let (sender, mut receiver) = one_shot(());
        let sending = spawn(move || sender.send(value).is_some());
        let seen = receiver.poll(&Context::from_waker(std::task::Waker::noop())).is_ready();
        let handed_back = receiver.abandon().is_some();
        let returned = sending.join().unwrap();
        assert_eq!([seen, handed_back, returned].into_iter().filter(|has_it| *has_it).count(), 1);
        assert_eq!(dropped(&count), 1);
    });
}

#[test]
fn who_is_late_is_told_the_truth_about_what_begins() {
    check(|| {
        let (sender, mut receiver) = one_shot(());
        let sending = spawn(move || {
            let begun = sender.begin();
            let returned = begun && sender.send(7).is_some();
            (begun, returned)
        });
        let told = receiver.abandon_late();
        let (begun, returned) = sending.join().unwrap();
        match told {
            Ok(value) => assert!(value == 7 && begun && !returned),
            Err(true) => assert!(begun && returned),
            Err(false) => assert!(!begun),
        }
    });
}
