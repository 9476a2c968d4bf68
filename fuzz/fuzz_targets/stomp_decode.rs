//! Bytes that a broker of STOMP sends: the first one says in which pieces the others come.

#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use looselycoupled::__private::stomp::{Frames, LONGEST, Received, event};
use tokio_util::codec::Decoder;

fuzz_target!(|input: &[u8]| {
    let [size, bytes @ ..] = input else { return };
    let (mut frames, mut buffer) = (Frames::default(), BytesMut::new());
    for piece in bytes.chunks(usize::from(*size) + 1) {
        buffer.extend_from_slice(piece);
        loop {
            match frames.decode(&mut buffer) {
                Ok(Some(Received::Frame(frame))) => {
                    assert!(frame.body.len() <= LONGEST.min(bytes.len()));
                    drop(event(&frame));
                }
                Ok(Some(Received::Unreadable(frame, _))) => {
                    assert!(frame.body.len() <= LONGEST.min(bytes.len()))
                }
                Ok(None) => break,
                Err(error) => return drop(error.to_string()),
            }
        }
        assert!(buffer.capacity() <= 2 * bytes.len() + 1024, "a length is a claim");
    }
});
