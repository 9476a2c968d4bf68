//! Messages that arrive over ZeroMQ: an event, or a refusal in words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use looselycoupled::__private::zmtp::event;

fuzz_target!(|input: &[u8]| {
    match event(input) {
        Ok(Some(event)) => assert!(!event.name.is_empty()),
        Ok(None) => {}
        Err(why) => assert!(!why.chars().any(char::is_control) && why.len() < 2_000, "{why:?}"),
    }
});
