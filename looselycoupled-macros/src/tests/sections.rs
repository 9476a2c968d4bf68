//! Who may read the section of an instance.

use proc_macro2::TokenStream;
use quote::quote;

use super::understand;

/// Whether a block may read its section, as far as we can see.
fn is_read(arguments: TokenStream, block: TokenStream) -> bool {
    let (module, complaints) = understand(arguments, block);
    assert!(complaints.is_empty(), "{complaints:?}");
    module.expect("it is a module").reads_section
}

fn of_task(body: &TokenStream) -> bool {
    is_read(quote!(), quote!(impl Lamp { #[task] async fn go(&self, ctx: &Context, level: u8) #body }))
}

#[test]
fn a_type_and_a_constructor_read_it() {
    assert!(is_read(quote!(config = LampConfig), quote!(impl Lamp {})));
    assert!(is_read(quote!(), quote!(impl Lamp { #[new] fn new(config: LampConfig) -> Self { Self } })));
    assert!(!is_read(quote!(), quote!(impl Lamp { #[new] fn new() -> Self { Self } })));
}

#[test]
fn look_ups_read_it() {
    assert!(of_task(&quote!({ ctx.setting::<u8>("a") })));
    assert!(of_task(&quote!({ spawn(async move { ctx.with_config(|config| config.get("lamp.a")) }) })));
    assert!(is_read(quote!(), quote!(impl Lamp { fn helper(&self) { self.home.with_config(read) } })));
}

#[test]
fn a_context_that_is_handed_on_may_read_it() {
    assert!(of_task(&quote!({ helper(ctx).await })));
    assert!(of_task(&quote!({
        let handle = ctx.handle();
    })));
    assert!(of_task(&quote!({ format!("{}", [&[ctx.clone()]].len()) })));
    assert!(is_read(
        quote!(),
        quote!(impl Lamp { #[run] async fn run(context: Context) { go(context).await } })
    ));
    assert!(is_read(quote!(), quote!(impl Lamp { fn odd(&self, Context { handle, .. }: &Context) {} })));
}

#[test]
fn whoever_only_calls_sends_and_asks_reads_nothing() {
    assert!(!of_task(&quote!({
        ctx.trigger_event("level_changed", args! { lamp: ctx.name(), level }).await?;
        ctx.exec_task("door.open", args! {}).await?;
        if ctx.is_active() {
            ctx.me::<Self>()?.go().await?;
        }
        settings.ctx_of(level)
    })));
    assert!(!is_read(
        quote!(),
        quote!(impl Lamp { #[task] fn level(&self) -> u8 { self.setting_of_level } })
    ));
}
