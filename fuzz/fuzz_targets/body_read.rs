//! Bodies that arrive: the first byte says how many levels they may have.

#![no_main]

use libfuzzer_sys::fuzz_target;
use looselycoupled::__private::wire::{BodyError, DEPTH_LIMIT, depth_within, read_value, write_value};

fuzz_target!(|input: &[u8]| {
    let [limit, body @ ..] = input else { return };
    let limit = usize::from(*limit);
    let value = match read_value(body, limit) {
        Ok(value) => value,
        Err(error) => {
            let is_too_deep = !depth_within(body, limit.min(DEPTH_LIMIT));
            assert_eq!(is_too_deep, matches!(error, BodyError::TooDeep { .. }), "{error}");
            return;
        }
    };
    let written = match write_value(&value) {
        Ok(written) => written,
        Err(BodyError::TooDeep { .. }) if !depth_within(body, DEPTH_LIMIT - 1) => return,
        Err(error) => panic!("what was read can be written: {error}"),
    };
    let again = read_value(&written, DEPTH_LIMIT).expect("what was written can be read");
    // Compared as text, in which NaN is NaN and zeros have signs.
    assert_eq!(format!("{again:?}"), format!("{value:?}"));
});
