//! Bytes that arrive from nsqd: the first one says in which pieces the others come, and each message is an event or refused in words.

#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use looselycoupled::__private::nsq::{Frames, LONGEST, Received, event};
use tokio_util::codec::Decoder;

fuzz_target!(|input: &[u8]| {
    let [size, bytes @ ..] = input else { return };
    let (mut frames, mut buffer) = (Frames::default(), BytesMut::new());
    for piece in bytes.chunks(usize::from(*size) + 1) {
        buffer.extend_from_slice(piece);
        loop {
            match frames.decode(&mut buffer) {
                Ok(Some(Received::Message(_, _, content))) => {
                    assert!(content.len() <= LONGEST.min(bytes.len()));
                    for is_cbor in [false, true] {
                        if let Err(why) = event(&content, is_cbor) {
                            assert!(!why.chars().any(char::is_control) && why.len() < 2_000, "{why:?}");
                        }
                    }
                }
                Ok(Some(Received::TooLong(_, length))) => assert!(length > LONGEST as u64, "{length}"),
                Ok(Some(Received::Response(said) | Received::Error(said))) => {
                    assert!(said.len() <= bytes.len())
                }
                Ok(None) => break,
                Err(error) => return drop(error.to_string()),
            }
        }
        assert!(buffer.capacity() <= 2 * bytes.len() + 1024, "a length is a claim");
    }
});
