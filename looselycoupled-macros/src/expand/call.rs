//! How a method of the user's is called.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::place::{local_at, shown_at};
use crate::model::{Callable, Module, Receiver};

/// `&'a mut Self`, or `&'a Self` in a concurrent module.
pub(super) fn receiver(concurrent: bool) -> TokenStream {
    if concurrent { quote!(&'a Self) } else { quote!(&'a mut Self) }
}

/// `Self::method(module, context, arguments…)`
pub(super) fn invocation(callable: &Callable, arguments: &[TokenStream]) -> TokenStream {
    let method = &callable.ident;
    let module = match callable.receiver {
        Receiver::Shared(_) => Some(quote!(&*__module)),
        Receiver::Exclusive => Some(quote!(__module)),
        Receiver::Absent => None,
    };
    let context = callable.context.as_ref().map(|ty| local_at(ty, quote!(__context)));
    let all = module.iter().chain(&context).chain(arguments);
    quote!(Self::#method(#(#all),*))
}

/// The type of a shim's future; a body that is not `Send` is reported at the method's name.
pub(super) fn future(callable: &Callable, output: &TokenStream, lifetime: &TokenStream) -> TokenStream {
    let future = quote!(impl ::core::future::Future<Output = #output> + ::core::marker::Send + #lifetime);
    shown_at(&callable.ident.to_token_stream(), future)
}

/// `Result<(), BoxError>`
pub(super) fn nothing() -> TokenStream {
    quote!(::core::result::Result<(), __lc::BoxError>)
}

/// Whether a future holds `&self`, so that `Self` must be `Sync`.
pub(super) fn asks_for_sync(callable: &Callable, module: &Module) -> bool {
    callable.is_async && module.asks_for_sync() && matches!(callable.receiver, Receiver::Shared(_))
}

/// The future of a pinned module stays on the thread on which it was made; that of any other may move.
pub(super) fn on_its_thread(future: TokenStream, module: &Module) -> TokenStream {
    if module.target.pinned { quote!(__lc::pinned(#future)) } else { future }
}

/// Asks for `Self: Sync` where that is needed, and says so at the `&self`.
///
/// It stands outside an `async` block, which is not examined for `Send` where its function has an error
/// already: so this is the only message.
pub(super) fn sharing(callable: &Callable, module: &Module) -> TokenStream {
    match &callable.receiver {
        Receiver::Shared(receiver) if asks_for_sync(callable, module) => {
            let itself = shown_at(receiver, quote!(Self));
            quote!(__lc::require_sync::<#itself>();)
        }
        _ => TokenStream::new(),
    }
}

/// The body of a shim whose method returns nothing or a `Result<(), E>`.
pub(super) fn outcome(callable: &Callable, arguments: &[TokenStream]) -> TokenStream {
    let invocation = invocation(callable, arguments);
    let awaited = if callable.is_async { quote!(.await) } else { TokenStream::new() };
    let returned = match callable.output.is_empty() {
        true => quote!(()),
        false => callable.output.clone(),
    };
    quote!(__lc::outcome::<#returned>(#invocation #awaited))
}
