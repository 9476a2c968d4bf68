//! Promises of `order` that do not hold yet. See README.md.

#[tokio::test]
async fn what_a_handler_makes_and_spawns_keeps_its_transaction() {
    let (app, mouth, ear) = talk().await;
    let speaker = within(mouth.delegate().priority(Priority::High)).await.unwrap();
    settle(&app).await;
    for how in ["spawned event", "spawned call", "spawned task"] {
        assert_is_of(&ear, how, &speaker);
    }
}
