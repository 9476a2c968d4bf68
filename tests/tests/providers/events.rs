//! Events between processes.

use looselycoupled::prelude::*;
use looselycoupled::provider::Via;
use looselycoupled_tests::within;

use crate::{Diary, Motion, Pump, config, hub, lines, process, wait_for_lines};

#[tokio::test]
async fn an_event_is_heard_in_all_other_processes_that_have_the_route_and_once_in_each() {
    let hub = hub();
    let kitchen = process("kitchen", &hub).module("diary", Diary::default()).route_event("motion", "home");
    let kitchen = kitchen.start().await.unwrap();
    let cellar = process("cellar", &hub).module("diary", Diary::default()).route_event("motion", "home");
    let cellar = cellar.start().await.unwrap();
    let attic = process("attic", &hub).module("diary", Diary::default()).start().await.unwrap();
    kitchen.handle().trigger(Motion { room: "kitchen".into() }).await.unwrap();
    assert_eq!(wait_for_lines(&cellar, 1).await, ["motion in the kitchen"]);
    cellar.handle().trigger_event("motion", args! { room: "cellar" }).await.unwrap();
    assert_eq!(wait_for_lines(&kitchen, 2).await, ["motion in the kitchen", "motion in the cellar"]);
    assert_eq!(lines(&cellar).await, ["motion in the kitchen", "motion in the cellar"]);
    assert_eq!(lines(&attic).await, Vec::<String>::new(), "it has no route");
    for app in [kitchen, cellar, attic] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn of_a_group_one_hears_each() {
    let hub = hub();
    let grouped = |name: &str| {
        let app = process(name, &hub).module("diary", Diary::default());
        app.route_event("motion", Via::provider("home").in_group("writers"))
    };
    let kitchen = grouped("kitchen").start().await.unwrap();
    let cellar = grouped("cellar").start().await.unwrap();
    let attic = process("attic", &hub).module("diary", Diary::default()).route_event("motion", "home");
    let attic = attic.start().await.unwrap();
    for room in ["hall", "porch", "bath", "loft"] {
        kitchen.handle().trigger(Motion { room: room.into() }).await.unwrap();
    }
    assert_eq!(wait_for_lines(&attic, 4).await.len(), 4, "it is in no group");
    assert_eq!(wait_for_lines(&cellar, 2).await, ["motion in the hall", "motion in the bath"]);
    assert_eq!(wait_for_lines(&kitchen, 2).await, ["motion in the porch", "motion in the loft"]);
    for app in [kitchen, cellar, attic] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn events_of_one_sender_come_in_their_order() {
    let hub = hub();
    let kitchen = process("kitchen", &hub).route_event("pumped", "home").start().await.unwrap();
    let cellar = process("cellar", &hub).module("diary", Diary::default()).route_event("pumped", "home");
    let cellar = cellar.start().await.unwrap();
    for liters in 0..1_000_u32 {
        kitchen.handle().trigger_event("pumped", args! { liters }).await.unwrap();
    }
    let expected: Vec<_> = (0..1_000).map(|liters| format!("{liters} liters")).collect();
    assert_eq!(wait_for_lines(&cellar, 1_000).await, expected);
    for app in [kitchen, cellar] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_pattern_is_a_route_for_all_events_that_match() {
    let hub = hub();
    let kitchen = process("kitchen", &hub).module("pump", Pump::default()).route_event("door.*", "home");
    let kitchen = kitchen.start().await.unwrap();
    let cellar = process("cellar", &hub).module("diary", Diary::default()).route_event("door.*", "home");
    let cellar = cellar.start().await.unwrap();
    kitchen.handle().trigger_event("door.opened", args! {}).await.unwrap();
    kitchen.handle().trigger_event("window.opened", args! {}).await.unwrap();
    kitchen.handle().trigger_event("door.closed", args! {}).await.unwrap();
    assert_eq!(
        wait_for_lines(&cellar, 2).await,
        [
            "door.opened from Some(\"kitchen\") in Some(\"kitchen\")",
            "door.closed from Some(\"kitchen\") in Some(\"kitchen\")",
        ]
    );
    for app in [kitchen, cellar] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn what_several_routes_name_goes_out_once() {
    let hub = hub();
    let routed = |name| {
        let app = process(name, &hub).route_event("door.*", "home").route_event("door.opened", "home");
        app.route_event("**", "home")
    };
    let kitchen = routed("kitchen").start().await.unwrap();
    let cellar = routed("cellar").module("diary", Diary::default()).start().await.unwrap();
    for event in ["door.opened", "door.closed", "door.opened"] {
        kitchen.handle().trigger_event(event, args! {}).await.unwrap();
    }
    kitchen.handle().trigger_event("pumped", args! { liters: 1 }).await.unwrap();
    let lines = wait_for_lines(&cellar, 4).await;
    let names: Vec<_> = lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["door.opened", "door.closed", "door.opened", "1"]);
    assert_eq!(kitchen.handle().providers()[0].published, 4);
    for app in [kitchen, cellar] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn where_an_event_comes_from_is_known_and_its_transaction_goes_on() {
    let hub = hub();
    let kitchen = process("kitchen", &hub).module("pump", Pump::default()).route_event("pumped", "home");
    let kitchen = kitchen.start().await.unwrap();
    let cellar = process("cellar", &hub).route_event("pumped", "home").start().await.unwrap();
    let mut here = kitchen.handle().subscribe("pumped");
    let mut there = cellar.handle().subscribe("pumped");
    let call = kitchen.handle().exec_task("pump.pump", args! { liters: 3 }).priority(Priority::High);
    call.await.unwrap();
    let (here, there) = (within(here.next()).await.unwrap(), within(there.next()).await.unwrap());
    assert_eq!((here.source(), here.process()), (Some("pump"), None));
    assert_eq!((there.source(), there.process()), (Some("kitchen/pump"), Some("kitchen")));
    assert_eq!(there.transaction(), here.transaction());
    assert_eq!(there.priority(), Priority::High);
    assert_eq!(there.field::<u32>("liters").unwrap(), 3);
    for app in [kitchen, cellar] {
        app.shutdown().await.unwrap();
    }
}

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair(u8, String);

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Bell;

#[event]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Weather {
    Calm,
    Wind { speed: u8 },
}

#[tokio::test]
async fn events_of_every_shape_come_as_they_were() {
    let hub = hub();
    let routed = |name| {
        ["pair", "bell", "weather"]
            .into_iter()
            .fold(process(name, &hub), |app, event| app.route_event(event, "home"))
    };
    let (kitchen, cellar) =
        (routed("kitchen").start().await.unwrap(), routed("cellar").start().await.unwrap());
    let mut there = cellar.handle().subscribe("**");
    let handle = kitchen.handle();
    handle.trigger(Pair(3, "three".into())).await.unwrap();
    handle.trigger(Bell).await.unwrap();
    handle.trigger(Weather::Calm).await.unwrap();
    handle.trigger(Weather::Wind { speed: 9 }).await.unwrap();
    let mut next = async || within(there.next()).await.unwrap();
    let pair = next().await;
    assert_eq!(pair.typed::<Pair>().unwrap(), &Pair(3, "three".into()));
    assert_eq!(pair.field::<String>("1").unwrap(), "three");
    assert_eq!(next().await.typed::<Bell>().unwrap(), &Bell);
    assert_eq!(next().await.typed::<Weather>().unwrap(), &Weather::Calm);
    let wind = next().await;
    assert_eq!(wind.typed::<Weather>().unwrap(), &Weather::Wind { speed: 9 });
    assert_eq!(wind.field::<u8>("speed").unwrap(), 9);
    for app in [kitchen, cellar] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn what_has_come_from_elsewhere_goes_nowhere_else_unless_it_is_forwarded() {
    let (ground, upper) = (hub(), hub());
    let kitchen = process("kitchen", &ground).route_event("pumped", "home").start().await.unwrap();
    let stairs = process("stairs", &ground)
        .provider("upstairs", looselycoupled::provider::Local::connect(&upper))
        .module("pump", Pump::default())
        .route_event("pumped", "home")
        .route_event("pumped", "upstairs")
        .start()
        .await
        .unwrap();
    let attic = process("attic", &upper).module("diary", Diary::default()).route_event("pumped", "home");
    let attic = attic.start().await.unwrap();
    let mut heard = stairs.handle().subscribe("pumped");
    kitchen.handle().trigger_event("pumped", args! { liters: 1 }).await.unwrap();
    within(heard.next()).await.unwrap();
    stairs.handle().trigger_event("pumped", args! { liters: 2 }).await.unwrap();
    assert_eq!(wait_for_lines(&attic, 1).await, ["2 liters"]);
    for app in [kitchen, stairs, attic] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_file_says_all_of_that_as_well() {
    let hub = hub();
    let text = |process: &str| {
        format!(
            "looselycoupled:\n  process: {process}\n  providers: {{ home: {{ kind: local, name: {hub} }} }}\n  routes:\n    - {{ event: pumped, via: home }}\n    - {{ module: pump, via: home }}\n"
        )
    };
    let cellar = App::builder().config(config(&text("cellar"))).module("pump", Pump::default());
    let cellar = cellar.start().await.unwrap();
    let kitchen = App::builder().config(config(&text("kitchen"))).module("diary", Diary::default());
    let kitchen = kitchen.start().await.unwrap();
    let liters: u32 =
        kitchen.handle().exec_task("pump.pump", args! { liters: 40 }).await.unwrap().get().unwrap();
    assert_eq!(liters, 40);
    assert_eq!(wait_for_lines(&kitchen, 1).await, ["40 liters"]);
    for app in [kitchen, cellar] {
        app.shutdown().await.unwrap();
    }
}
