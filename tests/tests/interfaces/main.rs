//! An interface calls any module that implements it, as the module's own stub would, and nobody else.

#![allow(clippy::unwrap_used, clippy::unused_self, reason = "handlers that fail fail their test")]

mod binding;
mod calls;
mod contract;
mod providers;
mod stand_ins;

use looselycoupled::prelude::*;

use contract::DimmerStub;
use providers::Lamp;

/// A lamp that callers know as a dimmer only.
async fn lit(lamp: &Lamp) -> (App, DimmerStub) {
    let app = App::builder().module("lamp", lamp.clone()).start().await.unwrap();
    let dimmer = app.handle().stub("lamp").unwrap();
    (app, dimmer)
}
