//! Events between processes that are connected.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Log, within};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::stranger::Stranger;
use crate::{House, end, provider, start};

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Measured {
    room: String,
    celsius: f64,
}

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Level(Vec<u8>);

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Span(i32, i32);

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sunset;

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Door {
    Opened { times: u8 },
    Locked,
}

/// Writes down what it hears.
#[derive(Default)]
struct Diary(Vec<String>);

#[module(emits(pumped(liters: u32, from: String)))]
impl Diary {
    #[on_event(Measured)]
    fn on_measured(&mut self, event: &Measured) {
        self.0.push(format!("{event:?}"));
    }

    #[on_event(Span)]
    fn on_span(&mut self, event: &Span) {
        self.0.push(format!("{event:?}"));
    }

    #[on_event]
    fn on_order(&mut self, number: u32, what: Option<String>) {
        self.0.push(format!("{number} {what:?}"));
    }

    #[on_event("raw.*")]
    fn on_raw(&mut self, event: &EventRecord) {
        self.0.push(format!("{:?} from {:?}", event.value().unwrap(), event.process()));
    }

    #[task]
    fn lines(&self) -> Vec<String> {
        self.0.clone()
    }
}

async fn lines(app: &App, number: usize) -> Vec<String> {
    let handle = app.handle();
    let all = async {
        loop {
            let lines: Vec<String> = handle.exec_task("diary.lines", args! {}).await.unwrap().get().unwrap();
            if lines.len() >= number {
                break lines;
            }
            tokio::task::yield_now().await;
        }
    };
    within(all).await
}

fn routed(app: AppBuilder) -> AppBuilder {
    let events = ["measured", "level", "span", "sunset", "door", "order", "raw.any", "pumped"];
    events.into_iter().fold(app, |app, event| app.route_event(event, "home"))
}

#[tokio::test]
async fn typed_events_of_every_shape_are_what_they_were() {
    let house = House::new();
    let attic = start(routed(house.host("attic"))).await;
    let cellar = start(routed(house.peer("cellar"))).await;
    let (here, there) = (attic.handle(), cellar.handle());
    macro_rules! comes_as_it_was {
        ($($event:expr => $name:literal as $of:ty,)*) => {
            $(
                let mut heard = there.subscribe($name);
                here.trigger($event).await.unwrap();
                let record = within(heard.next()).await.unwrap();
                assert_eq!(record.typed::<$of>().unwrap(), &$event);
                assert_eq!(record.process(), Some("attic"));
            )*
        };
    }
    comes_as_it_was! {
        Measured { room: "hall".to_owned(), celsius: f64::INFINITY } => "measured" as Measured,
        Level(vec![1]) => "level" as Level,
        Level(vec![]) => "level" as Level,
        Span(-1, 1) => "span" as Span,
        Sunset => "sunset" as Sunset,
        Door::Opened { times: 2 } => "door" as Door,
        Door::Locked => "door" as Door,
    }
    end([attic, cellar]).await;
}

#[tokio::test]
async fn others_hear_requests_whose_parameters_have_their_places() {
    let house = House::new();
    let attic = start(routed(house.host("attic")).module("diary", Diary::default())).await;
    let mut other = Stranger::subscriber(&house, "").await;
    // What it is to hear comes after its wish has come to the broker, which a probe shows.
    other.next().await;
    let handle = attic.handle();
    handle.trigger(Measured { room: "hall".to_owned(), celsius: 20.5 }).await.unwrap();
    let event = other.next_event().await;
    assert_eq!((&event["jsonrpc"], &event["method"]), (&json!("2.0"), &json!("measured")));
    assert_eq!(event["params"], json!(["hall", 20.5]));
    assert!(event["id"].is_u64(), "{event}");
    for (name, arguments, params) in [
        ("order", args! { number: 1, what: "coal" }, json!([1, "coal"])),
        ("order", args! { what: "coal", number: 1 }, json!([1, "coal"])),
        ("order", args! { number: 1 }, json!([1])),
        ("order", args! { what: "coal" }, json!({ "what": "coal" })),
        ("pumped", args! { from: "well", liters: 40 }, json!([40, "well"])),
        ("raw.any", args! { anything: 1 }, json!({ "anything": 1 })),
        ("raw.any", args! {}, json!([])),
    ] {
        handle.trigger_event(name, arguments).await.unwrap();
        assert_eq!(other.next_event().await["params"], params);
    }
    for (sent, params) in [(Span(1, 2), json!([1, 2])), (Span(3, 4), json!([3, 4]))] {
        handle.trigger(sent).await.unwrap();
        assert_eq!(other.next_event().await["params"], params);
    }
    handle.trigger(Level(vec![1, 2])).await.unwrap();
    assert_eq!(other.next_event().await["params"], json!([[1, 2]]));
    handle.trigger(Sunset).await.unwrap();
    assert_eq!(other.next_event().await["params"], json!([]));
    end([attic]).await;
}

#[tokio::test]
async fn parameters_of_others_become_fields() {
    let house = House::new();
    let attic = start(routed(house.host("attic")).module("diary", Diary::default())).await;
    let mut other = Stranger::publisher(&house).await;
    for (method, params) in [
        ("measured", json!(["hall", 20.5])),
        ("measured", json!({ "celsius": 3, "room": "cellar" })),
        ("span", json!([1, 2])),
        ("order", json!([7])),
        ("order", json!([7, "coal"])),
        ("raw.any", json!([7, "coal"])),
        ("raw.any", json!([])),
    ] {
        let request = json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": 1 });
        other.send(request.to_string().as_bytes()).await;
    }
    assert_eq!(
        lines(&attic, 7).await,
        [
            "Measured { room: \"hall\", celsius: 20.5 }",
            "Measured { room: \"cellar\", celsius: 3.0 }",
            "Span(1, 2)",
            "7 None",
            "7 Some(\"coal\")",
            "List([Unsigned(7), Text(\"coal\")]) from Some(\"?\")",
            "Map([]) from Some(\"?\")",
        ]
    );
    end([attic]).await;
}

#[tokio::test]
async fn the_first_event_after_a_peer_is_connected_arrives() {
    let house = House::new();
    let attic = start(routed(house.host("attic"))).await;
    for round in 0..20_u32 {
        let mut heard = attic.handle().subscribe("order");
        let cellar = start(routed(house.peer("cellar"))).await;
        let mut back = cellar.handle().subscribe("order");
        cellar.handle().trigger_event("order", args! { number: round }).await.unwrap();
        let event = within(heard.next()).await.unwrap();
        assert_eq!((event.field::<u32>("number").unwrap(), event.process()), (round, Some("cellar")));
        assert_eq!(within(back.next()).await.unwrap().process(), None);
        attic.handle().trigger_event("order", args! { number: round }).await.unwrap();
        assert_eq!(within(back.next()).await.unwrap().process(), Some("attic"), "the first that comes back");
        assert_eq!((provider(&cellar).received, provider(&cellar).echoes), (1, 1));
        cellar.shutdown().await.unwrap();
    }
    end([attic]).await;
}

#[tokio::test]
async fn who_comes_before_the_broker_is_connected_when_it_is_there() {
    let house = House::new();
    let cellar = routed(house.peer("cellar")).start().await.unwrap();
    cellar.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    while provider(&cellar).undelivered == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(provider(&cellar).state.to_string(), "connecting");
    let attic = start(routed(house.host("attic"))).await;
    crate::wait_for(&cellar, looselycoupled::provider::ProviderState::Connected).await;
    let mut heard = attic.handle().subscribe("order");
    cellar.handle().trigger_event("order", args! { number: 2 }).await.unwrap();
    assert_eq!(within(heard.next()).await.unwrap().field::<u32>("number").unwrap(), 2);
    end([attic, cellar]).await;
}

#[tokio::test]
async fn two_processes_of_one_name_are_told_of_each_other_once() {
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let mut apps = vec![start(house.host("attic")).await, start(house.peer("cellar")).await];
    let words = "another process at the broker is called `cellar` as well";
    apps.push(start(house.peer("attic-cellar")).await);
    apps.push(start(house.peer("cellar")).await);
    within(async {
        while log.count(words) < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    end(apps).await;
    assert_eq!(log.count(words), 2, "{}", log.text());
    assert_eq!(log.count("is called"), 2, "nobody else is told: {}", log.text());
}
