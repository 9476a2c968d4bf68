use super::*;

fn read(text: &[u8]) -> Result<Vec<Received>, String> {
    let (mut frames, mut bytes, mut all) = (Frames::default(), BytesMut::from(text), Vec::new());
    loop {
        match frames.decode(&mut bytes) {
            Ok(Some(received)) => all.push(received),
            Ok(None) => return Ok(all),
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn one(text: &[u8]) -> Frame {
    match read(text).unwrap().as_slice() {
        [Received::Frame(frame)] => frame.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_written_is_read_whatever_its_headers_and_its_body_hold() {
    let frame = Frame::new("SEND").with("a:b\n", "c\\d\r:e").with("empty", "").with_body(&b"x\0y\n\n"[..]);
    assert_eq!(one(&frame.written()), frame);
    let text = String::from_utf8(frame.written().to_vec()).unwrap();
    assert!(text.starts_with("SEND\na\\cb\\n:c\\\\d\\r\\ce\nempty:\ncontent-length:5\n\n"), "{text:?}");
}

#[test]
fn frames_of_the_beginning_have_no_escapes() {
    let frame = Frame::new("CONNECT").with("passcode", "a:b\\c");
    assert_eq!(frame.written(), &b"CONNECT\npasscode:a:b\\c\n\n\0"[..]);
    assert_eq!(one(&frame.written()), frame);
    assert_eq!(one(b"CONNECTED\nserver:a\\qb\n\n\0").get("server"), Some("a\\qb"));
}

#[test]
fn of_headers_of_one_name_the_first_counts() {
    let frame = one(b"MESSAGE\na:1\nb:2\na:3\n\n\0");
    assert_eq!(
        (frame.get("a"), frame.headers().collect::<Vec<_>>()),
        (Some("1"), vec![("a", "1"), ("b", "2")])
    );
    assert_eq!(one(b"MESSAGE\ncontent-length:1\ncontent-length:9\n\nx\0").body, "x");
}

#[test]
fn lines_may_end_in_both_ways_and_beats_stand_between_frames() {
    let all = read(b"\n\r\nMESSAGE\r\na:1\r\n\r\nx\0\r\n\n\nRECEIPT\na:2\r\n\n\0\n").unwrap();
    let all = all.iter().map(|received| match received {
        Received::Frame(frame) => (frame.command.as_str(), frame.get("a"), &*frame.body),
        Received::Unreadable(..) => panic!(),
    });
    assert_eq!(all.collect::<Vec<_>>(), [("MESSAGE", Some("1"), &b"x"[..]), ("RECEIPT", Some("2"), b"")]);
}

#[test]
fn it_does_not_matter_how_the_bytes_arrive() {
    let text = b"\nMESSAGE\na:1\ncontent-length:3\n\nx\0y\0\nRECEIPT\r\nb:\\c\r\n\r\nwords\0";
    let whole = read(text).unwrap();
    assert_eq!(whole.len(), 2);
    let (mut frames, mut bytes, mut all) = (Frames::default(), BytesMut::new(), Vec::new());
    for byte in text {
        bytes.extend_from_slice(&[*byte]);
        all.extend(frames.decode(&mut bytes).unwrap());
    }
    assert_eq!(all, whole);
}

#[test]
fn what_is_no_frame_is_refused() {
    for (text, why) in [
        (&b"message\n\n\0"[..], "it does not begin with a command"),
        (b"\0\n\n", "it does not begin with a command"),
        (b"MESSAGE\ncontent-length:+1\n\nx\0", "its content-length is no number"),
        (b"MESSAGE\ncontent-length:\n\nx\0", "its content-length is no number"),
        (b"MESSAGE\ncontent-length:99999999999999999999999\n\nx\0", "its content-length is no number"),
        (b"MESSAGE\ncontent-length:1\n\nxy\0", "its body goes on where it should end"),
        (&b"A".repeat(LONGEST_HEAD + 1), "its headers do not end"),
    ] {
        assert_eq!(read(text).unwrap_err(), format!("what came is no frame of STOMP: {why}"));
    }
}

#[test]
fn headers_that_cannot_be_read_are_left_out_and_those_that_the_broker_needs_are_there() {
    let many = "a:b\n".repeat(MOST_HEADERS);
    for (headers, why) in [
        (&b"ab\n"[..], "a header has no colon"),
        (b":b\n", "a header has no name"),
        (b"a:\\t\n", "a header has an escape that there is not"),
        (b"a:\\\n", "a header has an escape that there is not"),
        (b"a:\xff\n", "its headers are no UTF-8"),
        (format!("{many}c:d\n").as_bytes(), "it has too many headers"),
    ] {
        let text = [b"MESSAGE\n", headers, b"subscription:7\nack:1\n\nx\0RECEIPT\n\n\0"].concat();
        let all = read(&text).unwrap();
        let [Received::Unreadable(first, fault), Received::Frame(_)] = &*all else { panic!("{all:?}") };
        assert_eq!((*fault, first.get("subscription"), first.get("ack")), (why, Some("7"), Some("1")));
    }
}

#[test]
fn a_body_that_is_too_long_is_left_out_and_the_next_frame_is_read() {
    let long = vec![b'x'; LONGEST + 1];
    let counted = Frame::new("MESSAGE").with("ack", "1").with_body(long.clone()).written();
    let plain = [b"MESSAGE\nack:1\n\n", &*long, b"\0"].concat();
    for text in [&*counted, &*plain] {
        let (mut frames, mut bytes, mut all) = (Frames::default(), BytesMut::new(), Vec::new());
        for part in [text, b"RECEIPT\n\n\0"].concat().chunks(100_000) {
            bytes.extend_from_slice(part);
            all.extend(std::iter::from_fn(|| frames.decode(&mut bytes).unwrap()));
        }
        let [Received::Unreadable(first, _), Received::Frame(second)] = &*all else {
            panic!("{}", all.len())
        };
        assert_eq!((first.get("ack"), first.body.len(), second.command.as_str()), (Some("1"), 0, "RECEIPT"));
    }
}

#[test]
fn what_stands_in_headers_is_not_shown() {
    let shown = format!("{:?}", Frame::new("CONNECT").with("passcode", "secret"));
    assert!(shown.contains("passcode") && !shown.contains("secret"), "{shown}");
}
