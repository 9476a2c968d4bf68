//! Names, patterns and durations.

use quote::quote;
use syn::LitStr;

use super::{complaints, understand};

fn task_option(option: &proc_macro2::TokenStream) -> usize {
    complaints(quote!(), quote!(impl Lamp { #[task(#option)] fn level(&self) {} })).len()
}

fn handler_option(text: &str) -> usize {
    let literal = LitStr::new(text, proc_macro2::Span::call_site());
    let parameter = text.contains('*').then(|| quote!(event: &EventRecord));
    complaints(quote!(), quote!(impl Lamp { #[on_event(#literal)] fn hear(&self, #parameter) {} })).len()
}

#[test]
fn tasks_have_names_of_one_word() {
    for sound in ["level", "set-level", "_level", "größe", "level2"] {
        assert_eq!(task_option(&quote!(name = #sound)), 0, "{sound}");
    }
    for unsound in ["", "lamp.level", "2level", "-level", "set level", "level*", "a/b"] {
        assert_eq!(task_option(&quote!(name = #unsound)), 1, "{unsound}");
    }
}

#[test]
fn events_have_names_of_words_between_dots() {
    for sound in ["motion", "door.opened", "sensor.3.value", "a-b"] {
        assert_eq!(handler_option(sound), 0, "{sound}");
    }
    for unsound in ["", ".", "door.", ".door", "door..opened", "door opened", "producer/produced"] {
        assert_eq!(handler_option(unsound), 1, "{unsound}");
    }
}

#[test]
fn patterns_have_stars_in_words_between_dots() {
    for sound in ["*", "**", "sensor.*", "sensor.**", "**.value", "door_*", "s*r.hall", "*.*", "sensor**"] {
        assert_eq!(handler_option(sound), 0, "{sound}");
    }
    for unsound in ["sensor..*", "a *", "*.", ".*", "*/a"] {
        assert_eq!(handler_option(unsound), 1, "{unsound}");
    }
}

#[test]
fn timeouts_have_a_number_and_a_unit() {
    let milliseconds = |text: &str| {
        let (module, complaints) =
            understand(quote!(), quote!(impl Lamp { #[task(timeout = #text)] fn level(&self) {} }));
        assert!(complaints.is_empty(), "{complaints:?}");
        let timeout = module.expect("the block is a module").tasks.remove(0).timeout;
        timeout.expect("there is a timeout").as_millis()
    };
    assert_eq!(milliseconds("500ms"), 500);
    assert_eq!(milliseconds("2s"), 2_000);
    assert_eq!(milliseconds("5 m"), 300_000);
    assert_eq!(milliseconds("1h"), 3_600_000);
    for unsound in ["", "s", "0s", "20", "2 days", "-1s", "1.5s", "18446744073709551615h", "2s3"] {
        assert_eq!(task_option(&quote!(timeout = #unsound)), 1, "{unsound}");
    }
}

#[test]
fn events_are_called_like_their_types() {
    let name = |ident: &str| {
        let ident = quote::format_ident!("{ident}");
        let sink = crate::diagnostics::Sink::default();
        let event = crate::lower::event(quote!(), &mut syn::parse_quote!(struct #ident;), &sink);
        event.map(|event| event.name).unwrap_or_default()
    };
    assert_eq!(name("Motion"), "motion");
    assert_eq!(name("DoorOpened"), "door_opened");
    assert_eq!(name("HTTPRequest"), "http_request");
    assert_eq!(name("Sensor2Value"), "sensor2_value");
    assert_eq!(name("already_snake"), "already_snake");
}
