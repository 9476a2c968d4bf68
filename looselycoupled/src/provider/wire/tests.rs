use bytes::{Buf, BytesMut};
use proptest::prelude::*;
use tokio_util::codec::{Decoder, Encoder};

use super::body::tests::any_value;
use super::*;

fn bytes_of(frame: &Frame) -> BytesMut {
    let mut buffer = BytesMut::new();
    FrameCodec::new(USUAL_LIMIT).encode(frame, &mut buffer).unwrap();
    buffer
}

/// A frame of which every part has something in it.
fn request() -> Frame {
    let mut headers = FrameHeaders::new();
    headers.push("lc-priority", "high").unwrap();
    headers.push("session", "7").unwrap();
    let body = write_value(&[("level", crate::Value::from(40))].into_iter().collect()).unwrap();
    Frame::new(Kind::Request, 0x0102_0304_0506_0708)
        .named("lamp.set_level")
        .with_headers(headers)
        .with_body(body)
}

/// What is wrong with bytes that are no frame.
fn refused(bytes: &[u8]) -> String {
    let mut buffer = BytesMut::from(bytes);
    let error = FrameCodec::new(USUAL_LIMIT).decode(&mut buffer).unwrap_err();
    assert_eq!(buffer, bytes, "an error leaves the bytes");
    error.to_string()
}

/// A frame of these bytes behind its length.
fn framed(content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
}

/// The part of a frame that has nothing else, without the number of its headers.
const ID: [u8; 9] = [18, 0, 0, 0, 0, 0, 0, 0, 9];

#[test]
fn a_frame_looks_as_it_is_written_down() {
    let expected: &[&[u8]] = &[
        &[0, 0, 0, 67],
        &[11],
        &[1, 2, 3, 4, 5, 6, 7, 8],
        &[0, 14],
        b"lamp.set_level",
        &[2],
        &[11],
        b"lc-priority",
        &[0, 4],
        b"high",
        &[7],
        b"session",
        &[0, 1],
        b"7",
        br#"{"level":40}"#,
    ];
    let bytes = bytes_of(&request());
    assert_eq!(bytes, expected.concat());
    assert_eq!(request().length(), bytes.len() - 4);
    assert_eq!(bytes_of(&Frame::new(Kind::Ping, 9)), framed(&[&ID[..], &[0, 0, 0]].concat()));
}

#[test]
fn frames_come_out_one_by_one_and_nothing_is_left() {
    let (first, second) = (request(), Frame::new(Kind::Ping, 9));
    let mut buffer = bytes_of(&first);
    buffer.unsplit(bytes_of(&second));
    let mut codec = FrameCodec::new(USUAL_LIMIT);
    assert_eq!(codec.decode(&mut buffer).unwrap(), Some(first));
    assert_eq!(codec.decode(&mut buffer).unwrap(), Some(second));
    assert_eq!(codec.decode_eof(&mut buffer).unwrap(), None);
    assert!(buffer.is_empty());
}

#[test]
fn a_connection_that_ends_inside_of_a_frame_says_so() {
    let mut buffer = bytes_of(&request());
    buffer.truncate(20);
    let error = FrameCodec::new(USUAL_LIMIT).decode_eof(&mut buffer).unwrap_err();
    assert_eq!(error.to_string(), "the connection ended inside of a frame, 20 bytes after its beginning");
}

#[test]
fn a_length_is_refused_before_anything_else_of_the_frame_is_there() {
    assert_eq!(refused(&[0, 16, 0, 1]), "a frame of 1048577 bytes, and at most 1048576 are allowed");
    assert_eq!(
        refused(&u32::MAX.to_be_bytes()),
        "a frame of 4294967295 bytes, and at most 1048576 are allowed"
    );
    assert_eq!(refused(&[0, 0, 0, 11]), "a frame of 11 bytes, and the shortest one has 12");
    let mut codec = FrameCodec::new(u32::MAX);
    assert_eq!(codec.limit(), 1 << 30);
    codec.set_limit(HANDSHAKE_LIMIT);
    let mut buffer = BytesMut::from(&(HANDSHAKE_LIMIT + 1).to_be_bytes()[..]);
    assert!(matches!(codec.decode(&mut buffer), Err(FrameError::TooLong { length: 4097, limit: 4096 })));
}

#[test]
fn a_length_alone_makes_no_buffer_grow() {
    let mut codec = FrameCodec::new(u32::MAX);
    let mut buffer = BytesMut::from(&(1_u32 << 30).to_be_bytes()[..]);
    for arrived in [4, 1_000, 100_000] {
        buffer.resize(arrived, 0);
        assert!(codec.decode(&mut buffer).unwrap().is_none());
        assert!(buffer.capacity() <= 2 * arrived + 16 * 1024, "{} for {arrived}", buffer.capacity());
    }
}

#[test]
fn what_is_no_frame_is_refused_with_what_is_wrong() {
    let with = |parts: &[&[u8]]| framed(&[&ID[..], &parts.concat()].concat());
    for (bytes, expected) in [
        (framed(&[0; 12]), "no kind of frame has the number 0"),
        (with(&[&[0, 2], b"a"]), "the name goes beyond the end of the frame"),
        (with(&[&[0, 1], b"a"]), "the fixed part goes beyond the end of the frame"),
        (with(&[&[0, 2], b"\xc3\x28", &[0]]), "the name of a frame is not UTF-8"),
        (with(&[&[0, 0, 65]]), "65 headers, and at most 64 are allowed"),
        (with(&[&[0, 0, 1]]), "the name of a header goes beyond the end of the frame"),
        (with(&[&[0, 0, 1, 2], b"a"]), "the name of a header goes beyond the end of the frame"),
        (with(&[&[0, 0, 1, 1], b"a"]), "the text of a header goes beyond the end of the frame"),
        (
            with(&[&[0, 0, 1, 1], b"a", &[0, 2], b"b"]),
            "the text of a header goes beyond the end of the frame",
        ),
        (with(&[&[0, 0, 1, 1], b"a", &[0, 1, 255]]), "the text of a header of a frame is not UTF-8"),
        (with(&[&[0, 0, 1, 1, 255, 0, 0]]), "the name of a header of a frame is not UTF-8"),
        (with(&[&[0, 0, 2, 1], b"a", &[0, 0, 1], b"a", &[0, 0]]), "the header `a` stands there twice"),
    ] {
        assert_eq!(refused(&bytes), expected);
    }
    let upper_case = with(&[&[0, 0, 1, 1], b"A", &[0, 0]]);
    assert!(refused(&upper_case).starts_with("`A` cannot name a header: "));
    let long = with(&[&[0, 0, 1, 1], b"a", &[64, 0], &[b'x'; 16_384]]);
    assert_eq!(refused(&long), "up to `a` the headers have 16385 bytes, and at most 16384 are allowed");
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_the_buffer_as_it_was() {
    let mut buffer = BytesMut::from(&b"before"[..]);
    let mut refused = |frame: &Frame| {
        let error = FrameCodec::new(USUAL_LIMIT).encode(frame, &mut buffer).unwrap_err();
        assert_eq!(buffer, &b"before"[..]);
        error.to_string()
    };
    let long_name = Frame::new(Kind::Event, 1).named("x".repeat(65_536));
    assert_eq!(refused(&long_name), "a name of 65536 bytes, and at most 65535 fit into a frame");
    let long_body = Frame::new(Kind::Event, 1).with_body(vec![0; 1024 * 1024]);
    assert_eq!(refused(&long_body), "a frame of 1048588 bytes, and at most 1048576 are allowed");
}

#[test]
fn a_long_body_stays_where_it_has_arrived_and_a_short_one_keeps_nothing_else() {
    for (length, is_shared) in [(4_095, false), (4_096, true)] {
        let mut buffer = bytes_of(&Frame::new(Kind::Event, 1).with_body(vec![7; length]));
        let place = buffer[16..].as_ptr();
        let frame = FrameCodec::new(USUAL_LIMIT).decode(&mut buffer).unwrap().unwrap();
        assert_eq!(frame.body, vec![7; length]);
        assert_eq!(frame.body.as_ptr() == place, is_shared);
    }
}

#[test]
fn what_is_shown_of_a_frame_holds_no_secret() {
    let shown = format!("{:?}", request());
    let expected = r#"Frame { kind: Request, id: 72623859790382856, name: "lamp.set_level", headers: ["lc-priority", "session"], body: 12 bytes }"#;
    assert_eq!(shown, expected);
}

fn any_headers() -> impl Strategy<Value = FrameHeaders> {
    prop::collection::btree_map("[!-@\\[-~]{1,12}", any::<String>(), 0..10).prop_map(|all| {
        let mut headers = FrameHeaders::new();
        all.iter().try_for_each(|(name, text)| headers.push(name, text)).unwrap();
        headers
    })
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60).prop_map(bytes::Bytes::from),
        (0_usize..10_000).prop_map(|length| bytes::Bytes::from(vec![7; length])),
        any_value().prop_map(|value| write_value(&value).unwrap()),
    ];
    (prop::sample::select(&Kind::ALL[..]), any::<u64>(), any::<String>(), any_headers(), body).prop_map(
        |(kind, id, name, headers, body)| {
            Frame::new(kind, id).named(name).with_headers(headers).with_body(body)
        },
    )
}

/// What comes out of bytes that arrive piece by piece.
fn decoded<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Frame> {
    let (mut codec, mut buffer, mut frames) = (FrameCodec::new(USUAL_LIMIT), BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while let Some(frame) = codec.decode(&mut buffer).unwrap() {
            frames.push(frame);
        }
    }
    assert!(codec.decode_eof(&mut buffer).unwrap().is_none());
    frames
}

proptest! {
    #[test]
    fn frames_survive_the_wire_in_pieces_of_any_size(
        frames in prop::collection::vec(any_frame(), 1..4),
        sizes in prop::collection::vec(1_usize..200, 1..20),
    ) {
        let bytes: Vec<u8> = frames.iter().flat_map(bytes_of).collect();
        let (mut pieces, mut rest) = (Vec::new(), &bytes[..]);
        for size in sizes.iter().cycle() {
            let (piece, left) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(decoded(pieces), frames);
    }

    #[test]
    fn whatever_has_been_read_is_written_byte_for_byte(
        kind in 1_u8..=20,
        id in any::<[u8; 8]>(),
        // Lengths and letters, so that some of it is a frame.
        rest in prop::collection::vec(prop_oneof![3 => 0_u8..3, 1 => b'a'..b'e'], 3..40),
    ) {
        let bytes = framed(&[&[kind], &id[..], &rest].concat());
        let mut buffer = BytesMut::from(&bytes[..]);
        if let Ok(Some(frame)) = FrameCodec::new(USUAL_LIMIT).decode(&mut buffer) {
            prop_assert!(!buffer.has_remaining());
            prop_assert_eq!(bytes_of(&frame), bytes);
        }
    }
}

proptest! {
    // Each case is hundreds of readings.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(10), ..ProptestConfig::default() })]

    #[test]
    fn a_frame_that_is_split_anywhere_is_the_same(frame in any_frame()) {
        let bytes = bytes_of(&frame);
        let places = (0..bytes.len().min(300)).chain(bytes.len().saturating_sub(100)..bytes.len());
        for place in places {
            let (before, after) = bytes.split_at(place);
            prop_assert_eq!(decoded([before, after]), vec![frame.clone()]);
        }
    }
}
