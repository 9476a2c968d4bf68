//! Beside a second description of the same: what the times of a whole history make of each push.

use proptest::prelude::*;

use super::*;

const THRESHOLDS: Thresholds =
    Thresholds { short: Duration::from_millis(1000), double_click: Duration::from_millis(500) };

/// Milliseconds of the pause before each push, and of the push.
type History = Vec<(u64, u64)>;

/// Pauses and pushes, many of them at a threshold.
fn histories() -> impl Strategy<Value = History> {
    let pause = prop_oneof![0_u64..1200, 499_u64..=502];
    let push = prop_oneof![0_u64..1500, 999_u64..=1002];
    proptest::collection::vec((pause, push), 0..20)
}

/// A push is the second half of a double click if it is short, comes soon after a short one, and that is not a second half itself.
fn expected(history: &History) -> Vec<Push> {
    let mut pushes: Vec<Push> = Vec::new();
    for (place, (pause, push)) in history.iter().enumerate() {
        let follows = place > 0 && *pause <= 500 && pushes[place - 1] == Push::Short;
        pushes.push(match (*push <= 1000, follows) {
            (false, _) => Push::Long,
            (true, true) => Push::Double,
            (true, false) => Push::Short,
        });
    }
    pushes
}

fn told(history: &History) -> Vec<Push> {
    let (mut button, mut now, mut told) = (Button::default(), Duration::from_secs(7), Vec::new());
    for (pause, push) in history {
        now += Duration::from_millis(*pause);
        button.push(now, &THRESHOLDS);
        now += Duration::from_millis(*push);
        told.extend(button.release(now, &THRESHOLDS));
    }
    told
}

proptest! {
    #[test]
    fn every_push_is_told_once_and_as_what_it_is(history in histories()) {
        prop_assert_eq!(told(&history), expected(&history));
    }

    /// Whatever changes are missing, what is told was pushed and released.
    #[test]
    fn changes_that_were_lost_invent_no_push(changes in proptest::collection::vec((any::<bool>(), 0_u64..1500), 0..40)) {
        let (mut button, mut now, mut pushes, mut told) = (Button::default(), Duration::ZERO, 0, 0);
        let mut is_pushed = false;
        for (pushes_it, pause) in changes {
            now += Duration::from_millis(pause);
            if pushes_it {
                let (number, is_unexpected) = button.push(now, &THRESHOLDS);
                prop_assert_eq!(is_unexpected, is_pushed);
                pushes += 1;
                prop_assert_eq!(number, pushes);
                prop_assert!(button.is_held(number));
            } else {
                let push = button.release(now, &THRESHOLDS);
                prop_assert_eq!(push.is_some(), is_pushed);
                prop_assert!(!button.is_held(pushes));
                told += u64::from(push.is_some());
            }
            is_pushed = pushes_it;
            prop_assert!(told <= pushes);
        }
    }
}
