//! Interfaces: what a method may look like, and how a module names what it implements.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemTrait;

use super::understand;
use crate::diagnostics::Sink;
use crate::entry;

/// The complaints about a trait with this one method.
fn complaints(method: &TokenStream) -> Vec<String> {
    let declaration: ItemTrait = syn::parse_quote!(
        trait Dimmer {
            #method
        }
    );
    let sink = Sink::default();
    crate::lower::interface(quote!(), &declaration, &sink);
    sink.messages()
}

#[test]
fn the_error_of_a_call_is_known_under_any_path() {
    for error in [
        quote!(CallError),
        quote!(looselycoupled::CallError),
        quote!(CallError<TaskFailure>),
        quote!(::lc::CallError<lc::TaskFailure>),
    ] {
        assert_eq!(complaints(&quote!(async fn off(&self) -> lc::Result<(), #error>;)), [""; 0]);
    }
}

#[test]
fn whatever_else_it_returns_is_answered_with_what_to_write() {
    let answers = [
        (quote!(u8), "every call can fail on its way; write `Result<u8, CallError>`"),
        (quote!(Result<Vec<u8>>), "every call can fail on its way; write `Result<Vec<u8>, CallError>`"),
        (
            quote!(Result<u8, CallError<LampError>>),
            "callers do not know the task's error; write `Result<u8, CallError>`: its `Failed` holds the task's own error",
        ),
        (quote!(Result<&str, CallError>), "a method's result is owned; write `String`"),
    ];
    for (output, expected) in answers {
        assert_eq!(complaints(&quote!(async fn off(&self) -> #output;)), [expected]);
    }
}

#[test]
fn every_mistake_of_a_method_is_reported() {
    let method = quote!(
        unsafe fn set(self: Box<Self>, #[default] level: &u8, Self { a }: Self)
        where
            u8: Copy;
    );
    assert_eq!(complaints(&method).len(), 9);
}

#[test]
fn a_version_belongs_to_the_interface_before_it() {
    let listed = quote!(implements(Dimmer, version = 2, lamps::Switchable, Named, version = 3));
    let (module, complaints) = understand(listed, quote!(impl Lamp {}));
    assert_eq!(complaints, [""; 0]);
    let listed: Vec<_> = module
        .expect("it is a module")
        .implements
        .into_iter()
        .map(|known| {
            (
                known.path.to_token_stream().to_string().replace(' ', ""),
                known.version.map(|version| version.number),
            )
        })
        .collect();
    let expected = [("Dimmer", Some(2)), ("lamps::Switchable", None), ("Named", Some(3))];
    assert_eq!(listed, expected.map(|(path, version)| (path.to_owned(), version)));
}

#[test]
fn what_is_wrong_with_a_list_is_said_for_each_piece() {
    let listed = quote!(implements(
        version = 2,
        Dimmer,
        Dimmer,
        version = 0,
        verison = 1,
        name = "x",
        "Dimmer",
        version = 1,
        version = 2
    ));
    let (_, complaints) = understand(listed, quote!(impl Lamp {}));
    let expected = [
        "a version belongs to the interface before it; write `implements(Dimmer, version = 2)`",
        "`Dimmer` is listed twice; remove one",
        "a version is a whole number, from 1 on; write `version = 2`",
        "unknown option `verison`; did you mean `version`?",
        "unknown option `name`; an interface takes `version`",
        "this is no interface; write the name of its trait, such as `Dimmer`",
        "`version` of `Dimmer` is given twice; remove one",
    ];
    assert_eq!(complaints, expected);
}

#[test]
fn a_trait_that_cannot_be_an_interface_stays_in_sight() {
    let declaration = quote!(
        trait Dimmer: Send {
            const MAX: u8;
            async fn off(&self) -> Result<(), CallError>;
        }
    );
    let expanded = entry::interface(quote!(), &declaration).to_string();
    assert!(expanded.contains("trait Dimmer : Send { const MAX : u8 ; fn off (& self)"), "{expanded}");
    assert_eq!(expanded.matches("compile_error").count(), 2);
    assert!(!expanded.contains("DimmerStub"), "{expanded}");
}
