use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn pattern(text: &str) -> EventPattern {
    text.parse().unwrap()
}

#[track_caller]
fn check(text: &str, matched: &[&str], others: &[&str]) {
    let pattern = pattern(text);
    for event in matched {
        assert!(pattern.matches(event), "`{text}` must match `{event}`");
    }
    for event in others {
        assert!(!pattern.matches(event), "`{text}` must not match `{event}`");
    }
}

#[test]
fn a_name_matches_itself() {
    check("door_opened", &["door_opened"], &["door_opene", "door_opened_", "door", ""]);
    assert!(pattern("a.b").is_literal());
    assert!(!pattern("a.*").is_literal());
}

#[test]
fn one_star_stays_within_its_segment() {
    check("sensor.*", &["sensor.a", "sensor.abc"], &["sensor", "sensor.a.b", "sensors.a"]);
    check("door_*", &["door_", "door_opened"], &["door", "door_a.b", "a.door_b"]);
    check("*.level", &["a.level"], &["level", "a.b.level", "a.levels"]);
    check("a*b*c", &["abc", "aXbXc", "abcbc"], &["ab", "a.bc", "acb"]);
    check("*", &["a", "door_opened"], &["a.b"]);
    check("*x.*y", &["ax.by", "xxx.y"], &["ax.bx.y", "a.y"]);
}

#[test]
fn two_stars_cross_segments() {
    check("sensor.**", &["sensor.a", "sensor.a.b"], &["sensor", "sensors.a"]);
    check("**", &["a", "a.b.c"], &[]);
    check("**.level", &["a.level", "a.b.level"], &["level"]);
    check("a.**.z", &["a.b.z", "a.b.c.z"], &["a.z", "a.b"]);
    check("a**", &["a", "ab", "a.b"], &["b"]);
    check("**a*b.c", &["a.ab.c", "ab.c", "x.y.aXb.c"], &["a.b.c"]);
    check("a***b", &["ab", "a.b"], &["a"]);
}

#[test]
fn letters_of_any_script_are_letters() {
    check("küche.*", &["küche.öffnen"], &["kuche.a"]);
    check("k*che", &["küche", "kuche"], &["kü.che"]);
}

#[test]
fn a_pattern_longer_than_a_machine_word_works_as_well() {
    let long = "x".repeat(200);
    check(
        &format!("*.{long}*{long}"),
        &[&format!("a.{long}{long}"), &format!("a.{long}yy{long}")],
        &[&format!("a.{long}"), &long],
    );
    let exact = "y".repeat(63);
    check(&format!("*{exact}"), &[&exact, &format!("y{exact}")], &[&exact[1..]]);
    let exact = "y".repeat(64);
    check(&format!("*{exact}"), &[&exact, &format!("y{exact}")], &[&exact[1..]]);
}

#[test]
fn what_is_no_pattern_is_refused() {
    for text in ["", "a..b", ".a", "a.", "a b", "a/b", "a.?"] {
        assert!(text.parse::<EventPattern>().is_err(), "{text}");
    }
    let error = "door ?".parse::<EventPattern>().unwrap_err();
    assert!(
        error.to_string().starts_with("event pattern `door ?` has ` ` as character 5; allowed are "),
        "{error}"
    );
}

#[test]
fn many_stars_do_not_explode() {
    let pattern = pattern(&"*a**".repeat(30));
    let name = "a".repeat(29) + &"b".repeat(100_000);
    let begin = Instant::now();
    assert!(!pattern.matches(&name));
    assert!(begin.elapsed() < Duration::from_secs(2));
}

/// The meaning of a pattern in its plainest form, exponential as it is.
fn reference(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        (['*', '*', rest @ ..], _) => (0..=name.len()).any(|taken| reference(rest, &name[taken..])),
        (['*', rest @ ..], _) => (0..=name.len())
            .take_while(|taken| !name[..*taken].contains(&'.'))
            .any(|taken| reference(rest, &name[taken..])),
        ([wanted, rest @ ..], [found, others @ ..]) => wanted == found && reference(rest, others),
        ([], _) => name.is_empty(),
        (_, []) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_agrees_with_the_plainest_form(text in "[ab*]{1,5}(\\.[ab*]{1,4}){0,3}", name in "[ab]{1,4}(\\.[ab]{1,4}){0,3}") {
        let characters: Vec<char> = text.chars().collect();
        let name_characters: Vec<char> = name.chars().collect();
        prop_assert_eq!(pattern(&text).matches(&name), reference(&characters, &name_characters));
    }

    #[test]
    fn it_matches_what_it_was_made_from(name in "[a-c_]{1,5}(\\.[a-c_]{1,5}){0,3}", from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let (from, to) = (from.index(name.len() + 1), to.index(name.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        let wildcard = if name[from..to].contains('.') { "**" } else { "*" };
        let pattern = pattern(&format!("{}{wildcard}{}", &name[..from], &name[to..]));
        prop_assert!(pattern.matches(&name), "`{}` must match `{}`", pattern, name);
    }
}
