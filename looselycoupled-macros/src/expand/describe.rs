//! The constants that describe a module.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::named::{mention, promise};
use super::place::{index, location};
use crate::model::{
    Emission, Fallback, Field, Handler, Listener, Module, Parameter, Subscription, Task, TaskKind,
};

/// `ModuleInfo { … }`
pub(super) fn module(module: &Module) -> TokenStream {
    let type_name = module.target.name();
    let documentation = &module.documentation;
    let location = location(module.line);
    let instance = option(module.instance.as_ref().map(|name| quote!(#name)));
    let (concurrent, pinned) = (module.is_concurrent(), module.target.pinned);
    let emits = module.emits.iter().map(emission);
    let calls = module.calls.iter().map(promise);
    let mentions = module.mentions.iter().map(mention);
    let reads_section = module.reads_section;
    let config = option(module.config.as_ref().map(|config| {
        let schema = schema(config);
        quote!(__lc::config_info::<Self>(#schema))
    }));
    quote! {
        __lc::ModuleInfo {
            type_name: #type_name,
            module_path: ::core::module_path!(),
            location: #location,
            documentation: #documentation,
            instance: #instance,
            concurrent: #concurrent,
            pinned: #pinned,
            emits: &[#(#emits),*],
            calls: &[#(#calls),*],
            mentions: &[#(#mentions),*],
            config: #config,
            reads_section: #reads_section,
        }
    }
}

/// `TaskInfo { … }`
pub(super) fn task(task: &Task) -> TokenStream {
    let (index, name, key) = (index(&task.position), &task.name, key(&task.name));
    let documentation = &task.callable.surroundings.documentation;
    let parameters = task.parameters.iter().map(parameter);
    let result = &task.returned.type_name;
    let (value, value_schema) = (&task.returned.value_name, schema(&quote!(Self::Output)));
    let kind = kind(task.kind);
    let timeout = option(task.timeout.map(duration));
    let location = location(task.callable.surroundings.line);
    quote! {
        __lc::TaskInfo {
            index: #index,
            name: #name,
            key: #key,
            documentation: #documentation,
            parameters: &[#(#parameters),*],
            result: #result,
            value: #value,
            value_schema: #value_schema,
            kind: #kind,
            timeout: #timeout,
            location: #location,
        }
    }
}

/// `HandlerInfo { … }`
pub(super) fn handler(handler: &Handler) -> TokenStream {
    let index = index(&handler.position);
    let method = syn::ext::IdentExt::unraw(&handler.callable.ident).to_string();
    let documentation = &handler.callable.surroundings.documentation;
    let kind = kind(if handler.callable.is_async { TaskKind::Async } else { TaskKind::Sync });
    let subscription = subscription(&handler.subscription);
    let external = option(handler.external.as_ref().map(|reason| quote!(#reason)));
    let listener = listener(&handler.listener);
    let location = location(handler.callable.surroundings.line);
    quote! {
        __lc::HandlerInfo {
            index: #index,
            method: #method,
            kind: #kind,
            documentation: #documentation,
            subscription: #subscription,
            external: #external,
            listener: #listener,
            location: #location,
        }
    }
}

fn listener(listener: &Listener) -> TokenStream {
    let Listener { name, group, per_process } = listener;
    let name = option(name.as_ref().map(|name| quote!(#name)));
    let group = option(group.as_ref().map(|group| quote!(#group)));
    quote!(__lc::ListenerInfo { name: #name, group: #group, per_process: #per_process })
}

fn subscription(subscription: &Subscription) -> TokenStream {
    match subscription {
        Subscription::Typed { event, .. } => {
            quote! {{
                use __lc::NotEvent as _;
                __lc::EventProbe::<#event>::SUBSCRIPTION
            }}
        }
        Subscription::Named { event, fields } => {
            let fields = fields.iter().map(parameter);
            quote!(__lc::SubscriptionInfo::Named { event: #event, fields: &[#(#fields),*] })
        }
        Subscription::Pattern { pattern, .. } => quote!(__lc::SubscriptionInfo::Pattern(#pattern)),
    }
}

fn kind(kind: TaskKind) -> TokenStream {
    match kind {
        TaskKind::Async => quote!(__lc::TaskKind::Async),
        TaskKind::Sync => quote!(__lc::TaskKind::Sync),
        TaskKind::Blocking => quote!(__lc::TaskKind::Blocking),
    }
}

pub(super) fn parameter(parameter: &Parameter) -> TokenStream {
    let (name, type_name) = (parameter.name(), &parameter.type_name);
    let key = key(&name);
    let required = matches!(parameter.fallback, Fallback::Required);
    let default = option(parameter.default.as_ref().map(|text| quote!(#text)));
    let schema = schema(&parameter.ty);
    quote! {
        __lc::ParameterInfo {
            name: #name,
            key: #key,
            type_name: #type_name,
            required: #required,
            default: #default,
            schema: #schema,
        }
    }
}

/// What is known of a type beside its name; a type that knows its schema need not say so.
pub(super) fn schema(ty: &dyn ToTokens) -> TokenStream {
    quote!(__lc::SchemaProbe::<#ty>::SCHEMA)
}

fn emission(emission: &Emission) -> TokenStream {
    let (name, fields) = (&emission.name, fields(&emission.fields));
    let schemas = emission.types.iter().map(|ty| schema(ty));
    let unheard = option(emission.unheard.as_ref().map(|reason| quote!(#reason)));
    let keys = emission.fields.iter().map(|field| key(&field.name));
    let (key, keys) = (key(name), quote!(&[#(#keys),*]));
    quote! {
        __lc::EmitInfo {
            name: #name,
            key: #key,
            fields: #fields,
            keys: #keys,
            schemas: &[#(#schemas),*],
            unheard: #unheard,
        }
    }
}

/// `&[FieldInfo { … }, …]`
pub(super) fn fields(fields: &[Field]) -> TokenStream {
    let fields = fields
        .iter()
        .map(|Field { name, type_name }| quote!(__lc::FieldInfo { name: #name, type_name: #type_name }));
    quote!(&[#(#fields),*])
}

/// A name as a number.
pub(super) fn key(name: &str) -> TokenStream {
    quote!(__lc::NameKey::of(#name))
}

fn duration(duration: Duration) -> TokenStream {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let milliseconds = Literal::u64_unsuffixed(milliseconds);
    quote!(::core::time::Duration::from_millis(#milliseconds))
}

/// `Some(…)` or `None`, whatever the user calls so.
pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
