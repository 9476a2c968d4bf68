//! What only names and text can get wrong.

use looselycoupled::prelude::*;

use super::house::House;
use super::outcome::Outcome;

pub fn from_json(text: &str) -> Arguments {
    Arguments::from_value(Value::from_json_text(text).unwrap()).unwrap()
}

#[tokio::test]
async fn wrong_arguments_are_the_same_error_by_name_and_as_json_text() {
    let house = House::open().await;
    let rows = [
        ("lamp.set_level", args! {}, "{}"),
        ("lamp.set_level", args! { levle: 40 }, r#"{"levle":40}"#),
        ("lamp.set_level", args! { level: 40, most: "all" }, r#"{"level":40,"most":"all"}"#),
        ("lamp.set_level", args! { level: 400 }, r#"{"level":400}"#),
        ("lamp.set_levle", args! { level: 40 }, r#"{"level":40}"#),
        ("lmap.set_level", args! { level: 40 }, r#"{"level":40}"#),
        ("lamp.exchange", args! { secret: 7 }, r#"{"secret":7}"#),
        ("motor.set_level", args! { level: true }, r#"{"level":true}"#),
        ("chandelier.off", args! { level: 0 }, r#"{"level":0}"#),
    ];
    for (address, arguments, text) in rows {
        let called = Outcome::of_reply(house.handle.exec_task(address, arguments.clone()).await);
        assert!(matches!(called, Outcome::Error { .. }), "{address} {text}: {called:?}");
        let as_text = Outcome::of_reply(house.handle.exec_task(address, from_json(text)).await);
        assert_eq!(as_text, called, "{address} {text}");
        let Outcome::Error { text: said, .. } = called else { unreachable!("it is an error") };
        let refused = house.handle.enqueue_task(address, arguments).await.unwrap_err();
        assert_eq!(refused.to_string(), said, "{address} {text}: told in other words when it is put in line");
        let refused = house.handle.enqueue_task(address, from_json(text)).after(Duration::from_secs(1));
        assert_eq!(refused.await.unwrap_err().to_string(), said, "{address} {text}: or later");
    }
    house.close().await;
}
