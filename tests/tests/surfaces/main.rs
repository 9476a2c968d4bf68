//! One declaration, many ways in: whichever way a task is called, the same comes out of it. Each row of the table goes
//! through all of them, and `describe()` says whether a task is missing there.

#![allow(clippy::unwrap_used, reason = "a way in that is not there fails its test")]

use std::collections::BTreeSet;

use looselycoupled::modules::web::Web;
use looselycoupled::prelude::*;
use looselycoupled_tests::{quiet, within};

mod house;
mod outcome;
mod table;
mod text;

use house::{Chandelier, House, Lamp, Motor, Panel};
use table::rows;

app! {
    lamp: Lamp,
    chandelier: Chandelier,
    panel: Panel,
    motor: Motor,
    web: Web,
}

#[tokio::test]
async fn every_way_into_a_task_gives_the_same_result_and_the_same_error() {
    quiet();
    for row in rows() {
        let mut first = None;
        for (way, call) in row.ways {
            // Each finds what the others found: results depend on what was called before.
            let house = House::open().await;
            let outcome = within(call(house.clone())).await;
            house.close().await;
            let (by, expected) = first.get_or_insert_with(|| (way, outcome.clone()));
            assert_eq!(outcome, *expected, "{}: {way} differs from {by}", row.call);
        }
        let (_, outcome) = first.unwrap();
        assert!(outcome.is(row.expected), "{}: {outcome:?}, expected {}", row.call, row.expected);
    }
}

#[tokio::test]
async fn no_task_is_missing_in_the_table() {
    let house = House::open().await;
    let modules = house.handle.describe().modules;
    // `web` is a way in here, and no part of the house.
    let modules = modules.into_iter().filter(|module| module.name != "web");
    let declared: BTreeSet<_> = modules.flat_map(|module| module.tasks).map(|task| task.address).collect();
    let called: BTreeSet<_> = rows().into_iter().map(|row| row.address.to_owned()).collect();
    assert_eq!(called, declared);
    house.close().await;
}
