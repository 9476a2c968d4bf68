//! Events that are sent again in the name of another module.

use std::sync::{Arc, Mutex};

use looselycoupled::prelude::*;
use looselycoupled_tests::{settle, within};

use super::{Made, Producer, Speaker, bench, bench_with};

#[tokio::test]
async fn a_forwarded_event_comes_from_the_forwarding_end() {
    let bench = bench().await;
    let mut stream = bench.handle.subscribe("*");
    bench.handle.forward("speaker/said", "producer/produced").unwrap();
    bench.handle.connect("producer/produced", "consumer.note").unwrap_err();
    bench.handle.connect_positional("producer/produced", "consumer.note").unwrap();
    assert_eq!(bench.say("said", "hello").await, 3, "heard under both names");
    let seen: Vec<_> = [within(stream.next()).await.unwrap(), within(stream.next()).await.unwrap()]
        .iter()
        .map(|event| {
            let word = event.field::<String>("word").unwrap();
            (
                event.name().to_owned(),
                event.source().unwrap().to_owned(),
                event.hops(),
                word,
                event.transaction(),
            )
        })
        .collect();
    let transaction = seen[0].4;
    let expected = [
        ("said".to_owned(), "speaker".to_owned(), 0, "hello".to_owned(), transaction),
        ("produced".to_owned(), "producer".to_owned(), 1, "hello".to_owned(), transaction),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_event_that_is_only_heard_where_it_is_forwarded_to_counts_as_heard() {
    let bench = bench().await;
    bench.handle.forward("speaker/said", "producer/produced").unwrap();
    assert_eq!(bench.say("said", "hello").await, 0);
    assert_eq!(bench.handle.statistics().unheard_events, 1, "it is one event under two names");
    bench.handle.connect("producer/produced", "consumer.hold").unwrap();
    bench.gate.open();
    assert_eq!(bench.say("said", "hello").await, 1);
    assert_eq!(bench.handle.statistics().unheard_events, 1);
}

#[tokio::test]
async fn the_forwarding_module_does_not_hear_what_it_forwards() {
    let bench = bench().await;
    bench.handle.forward("speaker/said", "consumer/word").unwrap();
    assert_eq!(bench.say("said", "hello").await, 0, "the consumer listens to `word` of others");
    bench.handle.disconnect("speaker/said", "consumer/word").unwrap();
    bench.handle.forward("speaker/said", "producer/line.stopped").unwrap();
    bench.handle.forward("producer/line.stopped", "speaker/word").unwrap();
    assert_eq!(bench.say("said", "hello").await, 1);
    assert_eq!(bench.noted().await, ["heard hello"]);
}

/// Hears by type and by name.
#[derive(Debug, Clone, Default)]
struct Expert(Arc<Mutex<Vec<String>>>);

/// The same under another name.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Finished {
    what: String,
}

#[module]
impl Expert {
    #[on_event(Made)]
    fn made(&mut self, event: &Made) {
        self.0.lock().unwrap().push(format!("made {}", event.what));
    }

    #[on_event(Finished)]
    fn finished(&mut self, event: &Finished) {
        self.0.lock().unwrap().push(format!("finished {}", event.what));
    }
}

#[tokio::test]
async fn a_forwarded_event_is_heard_by_type_under_its_own_name_and_under_another() {
    let expert = Expert::default();
    let bench = bench_with(|builder| builder.module("expert", expert.clone())).await;
    bench.handle.forward("producer/made", "speaker/made").unwrap();
    bench.handle.forward("producer/made", "consumer/finished").unwrap();
    assert_eq!(bench.told("producer.make", args! { what: "salt" }).await, 3);
    settle(&bench.app).await;
    assert_eq!(*expert.0.lock().unwrap(), ["made salt", "made salt", "finished salt"]);
}

#[tokio::test]
async fn a_circle_of_forwards_ends_where_it_closes_and_is_counted() {
    let bench = bench().await;
    bench.handle.forward("speaker/said", "producer/produced").unwrap();
    bench.handle.forward("producer/produced", "speaker/said").unwrap();
    let mut stream = bench.handle.subscribe("*");
    for word in ["hello", "again"] {
        assert_eq!(bench.say("said", word).await, 2, "each end speaks once");
    }
    let mut names = Vec::new();
    for _ in 0..4 {
        names.push(within(stream.next()).await.unwrap().name().to_owned());
    }
    assert_eq!(names, ["said", "produced", "said", "produced"]);
    assert_eq!(bench.handle.statistics().not_forwarded, 2);
}

#[tokio::test]
async fn circles_that_share_ends_do_not_multiply_an_event() {
    let names: Vec<String> = (0..8).map(|number| format!("end{number}")).collect();
    let builder = names.iter().fold(App::builder(), |builder, name| builder.module(name, Speaker));
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    for (from, to) in names.iter().flat_map(|from| names.iter().map(move |to| (from, to))) {
        if from != to {
            handle.forward(&format!("{from}/said"), &format!("{to}/said")).unwrap();
        }
    }
    let _stream = handle.subscribe("said");
    let told = handle.exec_task("end0.say", args! { event: "said", word: "hello" }).await.unwrap();
    assert_eq!(told.get::<usize>().unwrap(), names.len(), "each end speaks once");
    assert_eq!(handle.statistics().not_forwarded, 8 * 7 - 7);
}

#[tokio::test]
async fn an_event_is_forwarded_sixteen_times_at_most() {
    let builder = (0..20).fold(App::builder(), |builder, number| {
        let builder = builder.module(&format!("end{number}"), Speaker);
        if number == 0 {
            builder
        } else {
            builder.forward(&format!("end{}/said", number - 1), &format!("end{number}/said"))
        }
    });
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    let mut stream = handle.subscribe("said");
    let told = handle.exec_task("end0.say", args! { event: "said", word: "hello" }).await.unwrap();
    assert_eq!(told.get::<usize>().unwrap(), 17);
    for hops in 0..17 {
        let event = within(stream.next()).await.unwrap();
        assert_eq!((event.hops(), event.source().unwrap()), (hops, format!("end{hops}").as_str()));
    }
    assert_eq!(handle.statistics().not_forwarded, 1);
}

#[tokio::test]
async fn a_module_renames_its_own_events() {
    let bench = bench().await;
    bench.handle.forward("speaker/said", "speaker/word").unwrap();
    assert_eq!(bench.say("said", "hello").await, 1);
    assert_eq!(bench.noted().await, ["heard hello"]);
}

#[tokio::test]
async fn an_event_that_is_forwarded_as_exit_ends_the_application() {
    let bench = bench_with(|builder| builder.forward("speaker/enough", "producer/exit")).await;
    bench.say("enough", "bye").await;
    within(bench.app.ended()).await.unwrap();
}

#[looselycoupled::test]
async fn a_test_sees_what_was_forwarded() {
    let app = TestApp::new()
        .module("speaker", Speaker)
        .module("producer", Producer)
        .with(|app| app.forward("speaker/said", "producer/produced"))
        .start()
        .await;
    app.exec_task("speaker.say", args! { event: "said", word: "hello" }).await.unwrap();
    let [forwarded] = &app.emitted_event("produced")[..] else { panic!("one was sent") };
    assert_eq!(forwarded.source(), Some("producer"));
}
