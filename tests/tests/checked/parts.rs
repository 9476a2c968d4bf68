//! The check at the start, and applications that are a part of what `app!` names.

use looselycoupled::CallError;
use looselycoupled::prelude::*;

use crate::{Diary, Lamp, application};

fn complaint(application: AppBuilder) -> String {
    application.check().unwrap_err().to_string()
}

#[test]
fn an_application_that_has_what_is_named_is_whole_without_a_runtime() {
    application().check().unwrap();
    // More may be there than `app!` names.
    application().module("another", Lamp::default()).check().unwrap();
}

#[test]
fn an_instance_that_is_named_and_not_listed_is_a_fault_with_the_way_out() {
    let all_but_one = App::builder()
        .module("diary", Diary::default())
        .module("garden-lamp", Lamp::default())
        .module("hall_lmap", Lamp::default())
        .module("attic_lamp", Lamp::default());
    let complaint = complaint(all_but_one);
    assert!(complaint.contains("names module `hall_lamp: Lamp`, which is not listed"), "{complaint}");
    assert!(complaint.contains("did you mean `hall_lmap`?"), "{complaint}");
    assert!(complaint.contains("checked/main.rs:"), "{complaint}");
    assert!(complaint.contains("partial()"), "{complaint}");
}

#[test]
fn an_instance_of_another_type_is_a_fault_also_of_a_part() {
    let complaint = complaint(App::builder().module("hall_lamp", Diary::default()).partial());
    assert!(complaint.contains("module `hall_lamp` is a `Lamp` in `app!`"), "{complaint}");
    assert!(complaint.contains("but a `Diary` in code at"), "{complaint}");
}

#[tokio::test]
async fn in_a_part_a_call_to_what_is_missing_is_refused_and_nothing_else() {
    let app = App::builder().module("hall_lamp", Lamp { level: 9 }).partial().start().await.unwrap();
    let ctx = app.handle();
    assert_eq!(exec!(ctx, "hall_lamp.level").await.unwrap(), 9);
    let refused = exec!(ctx, "attic_lamp.level").await.unwrap_err();
    assert!(
        matches!(&refused, CallError::UnknownModule { module, .. } if &**module == "attic_lamp"),
        "{refused}"
    );
    let refused = enqueue!(ctx, "attic_lamp.set_level", level = 1).await.unwrap_err();
    assert!(refused.to_string().contains("unknown module `attic_lamp`"), "{refused}");
    let refused = exec!(ctx, "attic_lamp.level").after(Duration::from_secs(1)).enqueue().await.unwrap_err();
    assert!(refused.to_string().contains("unknown module `attic_lamp`"), "{refused}");
    let statistics = app.handle().statistics();
    assert_eq!(statistics.modules.len(), 1);
    app.quiesce().await;
    app.shutdown().await.unwrap();
}

#[looselycoupled::test]
async fn a_spy_under_a_name_of_app_is_called_by_name_only() {
    let app = TestApp::new().with_spy(Spy::new("hall_lamp").task("level", || 4)).start().await;
    let refused = exec!(app, "hall_lamp.level").await.unwrap_err();
    assert!(matches!(refused, CallError::WrongType { expected: "Lamp", found: "Spy", .. }), "{refused}");
    let level: u8 = app.exec_task("hall_lamp.level", args! {}).await.unwrap().get().unwrap();
    assert_eq!(level, 4);
}

#[tokio::test]
async fn two_applications_of_one_program_have_their_own_instances() {
    let one = application().start().await.unwrap();
    let other = App::builder().partial().module("attic_lamp", Lamp { level: 50 }).start().await.unwrap();
    let (first, second) = (one.handle(), other.handle());
    assert_eq!(exec!(first, "attic_lamp.level").await.unwrap(), 2);
    assert_eq!(exec!(second, "attic_lamp.level").await.unwrap(), 50);
}
