//! Modules whose state never leaves its thread.

use std::cell::Cell;
use std::rc::Rc;
use std::thread;

use looselycoupled::LoopOptions;
use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, begin, quiet, settle, within};

/// Neither `Send` nor `Sync`, which the compiler takes without a word.
struct Panel {
    lines: Rc<Cell<usize>>,
    journal: Journal,
}

impl Panel {
    fn make(journal: &Journal) -> Self {
        journal.note(format!("made on {}", here()));
        Self { lines: Rc::default(), journal: journal.clone() }
    }
}

fn here() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

impl Default for Panel {
    fn default() -> Self {
        Self::make(&Journal::default())
    }
}

impl Drop for Panel {
    fn drop(&mut self) {
        self.journal.note(format!("dropped on {}", here()));
    }
}

#[module(pinned)]
impl Panel {
    #[initialize]
    async fn open(&mut self) {
        tokio::task::yield_now().await;
        self.journal.note(format!("initialised on {}", here()));
    }

    #[task]
    async fn print(&mut self, lines: usize) -> usize {
        let own = Rc::clone(&self.lines);
        tokio::time::sleep(Duration::from_millis(1)).await;
        own.set(own.get() + lines);
        own.get()
    }

    #[task]
    async fn whereabouts(&self) -> String {
        tokio::task::yield_now().await;
        here()
    }

    #[task]
    async fn forever(&self) {
        std::future::pending().await
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }

    #[on_event]
    async fn on_line(&mut self) {
        tokio::task::yield_now().await;
        self.lines.set(self.lines.get() + 1);
    }

    #[finalize]
    async fn close(&mut self) {
        self.journal.note(format!("finalised on {} with {} lines", here(), self.lines.get()));
    }
}

fn journaled(journal: &Journal) -> impl Fn() -> Panel + Send + 'static {
    let journal = journal.clone();
    move || Panel::make(&journal)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pinned_module_lives_and_dies_on_its_thread() {
    let journal = Journal::default();
    let app = App::builder().module_pinned("io", "panel", journaled(&journal)).start().await.unwrap();
    let handle = app.handle();
    let panel: PanelStub = handle.stub("panel").unwrap();
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(panel.print(2).into_future())).collect();
    for call in calls {
        within(call).await.unwrap().unwrap();
    }
    handle.trigger_event("line", args! {}).await.unwrap();
    settle(&app).await;
    assert_eq!(
        handle.exec_task("panel.print", args! { lines: 0 }).await.unwrap().get::<usize>().unwrap(),
        41
    );
    app.shutdown().await.unwrap();
    let told = ["made on io", "initialised on io", "finalised on io with 41 lines", "dropped on io"];
    assert_eq!(journal.lines(), told);
}

#[tokio::test]
async fn a_pinned_module_without_a_loop_has_a_thread_for_itself() {
    let config = "looselycoupled: { modules: { listed: Panel, neighbour: { type: Panel, loop: io } } }";
    let app = App::builder()
        .module_with("panel", Panel::default)
        .config(Config::parse(config, "config.yaml").unwrap())
        .start()
        .await
        .unwrap();
    for (module, thread) in [("panel", "panel"), ("listed", "listed"), ("neighbour", "io")] {
        let stub: PanelStub = app.handle().stub(module).unwrap();
        assert_eq!(stub.whereabouts().await.unwrap(), thread);
    }
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_pinned_module_is_made_again_on_its_thread() {
    quiet();
    let journal = Journal::default();
    let app = App::builder()
        .module_pinned("io", "panel", journaled(&journal))
        .policy("panel", Policy::Restart(Restart::default().delay(Duration::ZERO, Duration::ZERO)))
        .start()
        .await
        .unwrap();
    journal.take();
    let panel: PanelStub = app.handle().stub("panel").unwrap();
    panel.print(3).await.unwrap();
    panel.burst().await.unwrap_err();
    assert_eq!(within(panel.print(1)).await.unwrap(), 1, "it is a new one");
    assert_eq!(journal.take(), ["dropped on io", "made on io", "initialised on io"]);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_a_pinned_handler_holds_is_dropped_on_its_thread_by_force_as_well() {
    quiet();
    let journal = Journal::default();
    let app = App::builder()
        .module_pinned("io", "panel", journaled(&journal))
        .shutdown_deadline(Duration::from_millis(20))
        .start()
        .await
        .unwrap();
    let mut forever = app.handle().exec_task("panel.forever", args! {});
    assert!(begin(&mut forever).await.is_pending());
    let late = app.shutdown().await.unwrap_err();
    assert!(late.to_string().contains("panel.forever"), "{late}");
    within(forever).await.unwrap_err();
    assert_eq!(journal.lines().last().unwrap(), "dropped on io");
}

#[tokio::test]
async fn a_pinned_module_that_cannot_be_made_ends_the_start() {
    quiet();
    let fails = || -> Panel { panic!("out of paper") };
    let refused = App::builder().module_pinned("io", "panel", fails).start().await.unwrap_err();
    assert!(refused.to_string().contains("out of paper"), "{refused}");

    let config =
        Config::parse("looselycoupled: { loops: { io: { thread: false } } }", "config.yaml").unwrap();
    let builder = App::builder().config(config).module_pinned("io", "panel", Panel::default);
    let refused = builder.start().await.unwrap_err().to_string();
    assert!(
        refused.contains("loop `io` is to have no thread of its own, but module `panel` needs one"),
        "{refused}"
    );
}

#[derive(Default)]
struct Plain;

#[module]
impl Plain {
    #[task]
    fn whereabouts(&self) -> String {
        here()
    }
}

#[tokio::test]
async fn any_module_can_be_put_on_a_thread() {
    let app = App::builder()
        .module_pinned("io", "plain", Plain::default)
        .event_loop("io", LoopOptions::new().tasks(10))
        .start()
        .await
        .unwrap();
    let plain: PlainStub = app.handle().stub("plain").unwrap();
    assert_eq!(plain.whereabouts().await.unwrap(), "io");
}

/// All places are given before anybody arrives: a loop at which somebody does is at work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_modules_share_a_thread_whatever_they_are() {
    for _ in 0..50 {
        let app = App::builder()
            .module_pinned("io", "first", Panel::default)
            .module_pinned("io", "plain", Plain::default)
            .module_pinned("io", "second", Panel::default)
            .module_on("io", "given", Plain)
            .start()
            .await
            .unwrap();
        for module in ["first", "plain", "second", "given"] {
            let reply = app.handle().exec_task(&format!("{module}.whereabouts"), args! {}).await.unwrap();
            assert_eq!(reply.get::<String>().unwrap(), "io");
        }
        app.shutdown().await.unwrap();
    }
}
