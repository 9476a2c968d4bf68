//! A call is a future like any other.

use looselycoupled::prelude::*;
use looselycoupled_tests::{begin, settle, within};

use super::{Lamp, LampStub, lamp};

#[tokio::test]
async fn nothing_happens_before_a_call_is_awaited() {
    let (app, lamp) = lamp().await;
    drop(lamp.set_level(40));
    drop(lamp.set_level(50).enqueue());
    drop(app.handle().exec_task("lamp.set_level", args! { level: 60 }));
    drop(app.handle().enqueue_task("lamp.set_level", args! { level: 70 }));
    settle(&app).await;
    assert_eq!(lamp.level().await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn calls_can_be_joined() {
    let app = App::builder()
        .module("left", Lamp { level: 1, ..Lamp::default() })
        .module("right", Lamp { level: 2, ..Lamp::default() })
        .start()
        .await
        .unwrap();
    let left: LampStub = app.handle().stub("left").unwrap();
    let right: LampStub = app.handle().stub("right").unwrap();
    let begun = tokio::time::Instant::now();
    let (one, two, three) = within(async { tokio::join!(left.slow(), right.slow(), left.slow()) }).await;
    assert_eq!((one.unwrap(), two.unwrap(), three.unwrap()), (1, 2, 1));
    assert_eq!(begun.elapsed().as_secs(), 2, "two modules work side by side, one module in turn");
}

#[tokio::test(start_paused = true)]
async fn calls_can_be_spawned() {
    let (app, lamp) = lamp().await;
    let by_stub = tokio::spawn(lamp.slow());
    let by_name = tokio::spawn(app.handle().exec_task("lamp.slow", args! {}));
    let enqueued = tokio::spawn(lamp.fade(5).enqueue());
    assert_eq!(within(by_stub).await.unwrap().unwrap(), 0);
    assert_eq!(within(by_name).await.unwrap().unwrap().get::<u8>().unwrap(), 0);
    within(enqueued).await.unwrap().unwrap();
    settle(&app).await;
    assert_eq!(lamp.level().await.unwrap(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_goes_around_a_call_as_around_any_future() {
    let (app, lamp) = lamp().await;
    assert!(tokio::time::timeout(Duration::from_millis(10), lamp.slow()).await.is_err());
    let call = app.handle().exec_task("lamp.level", args! {});
    assert_eq!(
        tokio::time::timeout(Duration::from_secs(5), call).await.unwrap().unwrap().get::<u8>().unwrap(),
        0
    );
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), lamp.slow()).await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn an_idle_module_answers_at_the_first_poll() {
    let (_app, lamp) = lamp().await;
    for _first_and_later in 0..2 {
        let mut call = lamp.level();
        assert!(begin(&mut call).await.is_ready());
    }
}

#[tokio::test]
async fn a_module_has_no_task_of_the_runtime_before_something_is_sent_to_it() {
    async fn with(modules: u32) -> App {
        let names = (0..modules).map(|number| format!("lamp{number}"));
        let app = names.fold(App::builder(), |app, name| app.module(&name, Lamp::default()));
        app.start().await.unwrap()
    }
    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let one = with(1).await;
    let own = alive();
    let many = with(100).await;
    assert_eq!(alive(), 2 * own, "each application has so many of its own");
    many.shutdown().await.unwrap();
    one.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_ticket_tells_tasks_apart() {
    let (app, lamp) = lamp().await;
    let first = lamp.fade(1).enqueue().await.unwrap();
    let second = app.handle().enqueue_task("lamp.fade-to", args! { level: 2 }).await.unwrap();
    assert!(first.id() < second.id());
    settle(&app).await;
    assert_eq!(lamp.level().await.unwrap(), 2);
}

#[test]
fn a_call_comes_from_a_task_of_another_runtime() {
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (home, abroad) = (runtime(), runtime());
    let (app, lamp) = home.block_on(lamp());
    let level = abroad.block_on(async move {
        lamp.set_level(40).await.unwrap();
        tokio::spawn(lamp.level()).await.unwrap().unwrap()
    });
    assert_eq!(level, 40);
    home.block_on(app.shutdown()).unwrap();
}
