//! Models of a call as its handler, its caller and the search for cycles see it.

use std::future::poll_fn;

use super::{CallError, TaskFailure, answer_and_reply};
use crate::event_loop::Begun;
use crate::sync::checker::{check, drive, spawn};
use crate::waits::Progress;

type Outcome = Result<u8, CallError<TaskFailure>>;

#[test]
fn who_looks_on_sees_a_call_go_forward_only() {
    check(|| {
        let (answer, mut reply) = answer_and_reply::<u8, TaskFailure>(None);
        let pending = reply.pending();
        let handler = spawn(move || {
            answer.begin(Begun(7));
            assert!(answer.settle(Ok(1)).is_none());
        });
        let rank = |progress| match progress {
            Progress::InLine => 0,
            Progress::Begun(number) => {
                assert_eq!(number, 7);
                1
            }
            Progress::Over => 2,
        };
        let (first, second) = (rank(pending.progress()), rank(pending.progress()));
        assert!(first <= second);
        let outcome: Outcome = drive(poll_fn(|cx| reply.poll(cx)));
        assert_eq!((outcome.unwrap(), rank(pending.progress())), (1, 2));
        handler.join().unwrap();
    });
}

#[test]
fn a_call_that_expires_is_answered_or_never_begins() {
    check(|| {
        let (answer, mut reply) = answer_and_reply::<u8, TaskFailure>(None);
        let handler = spawn(move || {
            let begins = answer.begin_in_time();
            let unread = answer.settle(if begins { Ok(1) } else { Ok(0) });
            (begins, unread.is_some())
        });
        let told = reply.abandon_late();
        let (begins, is_unread) = handler.join().unwrap();
        match told {
            Ok(outcome) => assert_eq!((outcome.unwrap(), begins, is_unread), (1, true, false)),
            Err(has_begun) => assert_eq!((has_begun, is_unread), (begins, true)),
        }
    });
}
