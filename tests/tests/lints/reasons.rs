//! Whoever knows better says so, with a reason.

use looselycoupled::prelude::*;

use super::lints;

#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Frost;

/// All three forms of what comes from outside.
#[derive(Default)]
pub struct Garden;

#[module]
impl Garden {
    #[on_event(external = "the weather station sends it")]
    fn on_rain(&mut self) {}

    #[on_event("wind.strong", external = "the weather station sends it")]
    fn shelter(&mut self) {}

    #[on_event(Frost, external = "the weather station sends it")]
    fn cover(&mut self, _frost: &Frost) {}
}

#[test]
fn a_handler_says_that_its_event_comes_from_outside() {
    assert_eq!(lints(App::builder().module("garden", Garden)), []);
}

#[derive(Default)]
pub struct Window;

#[module]
impl Window {
    #[on_event]
    fn on_rain(&mut self) {}
}

#[test]
fn what_one_handler_says_of_an_event_holds_for_all() {
    assert_eq!(lints(App::builder().module("window", Window)).len(), 1);
    assert_eq!(lints(App::builder().module("window", Window).module("garden", Garden)), []);
}

#[derive(Default)]
pub struct Meter;

#[module(emits(measured(value: u8), unheard = "consoles listen to it", broken))]
impl Meter {
    #[task]
    async fn measure(&self, ctx: &Context) -> Result<()> {
        ctx.trigger_event("measured", args! { value: 3 }).await.map(drop)
    }
}

#[test]
fn a_sender_says_why_nobody_hears_an_event() {
    let lints = lints(App::builder().module("meter", Meter));
    assert_eq!(lints.len(), 1, "the reason is that of the event before it: {lints:?}");
    assert!(lints[0].1.contains("`broken`"), "{lints:?}");
}
