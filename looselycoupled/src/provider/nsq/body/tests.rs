use proptest::prelude::*;

use super::*;

fn event(headers: Headers, body: Value) -> Envelope {
    Envelope { name: "order".into(), headers, body }
}

fn fields<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::Map(entries.map(|(name, value)| (name.into(), value)).into())
}

const FORMS: [Form; 2] = [Form::Json, Form::Cbor];

#[test]
fn every_content_and_its_headers_come_back() {
    let headers = || Headers::new().with("lc-id", "a-1").with("owner", "ada");
    let own = fields([("headers", fields([]))]);
    let scalars = [Value::Null, true.into(), (-5).into(), u64::MAX.into(), i64::MIN.into(), 0.5.into()];
    let bodies = scalars.into_iter().chain([
        "ä\0".into(),
        Value::Bytes(vec![0, 255]),
        Value::List(vec![1.into(), Value::Null]),
        fields([]),
        fields([("a", 1.into()), ("body", 2.into())]),
        fields([("lc", 1.into()), ("a", 2.into())]),
        fields([("lc", own), ("body", true.into())]),
    ]);
    for body in bodies {
        for form in FORMS {
            let written = form.write(event(headers(), body.clone())).unwrap();
            assert_eq!(form.read("order", &written).unwrap(), event(headers(), body.clone()), "{form:?}");
        }
    }
}

#[test]
fn who_reads_fields_by_name_finds_them_where_they_are() {
    let body = fields([("number", 1.into())]);
    let written = Form::Json.write(event(Headers::new().with("lc-id", "x"), body)).unwrap();
    assert_eq!(written, r#"{"number":1,"lc":{"headers":{"lc-id":"x"}}}"#);
    let written = Form::Json.write(event(Headers::new(), Value::from(5))).unwrap();
    assert_eq!(written, r#"{"lc":{"headers":{},"body":true},"body":5}"#);
}

#[test]
fn what_others_send_is_their_content_as_it_is() {
    for text in
        [r#"{"number":1}"#, "5", r#"["a"]"#, "null", r#"{"lc":5}"#, r#"{"lc":{"headers":1},"body":2}"#]
    {
        let read = Form::Json.read("order", text.as_bytes()).unwrap();
        assert_eq!((read.headers, read.body.to_json_text().unwrap()), (Headers::new(), text.to_owned()));
    }
}

#[test]
fn what_only_the_way_says_is_not_taken_from_others() {
    let text = r#"{"lc":{"headers":{"lc-group":"x","lc-redelivered":"yes","owner":"ada"}}}"#;
    let read = Form::Json.read("order", text.as_bytes()).unwrap();
    assert_eq!(read.headers, Headers::new().with("owner", "ada"));
}

#[test]
fn what_cannot_be_read_is_told_in_words() {
    for (text, why) in [
        (&b""[..], "not valid JSON"),
        (b"{", "not valid JSON"),
        (br#"{"lc":{"headers":{"a":5}}}"#, "one of its headers is no text"),
        (br#"{"lc":{"headers":{"A":"5"}}}"#, "`A` cannot name a header"),
        (br#"{"lc":{"headers":{},"body":true}}"#, "its `lc` speaks of a `body`"),
    ] {
        let error = Form::Json.read("order", text).unwrap_err();
        assert!(error.starts_with(why), "{error}");
    }
    let deep = [&[0x81; 200][..], &[0]].concat();
    for (bytes, why) in [
        (&b""[..], "not valid CBOR: it ends too early"),
        (b"\x1b", "not valid CBOR: it ends too early"),
        (b"\x9a\xff\xff\xff\xff", "not valid CBOR"),
        (b"\x5a\xff\xff\xff\xff", "not valid CBOR"),
        (b"\x01\x01", "not valid CBOR: something comes behind it"),
        (b"\xa1\x01\x01", "a name in it is no text"),
        (b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff", "it has an integer of more than 64 bits"),
        (&deep, "nested deeper than"),
        (&[0x81; 100_000], "nested deeper than"),
    ] {
        let error = Form::Cbor.read("order", bytes).unwrap_err();
        assert!(error.starts_with(why), "{error}: {bytes:?}");
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_told_to_its_sender() {
    let long = fields([("a", "x".repeat(LONGEST).into())]);
    let deep = (0..200).fold(Value::from(1), |inner, _| Value::from(vec![inner]));
    for form in FORMS {
        let error = form.write(event(Headers::new(), long.clone())).unwrap_err().to_string();
        assert!(error.contains("at most 1048576 are allowed"), "{error}");
        let error = form.write(event(Headers::new(), deep.clone())).unwrap_err().to_string();
        assert!(error.contains("nested deeper"), "{error}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_told(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for form in FORMS {
            let _either = form.read("order", &bytes);
        }
    }
}
