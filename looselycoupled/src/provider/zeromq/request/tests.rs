use proptest::prelude::*;

use super::*;

fn form(shape: EventShape, fields: &[&'static str]) -> EventForm {
    EventForm { shape, fields: fields.into() }
}

fn event(headers: Headers, body: Value) -> Envelope {
    Envelope { name: "order".into(), headers, body }
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

fn fields<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    map(entries)
}

/// What is made of a text whose event looks so here.
fn heard(text: &str, form: Option<&EventForm>) -> Result<Envelope, String> {
    match read(text.as_bytes(), |_| true, |_| form.cloned()) {
        Ok(Arriving::Event(event)) => Ok(event),
        Ok(other) => panic!("{other:?}"),
        Err(Unreadable { what, why }) => Err(format!("{what}: {why}")),
    }
}

/// What MrEventLoop sends with these parameters.
fn sent(parameters: &str, form: Option<&EventForm>) -> Result<(Value, Option<String>), String> {
    let text = format!(r#"{{"jsonrpc": "2.0", "method": "order", "params": {parameters}, "id": 1}}"#);
    heard(&text, form).map(|event| (event.body, event.headers.get(SHAPE).map(str::to_owned)))
}

#[test]
fn fields_are_written_in_the_order_that_is_known_and_named_where_nobody_else_looks() {
    let known = form(EventShape::Struct, &["a", "b", "c"]);
    let body = fields([("b", 2.into()), ("a", 1.into())]);
    let written = write(event(Headers::new().with("x", "y"), body), Some(&known), 7).unwrap();
    assert_eq!(
        written,
        r#"{"jsonrpc":"2.0","method":"order","params":[1,2],"id":7,"lc":{"headers":{"x":"y"},"names":["a","b"]}}"#
    );
}

#[test]
fn fields_of_which_no_order_is_known_are_written_by_name() {
    let known = form(EventShape::Struct, &["a", "b", "c"]);
    for (body, form) in [
        (fields([("a", 1.into())]), None),
        (fields([("a", 1.into()), ("c", 3.into())]), Some(&known)),
        (fields([("d", 1.into())]), Some(&known)),
        (fields([("a", 1.into()), ("a", 2.into())]), Some(&known)),
    ] {
        let written = write(event(Headers::new(), body.clone()), form, 1).unwrap();
        assert!(written.windows(10).any(|part| part == br#""params":{"#.as_slice()), "{written:?}");
        let Ok(Arriving::Event(read)) = read(&written, |_| true, |_| None) else { panic!() };
        assert_eq!(read.body, body);
    }
}

#[test]
fn every_content_comes_back_whatever_the_other_side_knows() {
    let items = list([1.into()]);
    let (one, two) = (form(EventShape::Tuple, &["0"]), form(EventShape::Tuple, &["0", "1"]));
    let forms = [None, Some(&one), Some(&two)];
    let shaped = |shape: &str| Headers::new().with(SHAPE, shape);
    let cases = [
        (Headers::new(), fields([("a", items.clone())]), None),
        (Headers::new(), fields([]), None),
        (shaped("tuple"), items.clone(), Some(&one)),
        (shaped("tuple"), Value::from(5), Some(&one)),
        (shaped("tuple"), list([1.into(), items.clone()]), Some(&two)),
        (shaped("tuple"), list([1.into(), items]), None),
        (shaped("unit"), Value::Null, None),
        (shaped("enum"), Value::from("Opened"), None),
        (shaped("enum"), fields([("Opened", 1.into())]), None),
    ];
    for (headers, body, known) in cases {
        let written = write(event(headers.clone(), body.clone()), known, 1).unwrap();
        for form in forms {
            let Ok(Arriving::Event(read)) = read(&written, |_| true, |_| form.cloned()) else { panic!() };
            assert_eq!(read, event(headers.clone(), body.clone()), "{form:?}");
        }
    }
}

#[test]
fn parameters_of_others_become_the_fields_that_are_known_here() {
    let known = form(EventShape::Struct, &["a", "b"]);
    let ok = |body: Value, shape: Option<&str>| Ok((body, shape.map(str::to_owned)));
    assert_eq!(sent("[1, 2]", Some(&known)), ok(fields([("a", 1.into()), ("b", 2.into())]), None));
    assert_eq!(sent("[1]", Some(&known)), ok(fields([("a", 1.into())]), None));
    assert_eq!(sent(r#"{"b": 2}"#, Some(&known)), ok(fields([("b", 2.into())]), None));
    let many = "`order`: it has 3 parameters, and 2 fields here: `a`, `b`";
    assert_eq!(sent("[1, 2, 3]", Some(&known)), Err(many.to_owned()));
    let tuple = form(EventShape::Tuple, &["0", "1"]);
    assert_eq!(sent("[1, 2]", Some(&tuple)), ok(list([1.into(), 2.into()]), Some("tuple")));
    assert!(sent("[1]", Some(&tuple)).is_err());
    let single = form(EventShape::Tuple, &["0"]);
    assert_eq!(sent("[[1]]", Some(&single)), ok(list([1.into()]), Some("tuple")));
    assert_eq!(sent("[]", Some(&form(EventShape::Unit, &[]))), ok(Value::Null, Some("unit")));
    assert!(sent("[1]", Some(&form(EventShape::Unit, &[]))).is_err());
    let variants = form(EventShape::Enum, &["Opened"]);
    assert_eq!(sent(r#"["Opened"]"#, Some(&variants)), ok("Opened".into(), Some("enum")));
    assert!(sent("[]", Some(&variants)).is_err());
}

#[test]
fn parameters_of_which_nothing_is_known_have_their_places_as_names() {
    assert_eq!(sent("[1]", None), Ok((list([1.into()]), Some("tuple".to_owned()))));
    assert_eq!(sent("[]", None), Ok((fields([]), None)));
    assert_eq!(heard(r#"{"method": "order"}"#, None).unwrap().body, fields([]));
}

#[test]
fn what_is_no_request_is_told_with_what_is_wrong() {
    let deep = "[".repeat(100_000);
    for (text, why) in [
        ("", "a message: not valid JSON"),
        ("{", "a message: not valid JSON"),
        (&deep, "a message: nested deeper than 129 levels"),
        ("[]", "a message: it is no object of JSON"),
        (r#"[{"method": "order", "params": []}]"#, "a message: it is no object of JSON"),
        (r#"{"result": 1, "id": 1}"#, "a message: it has no `method`"),
        (r#"{"method": 5}"#, "a message: it has no `method`"),
        (r#"{"method": "a b"}"#, "`a b`: event name `a b` has ` `"),
        (r#"{"method": "order", "params": 5}"#, "`order`: its parameters are neither"),
        (
            r#"{"method": "order", "params": [1], "lc": {"names": ["a", "b"]}}"#,
            "`order`: it has 1 parameters, and names for 2",
        ),
        (
            r#"{"method": "order", "params": [1], "lc": {"names": 5}}"#,
            "`order`: it has 1 parameters, and names for 0",
        ),
        (r#"{"method": "order", "lc": {"headers": {"a": 5}}}"#, "`order`: its header `a` is no text"),
        (r#"{"method": "order", "lc": {"headers": {"A": "5"}}}"#, "`order`: `A` cannot name a header"),
    ] {
        let error = heard(text, None).unwrap_err();
        assert!(error.starts_with(why), "{error}");
    }
    // What does not matter may be anything.
    for text in [
        r#"{"method": "order", "id": 123456789012345678901234567890, "lc": 5}"#,
        r#"{"method": "order", "id": {"a": []}, "jsonrpc": 1, "lc": {"headers": 5, "content": 7}}"#,
    ] {
        assert_eq!(heard(text, None).unwrap(), event(Headers::new(), fields([])));
    }
}

#[test]
fn what_nobody_wants_is_not_looked_at_and_a_probe_is_none_of_it() {
    let text = br#"{"method": "a b", "params": 5}"#;
    assert_eq!(read(text, |_| false, |_| None), Ok(Arriving::Unwanted));
    let known = Arriving::Probe { sender: "kitchen".to_owned(), number: 7 };
    assert_eq!(read(&probe("kitchen", 7), |_| false, |_| None), Ok(known));
    let strange = Arriving::Probe { sender: String::new(), number: 0 };
    assert_eq!(read(br#"{"method": "lc.probe", "params": {"a": 1}}"#, |_| true, |_| None), Ok(strange));
}

#[test]
fn what_is_too_long_or_too_deep_is_told_to_its_sender() {
    let long = fields([("a", "x".repeat(LONGEST).into())]);
    let error = write(event(Headers::new(), long), None, 1).unwrap_err().to_string();
    assert!(error.contains("at most 4194304 are allowed"), "{error}");
    let deep = (0..200).fold(Value::from(1), |inner, _| Value::from(vec![inner]));
    assert!(write(event(Headers::new(), deep), None, 1).unwrap_err().to_string().contains("nested deeper"));
    let bad = Headers::new().with("Größe", "1");
    assert!(write(event(bad, Value::Null), None, 1).is_err());
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_told(text in ".{0,200}", parameters in "[\\[\\]{}\":,a1 ]{0,40}") {
        let _either = read(text.as_bytes(), |_| true, |_| None);
        let request = format!(r#"{{"method": "order", "params": {parameters}, "lc": {parameters}}}"#);
        let _either = read(request.as_bytes(), |_| true, |_| Some(form(EventShape::Struct, &["a"])));
    }
}
