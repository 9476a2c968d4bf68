//! `#[event]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{
    Attribute, Fields, Generics, Ident, Item, ItemEnum, ItemStruct, LitBool, LitStr, Member, Type, Variant,
};

use super::derives::lead_to_serde;
use super::name::{check_event, snake_case};
use super::runtime::{CRATE, runtime};
use super::source::source;
use super::surroundings::{documentation, line_of};
use crate::diagnostics::Sink;
use crate::model::{Event, Field, Shape};
use crate::syntax::{Form, Grammar, Options};

const EVENT: Grammar = Grammar {
    attribute: "event",
    options: &[
        ("name", Form::Value("name = \"motion\"")),
        ("durable", Form::Flag),
        ("broadcast", Form::Value("broadcast = false")),
        CRATE,
    ],
};

/// Checks a type of events; nothing where it cannot be one. Its derives learn where serde is.
pub(crate) fn event(arguments: TokenStream, item: &mut Item, sink: &Sink) -> Option<Event> {
    let options = Options::read(arguments, &EVENT, sink);
    let runtime = runtime(&options, sink);
    if let Item::Struct(ItemStruct { attrs, .. }) | Item::Enum(ItemEnum { attrs, .. }) = item {
        lead_to_serde(attrs, &runtime);
    }
    let definition = definition(item, sink)?;
    let name = name(&options, definition.ident, sink);
    let broadcast: Option<LitBool> = options.value("broadcast", "`true` or `false`", sink);
    refuse_generics(definition.generics, sink);
    definition.generics.params.is_empty().then_some(Event {
        runtime,
        ident: definition.ident.clone(),
        name,
        documentation: documentation(definition.attributes),
        shape: definition.shape,
        fields: definition.fields,
        parts: definition.parts,
        line: line_of(definition.ident),
        durable: options.flag("durable").is_some(),
        broadcast: broadcast.is_none_or(|literal| literal.value),
    })
}

struct Definition<'a> {
    attributes: &'a [Attribute],
    ident: &'a Ident,
    generics: &'a Generics,
    shape: Shape,
    fields: Vec<Field>,
    parts: Option<Vec<(Member, Type)>>,
}

fn definition<'a>(item: &'a Item, sink: &Sink) -> Option<Definition<'a>> {
    match item {
        Item::Struct(item) => Some(Definition {
            attributes: &item.attrs,
            ident: &item.ident,
            generics: &item.generics,
            shape: shape(&item.fields),
            fields: fields(&item.fields),
            parts: parts(&item.fields),
        }),
        Item::Enum(item) => Some(Definition {
            attributes: &item.attrs,
            ident: &item.ident,
            generics: &item.generics,
            shape: Shape::Enum,
            fields: item.variants.iter().map(variant).collect(),
            parts: None,
        }),
        other => {
            sink.at(
                &keyword(other),
                "an event is a struct or an enum; write `#[event] struct Motion { .. }`",
            );
            None
        }
    }
}

/// The first token behind the attributes.
pub(crate) fn keyword(item: &Item) -> TokenStream {
    let tokens = item.to_token_stream().into_iter();
    let skipped = tokens.skip_while(|token| !matches!(token, proc_macro2::TokenTree::Ident(_)));
    skipped.take(1).collect()
}

fn shape(fields: &Fields) -> Shape {
    match fields {
        Fields::Named(_) => Shape::Struct,
        Fields::Unnamed(_) => Shape::Tuple,
        Fields::Unit => Shape::Unit,
    }
}

fn fields(fields: &Fields) -> Vec<Field> {
    let name = |(place, field): (usize, &syn::Field)| Field {
        name: field.ident.as_ref().map_or_else(|| place.to_string(), |ident| ident.unraw().to_string()),
        type_name: source(&field.ty),
    };
    fields.iter().enumerate().map(name).collect()
}

fn parts(fields: &Fields) -> Option<Vec<(Member, Type)>> {
    let is_certain =
        |field: &syn::Field| !field.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
    let types = fields.iter().map(|field| field.ty.clone());
    fields.iter().all(is_certain).then(|| fields.members().zip(types).collect())
}

/// Handlers find the payload of a variant under the variant's name.
fn variant(variant: &Variant) -> Field {
    let type_name = match &variant.fields {
        Fields::Unit => "()".to_owned(),
        payload => source(payload),
    };
    Field { name: variant.ident.unraw().to_string(), type_name }
}

fn name(options: &Options, ident: &Ident, sink: &Sink) -> String {
    let given: Option<LitStr> = options.value("name", "a text, such as `name = \"motion\"`", sink);
    match given {
        Some(literal) => {
            check_event(&literal, sink);
            literal.value()
        }
        None => snake_case(&ident.unraw().to_string()),
    }
}

fn refuse_generics(generics: &Generics, sink: &Sink) {
    if !generics.params.is_empty() {
        sink.at(generics, "an event is one type under one name; remove the parameters and write owned types");
    }
}
