//! What a broker may send, and what it may not.

use bytes::BytesMut;
use looselycoupled::__private::stomp::{Frame, Frames, LONGEST, Received, event};
use looselycoupled_tests::{Dice, resident};
use tokio_util::codec::Decoder;

/// Frames in the gate; `STOMP_FRAMES` states more.
const FRAMES: u64 = 300_000;

fn samples() -> Vec<Vec<u8>> {
    let message = Frame::new("MESSAGE")
        .with("subscription", "1")
        .with("message-id", "T_1@@a:b")
        .with("lc-source", "hall/door");
    vec![
        message.clone().with_body(&br#"{"number":5}"#[..]).written().to_vec(),
        message.with("lc-x-a\\b", "c\r\nd").with_body("x".repeat(200)).written().to_vec(),
        b"\r\n\n\nRECEIPT\r\nreceipt-id:7\r\n\r\n\0\n".to_vec(),
        b"ERROR\nmessage:no\ncontent-type:text/plain\n\nwords\0".to_vec(),
        b"CONNECTED\nversion:1.2\nheart-beat:5000,5000\n\n\0\n".to_vec(),
    ]
}

fn mutated(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    const TELLING: &[u8] = b"\0\n\r:\\cnr09,{}[]\"A\xff";
    for _ in 0..dice.roll(5) {
        let place = dice.roll(bytes.len().max(1) as u64) as usize;
        match dice.roll(4) {
            _ if bytes.is_empty() => {}
            0 => bytes[place] = TELLING[dice.roll(TELLING.len() as u64) as usize],
            1 => bytes.insert(place, TELLING[dice.roll(TELLING.len() as u64) as usize]),
            2 => drop(bytes.remove(place)),
            _ => bytes.truncate(place),
        }
    }
    bytes
}

#[test]
fn whatever_comes_is_read_or_refused_and_nothing_grows() {
    let number = std::env::var("STOMP_FRAMES").ok().and_then(|text| text.parse().ok()).unwrap_or(FRAMES);
    let (mut dice, samples, before) = (Dice::new(1), samples(), resident());
    let (mut read, mut refused) = (0_u64, 0_u64);
    let (mut frames, mut bytes) = (Frames::default(), BytesMut::new());
    for _ in 0..number {
        let sample = samples[dice.roll(samples.len() as u64) as usize].clone();
        let sample = mutated(&mut dice, sample);
        let middle = dice.roll(sample.len() as u64 + 1) as usize;
        for part in [&sample[..middle], &sample[middle..]] {
            bytes.extend_from_slice(part);
            loop {
                match frames.decode(&mut bytes) {
                    Ok(Some(Received::Frame(frame))) => {
                        assert!(frame.body.len() <= LONGEST);
                        let _either = event(&frame);
                        read += 1;
                    }
                    Ok(Some(Received::TooLong(_))) => read += 1,
                    Ok(None) => break,
                    Err(_) => {
                        refused += 1;
                        // The connection ends, and another one begins.
                        (frames, bytes) = (Frames::default(), BytesMut::new());
                        break;
                    }
                }
            }
        }
    }
    let grown = resident().saturating_sub(before);
    println!("{number} frames: {read} read, {refused} refused, {grown} bytes more in memory");
    assert!(read > number / 10 && refused > number / 10);
    assert!(grown < 32 * 1024 * 1024, "{grown}");
}
