//! `emit!`.

use looselycoupled::prelude::*;

use crate::running;

#[tokio::test]
async fn an_event_that_a_module_lists_is_sent_with_its_fields() {
    let app = running().await;
    let ctx = app.handle();
    let heard = emit!(ctx, "read_aloud", page = 7, entry = "nothing".into()).await.unwrap();
    assert_eq!(heard, 1);
    assert_eq!(emit!(ctx, "closed").await.unwrap(), 1);
    app.quiesce().await;
    let entries = exec!(ctx, "diary.entries").await.unwrap();
    assert_eq!(entries, ["nothing on page 7", "closed"]);
}

#[tokio::test]
async fn an_event_that_a_module_hears_by_type_is_built_of_its_fields() {
    let app = running().await;
    let ctx = app.handle();
    let room = "hall".to_owned();
    emit!(ctx, "motion", strength = 3, room).priority(Priority::High).await.unwrap();
    emit!(ctx, "door.opened").await.unwrap();
    app.quiesce().await;
    assert_eq!(exec!(ctx, "diary.entries").await.unwrap(), ["motion of 3 in hall", "door"]);
}

#[tokio::test]
async fn long_names_that_end_alike_are_not_taken_for_each_other() {
    let app = running().await;
    let ctx = app.handle();
    emit!(ctx, "kitchen_temperature_changed", temperature = 20).await.unwrap();
    emit!(
        ctx,
        "cellar_temperature_changed",
        highest_temperature_of_the_day = 15,
        lowest_temperature_of_the_day = 9
    )
    .await
    .unwrap();
    app.quiesce().await;
    assert_eq!(exec!(ctx, "diary.entries").await.unwrap(), ["20 in the kitchen", "9 to 15"]);
}
