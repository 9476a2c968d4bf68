//! What a frame costs. Not checked, since it is the machine's as well:
//! `cargo test --release -p looselycoupled-tests --test wire -- --ignored --nocapture`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use looselycoupled::__private::wire::{
    DEPTH_LIMIT, Frame, FrameCodec, FrameHeaders, Kind, USUAL_LIMIT, depth_within, read_value, write_value,
};
use looselycoupled::Value;
use tokio_util::codec::{Decoder, Encoder};

const ROUNDS: u32 = 200_000;

/// The best of some rounds: others use the machine, too.
fn measured(what: &str, mut work: impl FnMut()) {
    let round = |work: &mut dyn FnMut()| {
        let begin = Instant::now();
        (0..ROUNDS).for_each(|_| work());
        begin.elapsed() / ROUNDS
    };
    let best: Duration = (0..10).map(|_| round(&mut work)).min().unwrap();
    println!("{what}: {} ns", best.as_nanos());
}

/// A call as it goes over the wire: a name, four headers, 20 bytes.
fn request() -> (Frame, Value) {
    let mut headers = FrameHeaders::new();
    for (name, text) in [
        ("lc-transaction", "20261121-091500-000042"),
        ("lc-priority", "normal"),
        ("lc-deadline-ms", "1500"),
        ("lc-source", "hall"),
    ] {
        headers.push(name, text).unwrap();
    }
    let arguments: Value = [("level", Value::from(40)), ("s", Value::from(150))].into_iter().collect();
    let body = write_value(&arguments).unwrap();
    assert_eq!(body.len(), 20);
    (Frame::new(Kind::Request, 7).named("lamp.set_level").with_headers(headers).with_body(body), arguments)
}

#[test]
#[ignore = "says what frames cost, and checks nothing"]
fn what_frames_and_bodies_cost() {
    let (frame, arguments) = request();
    let mut codec = FrameCodec::new(USUAL_LIMIT);
    let mut buffer = BytesMut::with_capacity(8 * 1024);
    measured("write a frame", || {
        buffer.clear();
        codec.encode(black_box(&frame), &mut buffer).unwrap();
    });
    let bytes = buffer.clone().freeze();
    measured("write and read a frame", || {
        codec.encode(black_box(&frame), &mut buffer).unwrap();
        let _ = black_box(codec.decode(&mut buffer).unwrap());
        buffer.clear();
    });
    println!("it has {} bytes", bytes.len());
    let long = Frame { body: vec![7; 64 * 1024].into(), ..frame.clone() };
    measured("write and read a frame with 64 KiB", || {
        codec.encode(black_box(&long), &mut buffer).unwrap();
        let _ = black_box(codec.decode(&mut buffer).unwrap());
    });
    let body = write_value(&arguments).unwrap();
    measured("write a body", || drop(black_box(write_value(black_box(&arguments)).unwrap())));
    measured("read a body", || drop(black_box(read_value(black_box(&body), DEPTH_LIMIT).unwrap())));
    measured("read the same by serde_json", || {
        drop(black_box(serde_json::from_slice::<serde_json::Value>(black_box(&body)).unwrap()));
    });
    let list: Vec<u8> = [b"[", "\"text\",12345,".repeat(67).as_bytes(), b"1]"].concat();
    measured("look how deep a body of 1 KiB is", || {
        black_box(depth_within(black_box(&list), DEPTH_LIMIT));
    });
}
