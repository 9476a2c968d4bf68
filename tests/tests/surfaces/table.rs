//! The calls, and the ways in which each is made.

use std::future::Future;
use std::pin::Pin;

use looselycoupled::prelude::*;

use super::house::{Colour, House};
use super::outcome::Outcome;
use super::text::from_json;

type Calling = Pin<Box<dyn Future<Output = Outcome>>>;
type Call = Box<dyn Fn(House) -> Calling>;

/// One call.
pub struct Row {
    pub address: &'static str,
    pub call: &'static str,
    pub ways: Vec<(&'static str, Call)>,
    /// The value as JSON text, or what the error says.
    pub expected: &'static str,
}

fn way<F: Future<Output = Outcome> + 'static>(call: impl Fn(House) -> F + 'static) -> Call {
    Box::new(move |house| Box::pin(call(house)))
}

/// `calls!(rows: lamp.off as "lamp.off" {} => "null")`: what stands in brackets is left out where that is possible.
macro_rules! calls {
    ($rows:ident: $stub:ident.$method:ident as $address:literal
        { $($name:ident: $value:expr),* } $([$($omitted:expr),*])? => $expected:literal) => {
        $rows.push(Row {
            address: $address,
            call: concat!($address, " ", stringify!({ $($name: $value),* })),
            ways: vec![
                ("a stub", way(|house| async move {
                    Outcome::of_value(house.$stub.$method($($value,)* $($($omitted),*)?).await)
                })),
                ("`exec!`", way(|house| async move {
                    Outcome::of_value(exec!(house.handle, $address, $($name = $value),*).await)
                })),
                ("a name", way(|house| async move {
                    Outcome::of_reply(house.handle.exec_task($address, args! { $($name: $value),* }).await)
                })),
                ("JSON text", way(|house| async move {
                    let text = serde_json::json!({ $((stringify!($name).trim_start_matches("r#")): $value),* });
                    Outcome::of_reply(house.handle.exec_task($address, from_json(&text.to_string())).await)
                })),
                ("HTTP", way(|house| async move {
                    let body = serde_json::json!({ $((stringify!($name).trim_start_matches("r#")): $value),* });
                    Outcome::of_json(&house.post($address, &body).await)
                })),
                ("a WebSocket", way(|house| async move {
                    let arguments = serde_json::json!({ $((stringify!($name).trim_start_matches("r#")): $value),* });
                    Outcome::of_json(&house.call_by_socket($address, &arguments).await)
                })),
            ],
            expected: $expected,
        })
    };
}

/// The same for a method of the interface, which has one way in more.
macro_rules! calls_dimmer {
    ($rows:ident: $stub:ident.$method:ident as $address:literal
        { $($name:ident: $value:expr),* } $([$($omitted:expr),*])? => $expected:literal) => {
        calls!($rows: $stub.$method as $address { $($name: $value),* } $([$($omitted),*])? => $expected);
        let by_interface = way(|house| async move {
            let dimmer = house.dimmer(stringify!($stub));
            Outcome::of_value(dimmer.$method($($value,)* $($($omitted),*)?).await)
        });
        $rows.last_mut().unwrap().ways.push(("an interface", by_interface));
    };
}

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    dimmers(&mut rows);
    others(&mut rows);
    // What serde cannot read has no other ways in.
    rows.push(Row {
        address: "lamp.exchange",
        call: "lamp.exchange",
        ways: vec![
            ("a stub", way(|house| async move { Outcome::of_value(house.lamp.exchange(secret()).await) })),
            (
                "`exec!`",
                way(|house| async move {
                    Outcome::of_value(exec!(house.handle, "lamp.exchange", secret = secret()).await)
                }),
            ),
        ],
        expected: "7",
    });
    rows
}

fn secret() -> std::sync::Arc<super::house::Secret> {
    std::sync::Arc::new(super::house::Secret(7))
}

fn dimmers(rows: &mut Vec<Row>) {
    calls_dimmer!(rows: lamp.set_level as "lamp.set_level" { level: 40 } [100] => "0");
    calls_dimmer!(rows: lamp.set_level as "lamp.set_level" { level: 40, most: 30 } => "level 40 is above the most");
    calls_dimmer!(rows: lamp.off as "lamp.off" {} => "null");
    calls_dimmer!(rows: lamp.overheat as "lamp.overheat" {} => "`lamp.overheat` panicked: hot on purpose");
    calls_dimmer!(rows: chandelier.set_level as "chandelier.set_level" { level: 40 } [100] => "0");
    calls_dimmer!(rows: chandelier.set_level as "chandelier.set_level" { level: 101 } [100] => "level 101 is above the most");
    calls_dimmer!(rows: chandelier.off as "chandelier.off" {} => "null");
    calls_dimmer!(rows: chandelier.overheat as "chandelier.overheat" {} => "`chandelier.overheat` panicked: hot on purpose");
    calls_dimmer!(rows: panel.set_level as "panel.set_level" { level: 40 } [100] => "0");
    calls_dimmer!(rows: panel.set_level as "panel.set_level" { level: 101 } [100] => "level 101 is above the most");
    calls_dimmer!(rows: panel.off as "panel.off" {} => "null");
    calls_dimmer!(rows: panel.overheat as "panel.overheat" {} => "`panel.overheat` panicked: hot on purpose");
    calls_dimmer!(rows: motor.set_level as "motor.set_level" { level: 40 } [100] => "0");
    calls_dimmer!(rows: motor.set_level as "motor.set_level" { level: 101 } [100] => "level 101 is above the most");
    calls_dimmer!(rows: motor.off as "motor.off" {} => "null");
    calls_dimmer!(rows: motor.overheat as "motor.overheat" {} => "`motor.overheat` panicked: hot on purpose");
}

fn others(rows: &mut Vec<Row>) {
    calls!(rows: lamp.mix as "lamp.mix" { first: colour(200, "rose"), others: vec![colour(100, "wine")] }
        => r#"{"name":"rose","red":150}"#);
    calls!(rows: lamp.renamed as "lamp.what-is" {} [None] => "null");
    calls!(rows: lamp.renamed as "lamp.what-is" { r#type: Some("bulb".to_owned()) } => r#""bulb""#);
    calls!(rows: lamp.hold as "lamp.hold" {} => "`lamp.hold` did not answer in time; it has begun and runs to its end");
    calls!(rows: lamp.fail as "lamp.fail" { why: "no lamp oil".to_owned() } => "no lamp oil");
}

fn colour(red: u8, name: &str) -> Colour {
    Colour { red, name: Some(name.to_owned()) }
}
