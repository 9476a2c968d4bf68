//! Bytes that arrive: the first two say how long a frame may be and in which pieces the others come.

#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use looselycoupled::__private::wire::{FrameCodec, HANDSHAKE_LIMIT, USUAL_LIMIT};
use tokio_util::codec::{Decoder, Encoder};

fuzz_target!(|input: &[u8]| {
    let [limit, size, bytes @ ..] = input else { return };
    let limits = [HANDSHAKE_LIMIT, USUAL_LIMIT, u32::MAX, 64];
    let mut codec = FrameCodec::new(limits[usize::from(*limit) % limits.len()]);
    let mut buffer = BytesMut::new();
    for piece in bytes.chunks(usize::from(*size) + 1) {
        buffer.extend_from_slice(piece);
        loop {
            let arrived = buffer.clone();
            match codec.decode(&mut buffer) {
                Ok(Some(frame)) => {
                    let mut written = BytesMut::new();
                    codec.encode(&frame, &mut written).expect("what was read can be written");
                    assert_eq!(written, arrived[..arrived.len() - buffer.len()], "and is the same");
                }
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(buffer, arrived, "an error leaves the bytes");
                    drop(error.to_string());
                    return;
                }
            }
        }
        assert!(buffer.capacity() <= 2 * bytes.len() + 16 * 1024, "a length is a claim");
    }
    drop(codec.decode_eof(&mut buffer));
});
