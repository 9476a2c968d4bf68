//! Promises of `concurrent` that do not hold yet. See README.md.

#[tokio::test(start_paused = true)]
async fn a_call_to_itself_that_finds_all_places_waiting_for_it_is_a_cycle() {
    for places in 1..=3_usize {
        let bench = start(Pool::default(), limit(places)).await;
        let stuck = within(bench.stub.call_itself(places as u64)).await;
        assert!(matches!(stuck, Err(CallError::Failed(_))), "{stuck:?}");
        assert!(stuck.unwrap_err().to_string().contains("wait for itself"), "{places} places");
        settle(&bench.app).await;
        balanced(&bench.handle);
    }
}

#[tokio::test(start_paused = true)]
async fn handlers_that_hold_all_places_and_each_wait_for_one_are_a_cycle() {
    let meeting = Some(Arc::new(Barrier::new(2)));
    let bench = start(Pool { meeting, ..Pool::default() }, limit(2)).await;
    let calls = [(); 2].map(|()| tokio::spawn(bench.stub.meet_and_call_itself()));
    let mut cycles = 0;
    for call in calls {
        let answer = within(call).await.unwrap();
        cycles += usize::from(answer.is_err_and(|error| error.to_string().contains("wait for itself")));
    }
    assert!(cycles >= 1);
    settle(&bench.app).await;
    balanced(&bench.handle);
}
