//! How the fields of an event become the arguments of a task.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, Witness, quiet, settle};

use super::{Made, Placed, bench, bench_with};

/// Names the types of events, so that their fields are known.
#[derive(Debug, Clone, Default)]
struct Expert;

#[module]
impl Expert {
    #[on_event(Made)]
    fn made(&mut self, _event: &Made) {}

    #[on_event(Placed)]
    fn placed(&mut self, _event: &Placed) {}
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[tokio::test]
async fn fields_go_to_parameters_of_their_names_and_the_rest_is_left_out() {
    let bench = bench().await;
    bench.handle.connect("producer/produced", "consumer.on_produced").unwrap();
    bench.handle.connect("producer/produced", "consumer.weigh").unwrap();
    bench.handle.connect("producer/made", "consumer.on_produced").unwrap_err();
    bench.produce("salt").await;
    assert_eq!(bench.noted().await, ["salt", "7"], "what is missing has its default");
}

#[tokio::test]
async fn a_typed_event_gives_its_fields_by_name() {
    let bench = bench_with(|builder| builder.module("expert", Expert)).await;
    bench.handle.connect("producer/made", "consumer.on_produced").unwrap();
    bench.told("producer.make", args! { what: "salt" }).await;
    assert_eq!(bench.noted().await, ["salt"]);
}

#[tokio::test]
async fn a_tuple_event_gives_its_fields_in_their_order() {
    for known in [false, true] {
        let bench =
            bench_with(|builder| if known { builder.module("expert", Expert) } else { builder }).await;
        bench.handle.connect("speaker/placed", "consumer.subtract").unwrap();
        bench.told("speaker.place", args! {}).await;
        assert_eq!(bench.noted().await, ["-1"], "{known}");
    }
}

#[tokio::test]
async fn by_position_fields_go_to_parameters_whatever_they_are_called() {
    let bench = bench().await;
    bench.handle.connect_positional("speaker/moved", "consumer.subtract").unwrap();
    bench.handle.connect_positional("producer/produced", "consumer.note").unwrap();
    bench.told("speaker.pair", args! { event: "moved" }).await;
    bench.produce("salt").await;
    assert_eq!(bench.noted().await, ["-1", "salt"]);
}

/// Names the fields of its event in another order than it sends them.
#[derive(Debug, Clone, Default)]
struct Careless;

#[module(emits(moved(from: i32, by: i32)))]
impl Careless {
    #[task]
    async fn go(&self, ctx: &Context) -> Result<usize> {
        ctx.trigger_event("moved", args! { by: 2, from: 10 }).await
    }
}

#[tokio::test]
async fn the_order_of_fields_is_the_one_in_which_they_are_declared() {
    let bench = bench_with(|builder| builder.module("careless", Careless)).await;
    bench.handle.connect_positional("careless/moved", "consumer.subtract").unwrap();
    bench.told("careless.go", args! {}).await;
    assert_eq!(bench.noted().await, ["8"]);
}

#[tokio::test]
async fn what_the_event_is_known_to_lack_is_refused_when_connecting() {
    let bench = bench_with(|builder| builder.module("expert", Expert)).await;
    let handle = &bench.handle;
    assert_eq!(
        refusal(handle.connect("producer/produced", "consumer.subtract")),
        "`producer/produced` to `consumer.subtract`: the event has nothing for `x: i32`, `y: i32` among `what`, \
         `weight`; name them alike, give what is missing a `#[default]`, or connect by position"
    );
    assert_eq!(
        refusal(handle.connect("producer/made", "consumer.note")),
        "`producer/made` to `consumer.note`: the event has nothing for `word: String` among `what`, `weight`; name \
         them alike, give what is missing a `#[default]`, or connect by position"
    );
    assert!(handle.connections().is_empty());
}

#[derive(Debug, Clone, Default)]
struct Greedy;

#[module]
impl Greedy {
    #[task]
    fn take(&self, _x: u8, _y: u8, _z: u8) {}
}

#[tokio::test]
async fn by_position_more_parameters_than_fields_are_refused_when_connecting() {
    let bench = bench_with(|builder| builder.module("expert", Expert).module("greedy", Greedy)).await;
    let refused = refusal(bench.handle.connect("speaker/placed", "greedy.take"));
    assert_eq!(
        refused,
        "`speaker/placed` to `greedy.take`: the event has nothing for `_z: u8` among `0`, `1`; give what is missing \
         a `#[default]`"
    );
}

#[tokio::test]
async fn what_does_not_fit_when_it_comes_is_a_failure_of_the_task() {
    let witness = Witness::default();
    let bench = bench_with(|builder| builder.module("witness", witness.clone())).await;
    bench.handle.connect("speaker/said", "consumer.subtract").unwrap();
    bench.handle.connect("speaker/said", "consumer.note").unwrap();
    bench.handle.connect_positional("speaker/said", "consumer.weigh").unwrap();
    bench.say("said", "hello").await;
    assert_eq!(bench.noted().await, ["hello"], "the others get it");
    let expected = [
        "consumer.subtract: event `said` from `speaker` does not fit `consumer.subtract`: missing argument `x` of \
         type `i32`",
        "consumer.weigh: event `said` from `speaker` does not fit `consumer.weigh`: invalid argument `weight`: \
         expected u8, found \"hello\"",
    ];
    assert_eq!(witness.0.lines(), expected);
    assert_eq!(bench.handle.statistics().module("consumer").unwrap().failed, 2);
}

/// Cannot be read.
#[derive(Debug, Clone, Serialize)]
struct Explosive;

impl<'de> Deserialize<'de> for Explosive {
    fn deserialize<D: serde::Deserializer<'de>>(_deserializer: D) -> Result<Self, D::Error> {
        panic!("on purpose");
    }
}

#[derive(Debug, Clone, Default)]
struct Defuser(Journal);

#[module]
impl Defuser {
    #[task]
    fn take(&mut self, word: Explosive) {
        self.0.note(format!("{word:?}"));
    }
}

#[derive(Debug, Clone, Default)]
struct WideDefuser(Journal);

#[module(concurrent)]
impl WideDefuser {
    #[task]
    async fn take(&self, word: Explosive) {
        self.0.note(format!("{word:?}"));
    }

    #[task(blocking)]
    fn take_apart(&self, word: Explosive) {
        self.0.note(format!("{word:?}"));
    }
}

#[tokio::test]
async fn arguments_are_read_on_the_loop_of_the_task_and_not_in_the_time_of_the_sender() {
    quiet();
    let witness = Witness::default();
    let bench = bench_with(|builder| {
        let builder = builder.module("defuser", Defuser::default()).module("wide", WideDefuser::default());
        builder.module("witness", witness.clone())
    })
    .await;
    for task in ["defuser.take", "wide.take", "wide.take_apart"] {
        bench.handle.connect("speaker/said", task).unwrap();
    }
    assert_eq!(bench.say("said", "boom").await, 3, "its sender is none the wiser");
    settle(&bench.app).await;
    let mut told = witness.0.lines();
    told.sort();
    assert_eq!(told, ["defuser.take: on purpose", "wide.take: on purpose", "wide.take_apart: on purpose"]);
    let panicked = |module| bench.handle.statistics().module(module).unwrap().panicked;
    assert_eq!((panicked("defuser"), panicked("wide")), (1, 2));
}

/// One of several things.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(u8),
    Box { word: String },
}

#[derive(Debug, Clone, Default)]
struct Painter;

#[module]
impl Painter {
    #[task]
    async fn paint(&self, ctx: &Context) -> Result<()> {
        for shape in [Shape::Point, Shape::Circle(3), Shape::Box { word: "crate".to_owned() }] {
            ctx.trigger(shape).await?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default)]
struct Frame(Journal);

#[module]
impl Frame {
    #[task]
    fn hang(&mut self, size: Option<Value>) {
        self.0.note(size.map_or_else(|| "nothing".to_owned(), |size| size.to_string()));
    }

    #[task]
    fn label(&mut self, #[default("no word".to_owned())] word: String) {
        self.0.note(word);
    }
}

#[tokio::test]
async fn an_enum_event_gives_the_fields_of_its_variant() {
    let frame = Frame::default();
    let bench = bench_with(|builder| builder.module("painter", Painter).module("frame", frame.clone())).await;
    bench.handle.connect("painter/shape", "frame.label").unwrap();
    bench.handle.exec_task("painter.paint", args! {}).await.unwrap();
    settle(&bench.app).await;
    assert_eq!(frame.0.take(), ["no word", "no word", "crate"]);
    bench.handle.disconnect("painter/shape", "frame.label").unwrap();
    bench.handle.connect_positional("painter/shape", "frame.hang").unwrap();
    bench.handle.exec_task("painter.paint", args! {}).await.unwrap();
    settle(&bench.app).await;
    assert_eq!(frame.0.take(), ["nothing", "3", "\"crate\""]);
}
