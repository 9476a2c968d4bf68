//! The shims of a task.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::announce::MOST_BY_NAME;
use super::call::{asks_for_sync, future, invocation, on_its_thread, receiver, sharing};
use super::describe;
use super::header::implement;
use super::implements::opened;
use super::names::Names;
use super::place::{index, local_at, mentions, shown_at};
use crate::model::{Fallback, Module, Parameter, Position, Returned, Task};

/// `impl TaskAt<I>`, `impl NamedTaskAt<I>`, and the question whether a result is a disguised `Result`.
pub(super) fn task(task: &Task, module: &Module) -> TokenStream {
    let conditions = &task.callable.surroundings.conditions;
    let index = index(&task.position);
    let parameters = parameters(task);
    let at = at(task, module, &parameters);
    let at = implement(&module.target, conditions, &quote!(__lc::TaskAt<#index>), &at);
    let declaration = parameters.declaration();
    let named = (!task.local).then(|| {
        let body = named(task);
        implement(&module.target, conditions, &quote!(__lc::NamedTaskAt<#index>), &body)
    });
    let probe = probe(task, module);
    quote!(#(#conditions)* #declaration #at #named #probe)
}

/// The names of all tasks.
pub(super) fn names(module: &Module) -> Names {
    let mut names = Names::new(format_ident!("__Tasks"));
    for task in &module.tasks {
        names.add(&task.callable.surroundings.conditions, &task.name, &index(&task.position));
    }
    names
}

fn parameters(task: &Task) -> Names {
    let Position { certain, conditional } = &task.position;
    let mut names = Names::new(format_ident!("__Parameters{}", certain + conditional.len()));
    for (place, parameter) in task.parameters.iter().enumerate() {
        names.add(&[], &parameter.name(), &Literal::usize_unsuffixed(place).to_token_stream());
    }
    names
}

/// The task's row in the table of its module.
pub(super) fn row(task: &Task, module: &Module) -> TokenStream {
    let conditions = &task.callable.surroundings.conditions;
    let index = index(&task.position);
    let constructor = if task.local { quote!(local) } else { quote!(named) };
    let opened = opened(task, module);
    quote!(#(#conditions)* __lc::TaskDescriptor::#constructor::<Self, #index>()#opened)
}

fn at(task: &Task, module: &Module, parameters: &Names) -> TokenStream {
    let types = task.parameters.iter().map(|parameter| &parameter.ty);
    let (output, error) = halves(task);
    let information = information(task, module);
    let lints = &task.callable.surroundings.lints;
    let receiver = receiver(module.is_concurrent());
    let future =
        future(&task.callable, &quote!(::core::result::Result<Self::Output, Self::Error>), &quote!('a));
    let (sharing, body) = (sharing(&task.callable, module), on_its_thread(body(task, module), module));
    let ident = task.callable.ident.to_token_stream();
    let arguments = shown_at(&ident, quote!((#(#types,)*)));
    // A type that is less visible than the module is reported at the whole of these.
    let arguments = associated(&ident, &quote!(Arguments), &arguments);
    let output = associated(&task.returned.ty, &quote!(Output), &output);
    let (fill, wording) = (fill(task), wording(task));
    let parameters = parameters.members("Parameters", "PARAMETERS");
    quote! {
        #arguments
        #parameters
        #output
        type Error = #error;
        const INFO: __lc::TaskInfo = #information;
        #wording
        #fill
        #(#lints)*
        fn call<'a>(
            __module: #receiver,
            __context: &'a __lc::Context,
            __arguments: Self::Arguments,
        ) -> #future {
            #sharing
            #body
        }
    }
}

/// How a stub calls the task in another process, as far as serde knows its types.
fn wording(task: &Task) -> Option<TokenStream> {
    (!task.local).then(|| {
        quote! {
            const WORDING: __lc::Wording<Self::Arguments, Self::Output> = __lc::Wording {
                write: __lc::WriteProbe::<Self::Arguments>::WRITE,
                read: __lc::ReadProbe::<Self::Output>::READ,
            };
        }
    })
}

/// Where the compiler checks the names of arguments, those that are left out get their defaults.
fn fill(task: &Task) -> Option<TokenStream> {
    let defaults = task.parameters.iter().enumerate().filter_map(|(place, parameter)| {
        let (place, default) = (Literal::usize_unsuffixed(place), default(parameter)?);
        Some(quote!(__given.#place.get_or_insert_with(#default);))
    });
    let defaults: Vec<_> = defaults.collect();
    let has_slots = task.parameters.len() <= MOST_BY_NAME && !defaults.is_empty();
    has_slots.then(|| {
        quote! {
            fn fill(__given: &mut <Self::Arguments as __lc::Slots>::Open)
            where
                Self::Arguments: __lc::Slots,
            {
                #(#defaults)*
            }
        }
    })
}

/// `type Name = …;`, shown where `source` stands.
fn associated(source: &TokenStream, name: &TokenStream, ty: &TokenStream) -> TokenStream {
    let (head, end) = (local_at(source, quote!(type #name =)), local_at(source, quote!(;)));
    quote!(#head #ty #end)
}

/// What there is to know of the task; in a generic module, its assertion waits for a concrete type here.
fn information(task: &Task, module: &Module) -> TokenStream {
    let described = describe::task(task);
    if !is_doubtful(task) || !module.target.is_generic() {
        return described;
    }
    let assertion = assertion(task, &quote!(Self::Output));
    quote! {{
        #assertion;
        #described
    }}
}

/// The types of a task's value and of its error.
fn halves(task: &Task) -> (TokenStream, TokenStream) {
    let ty = &task.returned.ty;
    match &task.returned.fallible {
        None => (ty.clone(), quote!(::core::convert::Infallible)),
        Some(halves) => (
            shown_at(&halves.value, quote!(<#ty as __lc::Fallible>::Ok)),
            shown_at(&halves.error, quote!(<#ty as __lc::Fallible>::Err)),
        ),
    }
}

/// The future of the method as it is, where that is possible: a block around it would cost a move.
fn body(task: &Task, module: &Module) -> TokenStream {
    let places = (0..task.parameters.len()).map(Literal::usize_unsuffixed);
    let arguments: Vec<_> = places.map(|place| quote!(__arguments.#place)).collect();
    let invocation = invocation(&task.callable, &arguments);
    let fallible = task.returned.fallible.is_some();
    let asks_for_sync = asks_for_sync(&task.callable, module);
    match (task.callable.is_async, asks_for_sync, fallible) {
        (false, _, true) => quote!(::core::future::ready(#invocation)),
        (false, _, false) => quote!(::core::future::ready(::core::result::Result::Ok(#invocation))),
        (true, true, true) => quote!(async move { #invocation.await }),
        (true, true, false) => quote!(async move { ::core::result::Result::Ok(#invocation.await) }),
        (true, false, true) => invocation,
        (true, false, false) => quote!(__lc::infallible(#invocation)),
    }
}

fn named(task: &Task) -> TokenStream {
    let decode = decode(&task.parameters);
    let encode = encode(&task.returned);
    quote! {
        fn decode(
            __arguments: &mut __lc::Arguments,
        ) -> ::core::result::Result<Self::Arguments, __lc::ArgumentError> {
            #decode
        }
        fn encode(__output: Self::Output) -> ::core::result::Result<__lc::Value, __lc::EncodeError> {
            #encode
        }
    }
}

/// A plain value goes through the question whether it is a `Result`: for a disguised one, the answer to
/// that is the only message.
fn encode(returned: &Returned) -> TokenStream {
    match &returned.fallible {
        Some(halves) => {
            let output = shown_at(&halves.value, quote!(Self::Output));
            quote!(__lc::encode::<#output>(&__output))
        }
        None => {
            let encode = shown_at(&returned.ty, quote!(__lc::IsResult::<Self::Output>::encode));
            let output = local_at(&returned.ty, quote!(&__output));
            quote! {
                use __lc::NotResult as _;
                #encode(#output)
            }
        }
    }
}

fn decode(parameters: &[Parameter]) -> TokenStream {
    let names = parameters.iter().map(Parameter::name);
    let taken = parameters.iter().map(take);
    quote! {
        let mut __fields = __lc::Fields::new(__arguments, &[#(#names),*])?;
        ::core::result::Result::Ok((#(#taken,)*))
    }
}

fn take(parameter: &Parameter) -> TokenStream {
    let (name, ty) = (parameter.name(), &parameter.ty);
    match default(parameter) {
        None => quote!(__fields.take::<#ty>(#name)?),
        Some(default) => quote!(__fields.take_or::<#ty>(#name, #default)?),
    }
}

/// The closure that makes up for a missing argument.
pub(super) fn default(parameter: &Parameter) -> Option<TokenStream> {
    let ty = &parameter.ty;
    match &parameter.fallback {
        Fallback::Required => None,
        Fallback::Default => Some(quote!(|| <#ty as ::core::default::Default>::default())),
        Fallback::Expression(expression) => Some(quote!(|| #expression)),
    }
}

/// Whether a `Result` could hide behind the task's return type.
fn is_doubtful(task: &Task) -> bool {
    task.returned.fallible.is_none() && task.returned.type_name != "()"
}

/// Refuses a `Result` under another name.
fn assertion(task: &Task, output: &TokenStream) -> TokenStream {
    let assertion = quote! {
        !__lc::IsResult::<#output>::YES,
        "a task's error is recognised by the name `Result`; write `Result<..>`"
    };
    let assertion = shown_at(&task.returned.ty, quote!(::core::assert!(#assertion)));
    quote! {
        use __lc::NotResult as _;
        #assertion
    }
}

/// The type of a task's value, as it can be written outside of the block.
fn outside(task: &Task, module: &Module) -> TokenStream {
    // As written where that will do: a question to the module is a message more where the module is not one.
    if !mentions(&task.returned.ty, &|word| word == "Self") {
        return task.returned.ty.clone();
    }
    let (path, index) = (&module.target.path, index(&task.position));
    quote!(<#path as __lc::TaskAt<#index>>::Output)
}

/// The assertion where it is checked at once, also in a crate that uses the module nowhere.
fn probe(task: &Task, module: &Module) -> Option<TokenStream> {
    if !is_doubtful(task) || module.target.is_generic() {
        return None;
    }
    let conditions = &task.callable.surroundings.conditions;
    let assertion = assertion(task, &outside(task, module));
    Some(quote! {
        #(#conditions)*
        const _: () = {
            #assertion
        };
    })
}
