//! Bytes that arrive over ZeroMQ's protocol: the first one says in which pieces the others come.

#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use looselycoupled::__private::zmtp::{Frames, LONGEST, Received};
use tokio_util::codec::Decoder;

fuzz_target!(|input: &[u8]| {
    let [size, bytes @ ..] = input else { return };
    let (mut frames, mut buffer) = (Frames::default(), BytesMut::new());
    for piece in bytes.chunks(usize::from(*size) + 1) {
        buffer.extend_from_slice(piece);
        loop {
            match frames.decode(&mut buffer) {
                Ok(Some(Received::Message(frames))) => {
                    let length: usize = frames.iter().map(|frame| frame.len()).sum();
                    assert!(!frames.is_empty() && length <= LONGEST.min(bytes.len()), "{length}");
                }
                Ok(Some(Received::TooLong(length))) => assert!(length > LONGEST as u64, "{length}"),
                Ok(Some(Received::Command(body))) => assert!(body.len() <= bytes.len()),
                Ok(None) => break,
                Err(error) => return drop(error.to_string()),
            }
        }
        assert!(buffer.capacity() <= 2 * bytes.len() + 1024, "a length is a claim");
    }
    drop(frames.decode_eof(&mut buffer));
});
