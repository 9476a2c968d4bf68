//! Mistakes: one message for each, all of them at once, and the sound rest survives.

use proc_macro2::TokenStream;
use quote::quote;

use super::{complaints, understand};
use crate::syntax::{Form, Grammar, Options};

/// Asserts that a block has exactly these complaints.
#[track_caller]
fn expect(arguments: TokenStream, block: TokenStream, expected: &[&str]) {
    assert_eq!(complaints(arguments, block), expected);
}

#[test]
fn every_mistake_of_a_block_is_reported() {
    let block = quote! {
        impl Lamp {
            #[task] fn rename(&mut self, name: &str, (a, b): (u8, u8)) -> &str {}
            #[task(tiemout = "2s", local, local)] unsafe fn dim(self) {}
            #[on_event] fn motion(&mut self) {}
            #[run] fn run(&self) {}
            #[task] #[task] fn level(&self) -> u8 { 0 }
            #[task(name = "level")] fn brightness(&self) -> u8 { 0 }
            #[task] const MAX: u8 = 3;
        }
    };
    let (module, complaints) = understand(quote!(nmae = "x", implements), block);
    assert_eq!(complaints.len(), 15, "{complaints:#?}");
    let names: Vec<_> =
        module.expect("the block is a module").tasks.into_iter().map(|task| task.name).collect();
    assert_eq!(names, ["level"]);
}

#[test]
fn an_unsound_task_leaves_no_gap_among_the_indices() {
    let block = quote! {
        impl Lamp {
            #[task] fn bad(self) {}
            #[cfg(unix)] #[task] fn first(&self) {}
            #[cfg(not(unix))] #[cfg(test)] #[task] fn first(&self) {}
            #[task] fn second(&self) {}
        }
    };
    let (module, complaints) = understand(quote!(), block);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    let positions = module.expect("the block is a module").tasks.into_iter().map(|task| task.position);
    let positions: Vec<_> = positions
        .map(|position| {
            (position.certain, position.conditional.iter().map(ToString::to_string).collect::<Vec<_>>())
        })
        .collect();
    let (unix, other) = ("unix".to_owned(), "all (not (unix) , test)".to_owned());
    assert_eq!(positions, [(0, vec![]), (0, vec![unix.clone()]), (0, vec![unix, other])]);
}

#[test]
fn methods_that_exclude_each_other_may_share_a_name() {
    let block = quote! {
        impl Lamp {
            #[cfg(unix)] #[initialize] fn begin(&mut self) {}
            #[cfg(not(unix))] #[initialize] fn begin(&mut self) {}
            #[cfg(unix)] #[new] fn create() -> Self {}
            #[cfg(not(unix))] #[new] fn create() -> Self {}
        }
    };
    expect(quote!(), block, &[]);
}

#[test]
fn references_are_answered_with_the_owned_type() {
    let cases = [
        (quote!(&str), "String"),
        (quote!(&[u8]), "Vec<u8>"),
        (quote!(&Path), "std::path::PathBuf"),
        (quote!(&mut Limits), "Limits"),
        (quote!(Option<&'a str>), "String"),
        (quote!((u8, &'static str)), "String"),
    ];
    for (ty, owned) in cases {
        let expected = format!("a task's parameter is owned; write `{owned}`");
        expect(quote!(), quote!(impl Lamp { #[task] fn set(&self, value: #ty) {} }), &[&expected]);
    }
}

#[test]
fn owned_types_of_all_kinds_are_accepted() {
    for ty in [
        quote!(Cow<'static, str>),
        quote!(fn(&str) -> &str),
        quote!(Box<dyn Fn(&str) + Send>),
        quote!([u8; 4]),
    ] {
        expect(quote!(), quote!(impl Lamp { #[task(local)] fn set(&self, value: #ty) -> #ty {} }), &[]);
    }
}

#[test]
fn only_errors_that_can_be_sent_are_accepted() {
    let block = |error: TokenStream| quote!(impl Lamp { #[task] fn set(&self) -> Result<u8, #error> {} });
    expect(quote!(), block(quote!(Box<dyn Error + Send + Sync>)), &[]);
    let refused = "a task's error goes to other threads; write `Box<dyn Error + Send + Sync>`";
    expect(quote!(), block(quote!(Box<dyn Error>)), &[refused]);
    expect(quote!(), block(quote!(Box<dyn std::error::Error + Send>)), &[refused]);
}

#[test]
fn a_context_may_be_nameless_but_not_late() {
    expect(
        quote!(),
        quote!(impl Lamp { #[task] fn set(&self, _: &looselycoupled::Context, level: u8) {} }),
        &[],
    );
    let late = "the context comes first; put `ctx: &Context` right behind the receiver";
    expect(quote!(), quote!(impl Lamp { #[task] fn set(&self, a: &Context, b: &Context) {} }), &[late]);
}

#[test]
fn a_misspelt_option_is_recognised_and_a_foreign_one_is_not() {
    let grammar = Grammar {
        attribute: "task",
        options: &[
            ("timeout", Form::Value("timeout = \"2s\"")),
            ("local", Form::Flag),
            ("emits", Form::List("emits(motion)")),
        ],
    };
    let complain = |tokens: TokenStream| {
        let sink = crate::diagnostics::Sink::default();
        Options::read(tokens, &grammar, &sink);
        sink.messages().join("\n")
    };
    assert_eq!(complain(quote!(tmieout = "2s")), "unknown option `tmieout`; did you mean `timeout`?");
    assert_eq!(
        complain(quote!(priority)),
        "unknown option `priority`; `#[task]` takes `timeout`, `local` or `emits`"
    );
    assert_eq!(complain(quote!(timeout(2))), "`timeout` needs a value; write `timeout = \"2s\"`");
    assert_eq!(complain(quote!("2s")), "a value has a key; write `timeout = \"2s\"`");
    assert_eq!(complain(quote!(local = 3, emits)).lines().count(), 2);
    assert_eq!(complain(quote!(,, local,)), "");
}

#[test]
fn commas_in_angle_brackets_do_not_separate_options() {
    let block = quote!(impl Lamp {});
    expect(quote!(config = HashMap<String, fn(u8) -> Vec<u8>>, concurrent), block, &[]);
}

#[test]
fn a_misspelt_attribute_counts_as_the_one_that_was_meant() {
    let meant = [
        (quote!(tsak), "task"),
        (quote!(on_events), "on_event"),
        (quote!(initialise), "initialize"),
        (quote!(finalise), "finalize"),
        (quote!(run_pasively), "run_passively"),
    ];
    for (written, name) in meant {
        let block = quote!(impl Lamp { #[#written] fn on_motion(&mut self) {} });
        let complaints = complaints(quote!(), block);
        let expected = format!("unknown attribute `{written}`; did you mean `{name}`?");
        assert_eq!(complaints.first(), Some(&expected), "{complaints:?}");
    }
}

#[test]
fn an_attribute_of_somebody_else_is_not_taken_for_a_misspelt_one() {
    for attribute in [
        quote!(test),
        quote!(inline),
        quote!(cold),
        quote!(gen),
        quote!(net),
        quote!(tokio::tsak),
        quote!(instrument),
        quote!(must_use),
        quote!(deprecated),
    ] {
        expect(quote!(), quote!(impl Lamp { #[#attribute] fn level(&self) {} }), &[]);
    }
}

#[test]
fn an_event_that_is_not_what_it_looks_like_is_refused() {
    let hear = |argument: TokenStream, parameter: TokenStream| {
        complaints(quote!(), quote!(impl Lamp { #[on_event(#argument)] fn hear(&mut self, #parameter) {} }))
    };
    let name = "`motion` is no type; write `#[on_event(\"motion\")]`, or the type of the event";
    assert_eq!(hear(quote!(motion), quote!(room: String)), [name]);
    let whole = "a handler of `motion` by name takes fields; write `#[on_event(Motion)]` to take it as a whole, or \
                 fields such as `level: u8`";
    assert_eq!(hear(quote!("motion"), quote!(motion: &Motion)), [whole]);
    assert_eq!(
        hear(quote!("motion"), quote!(path: &Path)),
        ["an event's field is owned; write `std::path::PathBuf`"]
    );
    let alone = "the event stands alone in the parentheses; write `#[on_event(\"motion\")]`";
    assert_eq!(hear(quote!(event = "motion"), quote!(room: String)), [alone]);
    let listener = "the method's name does not tell the event; `name` is what the handler is called among processes; if \
                    `motion` is the event, write `#[on_event(\"motion\")]`";
    assert_eq!(hear(quote!(name = "motion"), quote!(room: String)), [listener]);
    let one = "a method hears one event, or those of one pattern; write a method for each";
    assert_eq!(hear(quote!(Motion, Tick), quote!(motion: &Motion)), [one]);
}
