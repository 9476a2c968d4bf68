//! What the log says, and what it leaves out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "handlers that fail fail their test")]

use std::io;

use looselycoupled::prelude::*;
use looselycoupled::{EventOverflow, LoopOptions};
use looselycoupled_tests::{Gate, Log, settle};

#[derive(Debug, thiserror::Error)]
#[error("the lamp is dark")]
struct Dark(#[source] io::Error);

#[derive(Default)]
struct Lamp;

#[module]
impl Lamp {
    #[task]
    fn glow(&self, blown: bool) -> Result<(), Dark> {
        if blown { Err(Dark(io::Error::other("the fuse is blown"))) } else { Ok(()) }
    }

    #[task]
    fn burst(&self) {
        panic!("glass everywhere");
    }
}

#[tokio::test]
async fn a_configuration_file_that_does_not_exist_is_mentioned() {
    let log = Log::default();
    let _listening = log.listen();
    App::builder().module("lamp", Lamp).config_file("absent.yaml").start().await.unwrap();
    assert!(
        log.text().contains("INFO looselycoupled: the configuration file does not exist"),
        "{}",
        log.text()
    );

    let app = App::builder().config_file("absent.yaml").start().await.unwrap();
    assert!(log.text().contains("WARN looselycoupled: no module is listed"), "{}", log.text());
    assert_eq!(log.text().matches("file=absent.yaml").count(), 2, "{}", log.text());
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_application_without_modules_is_mentioned() {
    let warned = "WARN looselycoupled: there is no module: list some in the configuration";
    let log = Log::default();
    let _listening = log.listen();
    App::builder().module("lamp", Lamp).start().await.unwrap();
    assert!(!log.text().contains("there is no module"), "{}", log.text());
    App::builder().start().await.unwrap();
    assert_eq!(log.text().matches(warned).count(), 1, "{}", log.text());

    let file = std::env::temp_dir().join(format!("looselycoupled_empty_{}.yaml", std::process::id()));
    std::fs::write(&file, "looselycoupled: { modules: {} }\n").unwrap();
    let started = App::builder().config_file(&file).start().await;
    std::fs::remove_file(&file).unwrap();
    assert!(started.is_ok());
    assert_eq!(log.text().matches(warned).count(), 2, "{}", log.text());
    assert!(log.text().contains(&format!("file={}", file.display())), "{}", log.text());
}

#[tokio::test]
async fn a_failure_is_logged_with_its_causes_if_it_has_any() {
    let log = Log::default();
    let _listening = log.listen();
    let app = App::builder().module("lamp", Lamp).start().await.unwrap();
    let lamp: LampStub = app.handle().stub("lamp").unwrap();
    lamp.burst().enqueue().await.unwrap();
    app.quiesce().await;
    assert!(log.text().contains("panicked: glass everywhere module=lamp"), "{}", log.text());
    assert!(!log.text().contains("causes"), "{}", log.text());

    lamp.glow(true).enqueue().await.unwrap();
    app.quiesce().await;
    assert!(log.text().contains("causes=\"the fuse is blown\""), "{}", log.text());
    app.shutdown().await.unwrap();
}

#[derive(Clone, Default)]
struct Bell;

#[module]
impl Bell {
    #[task]
    async fn ring(&self, ctx: &Context) -> Result<usize> {
        ctx.trigger_event("rang", args! {}).await
    }
}

#[tokio::test]
async fn an_event_that_is_not_forwarded_is_mentioned_once_for_each_connection() {
    let log = Log::default();
    let _listening = log.listen();
    let circle = [("front/rang", "back/rang"), ("back/rang", "front/rang")];
    let app =
        App::builder().module("front", Bell).module("back", Bell).connect_all(circle).start().await.unwrap();
    for bell in ["front.ring", "front.ring", "back.ring"] {
        app.handle().exec_task(bell, args! {}).await.unwrap();
    }
    let text = log.text();
    assert_eq!(text.matches("an event is not forwarded").count(), 2, "{text}");
    assert!(text.contains("from=back/rang to=front/rang"), "{text}");
    assert_eq!(app.handle().statistics().not_forwarded, 3);
    app.shutdown().await.unwrap();
}

#[derive(Clone, Default)]
struct Busy(Gate);

#[module]
impl Busy {
    #[task]
    async fn hold(&mut self) {
        self.0.pass().await;
    }

    #[on_event(external = "the test knocks")]
    fn on_knock(&mut self) {}
}

#[tokio::test]
async fn dropped_events_are_mentioned_once_for_each_module() {
    for (which, overflow) in [("newest", EventOverflow::DropNewest), ("oldest", EventOverflow::DropOldest)] {
        mentioned_once(which, LoopOptions::new().events(1).event_overflow(overflow)).await;
    }
}

async fn mentioned_once(which: &str, room: LoopOptions) {
    let log = Log::default();
    let _listening = log.listen();
    let gate = Gate::new();
    let app = App::builder()
        .module("one", Busy(gate.clone()))
        .module("other", Busy(gate.clone()))
        .event_loop("one", room)
        .event_loop("other", room)
        .start()
        .await
        .unwrap();
    let handle = app.handle();
    for name in ["one.hold", "other.hold"] {
        handle.enqueue_task(name, args! {}).await.unwrap();
    }
    gate.reached(2).await;
    handle.trigger_event("knock", args! {}).await.unwrap();
    assert_eq!(log.text(), "", "both found room");
    for _ in 0..5 {
        handle.trigger_event("knock", args! {}).await.unwrap();
    }
    let text = log.text();
    let mentioned = |module: &str| {
        text.lines()
            .filter(|line| line.contains(&format!("the {which} events are dropped")) && line.contains(module))
            .count()
    };
    assert_eq!((mentioned("module=one"), mentioned("module=other")), (1, 1), "{text}");
    gate.open();
    settle(&app).await;
    assert_eq!(handle.statistics().module("one").unwrap().dropped, 5);
    app.shutdown().await.unwrap();
}
