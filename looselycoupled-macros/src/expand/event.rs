//! `impl Event`.

use proc_macro2::TokenStream;
use quote::quote;

use super::announce::buildable;
use super::describe::{fields, schema};
use super::header::scope;
use super::place::location;
use crate::model::{Event, Shape};

/// What becomes of an `#[event]`, beside the type itself.
pub(crate) fn event(event: &Event) -> TokenStream {
    let Event { runtime, ident, name, documentation, durable, broadcast, .. } = event;
    let type_name = ident.to_string();
    let (shape, fields, location) = (shape(event.shape), fields(&event.fields), location(event.line));
    let (buildable, schema) = (buildable(event), schema(ident));
    let items = quote! {
        #[automatically_derived]
        impl __lc::Event for #ident {
            const NAME: &'static str = #name;
            const SCHEMA: __lc::TypeSchema = #schema;
            const INFO: __lc::EventInfo = __lc::EventInfo {
                name: #name,
                type_name: #type_name,
                shape: #shape,
                documentation: #documentation,
                fields: #fields,
                location: #location,
                durable: #durable,
                broadcast: #broadcast,
            };
        }
        #buildable
        __lc::inventory::submit! { __lc::ListedEvent::of::<#ident>() }
    };
    scope(runtime, &[], &items)
}

fn shape(shape: Shape) -> TokenStream {
    match shape {
        Shape::Struct => quote!(__lc::EventShape::Struct),
        Shape::Tuple => quote!(__lc::EventShape::Tuple),
        Shape::Unit => quote!(__lc::EventShape::Unit),
        Shape::Enum => quote!(__lc::EventShape::Enum),
    }
}
