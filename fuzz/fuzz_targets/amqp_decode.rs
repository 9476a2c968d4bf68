//! A message that strangers have sent to a broker of AMQP 1.0: what is sound is decoded in the stack that a thread has, and read. Then the same bytes as all that a
//! broker sends.

#![no_main]

use fe2o3_amqp::types::messaging::Body;
use fe2o3_amqp::types::messaging::message::DecodeIntoMessage;
use fe2o3_amqp::types::primitives::Value;
use futures_util::FutureExt;
use libfuzzer_sys::fuzz_target;
use looselycoupled::__private::amqp::{Sieve, event, is_sound};
use serde_amqp::read::SliceReader;
use tokio::io::AsyncReadExt;

fuzz_target!(|input: &[u8]| {
    if is_sound(input) {
        if let Ok(message) = Body::<Value>::decode_message_from_reader(SliceReader::new(input)) {
            drop(event(message));
        }
    }
    let (mut sieve, mut read) = (Sieve::new(input), Vec::new());
    let _refused = sieve.read_to_end(&mut read).now_or_never();
    assert!(read.len() <= 2 * input.len() + 64, "more comes out than went in");
});
