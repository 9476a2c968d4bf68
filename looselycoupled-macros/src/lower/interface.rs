//! `#[interface]`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Ident, ItemTrait, LitStr, TraitItem};

use super::declared::method;
use super::module::advance;
use super::name::check_word;
use super::runtime::{CRATE, runtime};
use super::surroundings::{conditions, documentation, line_of};
use super::version::version;
use crate::diagnostics::Sink;
use crate::model::{Interface, InterfaceMethod, Position};
use crate::syntax::{Form, Grammar, Options};

const INTERFACE: Grammar = Grammar {
    attribute: "interface",
    options: &[("name", Form::Value("name = \"Dimmer\"")), ("version", Form::Value("version = 2")), CRATE],
};

/// Checks a trait; nothing where it cannot be an interface at all.
pub(crate) fn interface<'a>(
    arguments: TokenStream,
    declaration: &'a ItemTrait,
    sink: &Sink,
) -> Option<Interface<'a>> {
    let options = Options::read(arguments, &INTERFACE, sink);
    let runtime = runtime(&options, sink);
    let name = name(&options, &declaration.ident, sink);
    let version = number(&options, sink);
    let is_list = sink.clean(|| check_shape(declaration, sink));
    let mut methods = Vec::new();
    let is_whole = sink.clean(|| methods = self::methods(declaration, sink));
    is_list.then(|| Interface {
        runtime,
        declaration,
        conditions: conditions(&declaration.attrs),
        name,
        version,
        documentation: documentation(&declaration.attrs),
        line: line_of(&declaration.ident),
        methods,
        is_whole,
    })
}

fn name(options: &Options, ident: &Ident, sink: &Sink) -> String {
    let given: Option<LitStr> = options.value("name", "a text, such as `name = \"Dimmer\"`", sink);
    match given {
        Some(literal) => {
            check_word(&literal, "an interface", sink);
            literal.value()
        }
        None => ident.unraw().to_string(),
    }
}

fn number(options: &Options, sink: &Sink) -> u32 {
    let given: Option<TokenStream> = options.value("version", "a whole number, such as `version = 2`", sink);
    given.and_then(|written| version(&written, sink)).map_or(1, |version| version.number)
}

/// Refuses what would make of the interface more than a list of methods.
fn check_shape(declaration: &ItemTrait, sink: &Sink) {
    if let Some(unsafety) = &declaration.unsafety {
        sink.at(unsafety, "an interface is safe to call and to implement; remove `unsafe`");
    }
    if !declaration.generics.params.is_empty() {
        let advice = "remove the parameters and write the types themselves";
        sink.at(&declaration.generics, format!("an interface is one type for all callers; {advice}"));
    }
    if let Some(clause) = &declaration.generics.where_clause {
        sink.at(clause, "an interface asks nothing of its types; remove the `where` clause");
    }
    if !declaration.supertraits.is_empty() {
        let advice = "remove this, and list each in `implements(..)`";
        sink.at(&declaration.supertraits, format!("an interface stands for itself; {advice}"));
    }
    for item in declaration.items.iter().filter(|item| !matches!(item, TraitItem::Fn(_))) {
        sink.at(item, "an interface consists of methods; move this elsewhere");
    }
}

/// The methods that are sound, each name once: that one occurs twice is what rustc says.
fn methods(declaration: &ItemTrait, sink: &Sink) -> Vec<InterfaceMethod> {
    let mut position = Position::default();
    let mut methods: Vec<InterfaceMethod> = Vec::new();
    for item in &declaration.items {
        let TraitItem::Fn(written) = item else { continue };
        let Some(method) = method(written, position.clone(), sink) else { continue };
        if !methods.iter().any(|known| meet(known, &method)) {
            advance(&mut position, &written.attrs);
            methods.push(method);
        }
    }
    methods
}

fn meet(one: &InterfaceMethod, other: &InterfaceMethod) -> bool {
    let excludes = !one.surroundings.conditions.is_empty() && !other.surroundings.conditions.is_empty();
    one.ident == other.ident && !excludes
}
