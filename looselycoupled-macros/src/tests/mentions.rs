//! Which names of a body are seen, and which are none.

use proc_macro2::TokenStream;
use quote::quote;

use super::understand;
use crate::model::MentionKind::{self, Heard, HeardType, Sent, SentOwn, SentType};

fn seen(body: &TokenStream) -> Vec<(MentionKind, String)> {
    let (module, complaints) = understand(quote!(), quote!(impl Lamp { fn helper(&self) #body }));
    assert!(complaints.is_empty(), "{complaints:?}");
    let mentions = module.expect("it is a module").mentions;
    mentions.into_iter().map(|mention| (mention.kind, mention.name)).collect()
}

#[track_caller]
fn sees(body: &TokenStream, kind: MentionKind, name: &str) {
    assert_eq!(seen(body), [(kind, name.to_owned())]);
}

#[test]
fn literals_behind_verbs_are_seen() {
    sees(&quote!({ ctx.trigger_event("opened", args! { door: 3 }).await }), Sent, "opened");
    sees(&quote!({ handle.trigger_event_blocking("opened", args! {}) }), Sent, "opened");
    sees(&quote!({ emit!(ctx, "opened", door = 3) }), Sent, "opened");
    sees(&quote!({ looselycoupled::emit!(ctx, "opened") }), Sent, "opened");
    sees(&quote!({ self.ctx.subscribe("sensor.**") }), Heard, "sensor.**");
    sees(&quote!({ ctx.trigger_own_event(args! {}) }), SentOwn, "");
}

#[test]
fn types_behind_verbs_are_seen() {
    sees(&quote!({ ctx.trigger(Motion { room }) }), SentType, "Motion");
    sees(&quote!({ ctx.trigger(events::Door::Opened) }), SentType, "Door");
    sees(&quote!({ ctx.trigger(Motion::in_room(Room::Hall)) }), SentType, "Motion");
    sees(&quote!({ ctx.wait_for::<events::Sample<u8>>() }), HeardType, "Sample");
}

#[test]
fn they_are_seen_wherever_they_stand() {
    sees(&quote!({ tokio::join!(async { ctx.trigger_event("opened", x()) }, wait()) }), Sent, "opened");
    sees(
        &quote!({
            if a {
                spawn(move || [ctx.trigger_event("opened", x())])
            }
        }),
        Sent,
        "opened",
    );
}

#[test]
fn what_is_computed_or_no_verb_is_not_seen() {
    let others = [
        quote!({ ctx.trigger_event(&name, args! {}) }),
        quote!({ ctx.trigger_event(concat!("a", "b"), args! {}) }),
        quote!({ ctx.trigger_event("opened".trim(), args! {}) }),
        quote!({ ctx.trigger(motion.clone()) }),
        quote!({ trigger_event("opened", 3) }),
        quote!({
            let trigger_event = "opened";
            x.trigger_event
        }),
        quote!({ ctx.wait_for() }),
        quote!({ emit(ctx, "opened") }),
    ];
    for other in others {
        assert_eq!(seen(&other), [], "{other}");
    }
}

#[test]
fn a_method_that_is_not_compiled_mentions_nothing_either() {
    let block = quote!(impl Lamp { #[cfg(unix)] fn helper(&self) { ctx.trigger_event("opened", x()) } });
    let (module, _) = understand(quote!(), block);
    let mentions = module.expect("it is a module").mentions;
    assert_eq!(mentions.len(), 1);
    assert_eq!(mentions[0].conditions.len(), 1);
}
