//! Which names of a body are seen, and which are none.

use proc_macro2::TokenStream;
use quote::quote;

use super::understand;
use crate::model::Named::{self, Called, Heard, HeardType, Sent, SentOwn, SentType, Stub};

fn seen(body: &TokenStream) -> Vec<Named> {
    let (module, complaints) = understand(quote!(), quote!(impl Lamp { fn helper(&self) #body }));
    assert!(complaints.is_empty(), "{complaints:?}");
    let mentions = module.expect("it is a module").mentions;
    mentions.into_iter().map(|mention| mention.named).collect()
}

#[track_caller]
fn sees(body: &TokenStream, what: fn(String) -> Named, name: &str) {
    assert_eq!(seen(body), [what(name.to_owned())]);
}

#[test]
fn literals_behind_verbs_are_seen() {
    sees(&quote!({ ctx.trigger_event("opened", args! { door: 3 }).await }), Sent, "opened");
    sees(&quote!({ handle.trigger_event_blocking("opened", args! {}) }), Sent, "opened");
    sees(&quote!({ emit!(ctx, "opened", door = 3) }), Sent, "opened");
    sees(&quote!({ looselycoupled::emit!(ctx, "opened") }), Sent, "opened");
    sees(&quote!({ self.ctx.subscribe("sensor.**") }), Heard, "sensor.**");
    assert_eq!(seen(&quote!({ ctx.trigger_own_event(args! {}) })), [SentOwn]);
    sees(
        &quote!({ ctx.exec_task("garage.open", args! {}).timeout(soon).await?.get::<u8>() }),
        Called,
        "garage.open",
    );
    sees(&quote!({ self.handle.enqueue_task_blocking("open", args! {}) }), Called, "open");
}

#[test]
fn a_stub_is_seen_with_its_type_where_it_stands_there() {
    let stub = |stub: Option<&str>| Stub { module: "hall_lamp".to_owned(), stub: stub.map(str::to_owned) };
    let with_type = quote!({ ctx.stub::<contract::DimmerStub>("hall_lamp")?.set_level(3).await });
    assert_eq!(seen(&with_type), [stub(Some("DimmerStub"))]);
    assert_eq!(
        seen(&quote!({
            let lamp: LampStub = ctx.stub("hall_lamp")?;
        })),
        [stub(None)]
    );
    assert_eq!(seen(&quote!({ ctx.stub::<MeterStub<Bme<u8>>>("hall_lamp") })), [stub(Some("MeterStub"))]);
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
fn a_value_that_is_sent_may_be_of_any_type_that_the_method_writes() {
    let one_of = |types: &[&str]| Named::SentOneOf(types.iter().map(|&of_type| of_type.to_owned()).collect());
    let body = quote!({
        let motion = Motion { room };
        spawn(async { ctx.trigger(motion).await });
        Ok(())
    });
    assert_eq!(seen(&body), [one_of(&["Motion", "Ok"])]);
    let block = quote!(impl Lamp { fn pass(&self, door: &events::Door) { self.ctx.trigger(door.clone()) } });
    let (module, _) = understand(quote!(), block);
    assert_eq!(module.expect("it is a module").mentions[0].named, one_of(&["Door"]));
}

#[test]
fn a_method_that_is_not_compiled_mentions_nothing_either() {
    let block = quote!(impl Lamp { #[cfg(unix)] fn helper(&self) { ctx.trigger_event("opened", x()) } });
    let (module, _) = understand(quote!(), block);
    let mentions = module.expect("it is a module").mentions;
    assert_eq!(mentions.len(), 1);
    assert_eq!(mentions[0].conditions.len(), 1);
}
