//! Hours of work leave memory as it is.

#![allow(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::time::Instant;

use looselycoupled::prelude::*;
use looselycoupled_tests::{balanced, is_long, quiet, resident, settle};

#[derive(Debug, Default)]
struct Mill {
    ground: Vec<u8>,
}

#[module]
impl Mill {
    #[task]
    async fn grind(&mut self, grain: Vec<u8>) -> usize {
        if grain.len().is_multiple_of(7) {
            tokio::task::yield_now().await;
        }
        assert!(grain.len() != 13, "a stone on purpose");
        self.ground = grain;
        self.ground.len()
    }

    #[on_event]
    fn on_grain(&mut self, grain: Vec<u8>) {
        self.ground = grain;
    }
}

/// Every kind of message, in rounds of a thousand.
async fn round(handle: &Handle, stub: &MillStub) {
    for number in 0..250_usize {
        let grain = vec![7_u8; number % 32];
        // A stone breaks the mill, which is made again.
        let _ground = handle.exec_task("mill.grind", args! { grain: &grain }).await;
        stub.grind(grain.clone()).enqueue().await.unwrap();
        let _in_time = stub.grind(grain.clone()).timeout(Duration::from_nanos(1)).await;
        handle.trigger_event("grain", args! { grain }).await.unwrap();
    }
}

/// A second in every test run, a minute in the long form: then memory may grow by 1 MiB.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn memory_does_not_grow_with_work() {
    quiet();
    let restart =
        Restart::default().budget(u32::MAX, Duration::from_secs(1)).delay(Duration::ZERO, Duration::ZERO);
    let app = App::builder()
        .module_with("mill", Mill::default)
        .policy("mill", Policy::Restart(restart))
        .start()
        .await
        .unwrap();
    let (handle, stub) = (app.handle(), app.handle().stub("mill").unwrap());
    let warmed_up = if is_long() { 200 } else { 5 };
    for _ in 0..warmed_up {
        round(&handle, &stub).await;
        settle(&app).await;
    }
    let (before, begun) = (resident(), Instant::now());
    let time = Duration::from_secs(if is_long() { 60 } else { 1 });
    let mut rounds = 0_u64;
    while begun.elapsed() < time {
        round(&handle, &stub).await;
        settle(&app).await;
        rounds += 1;
    }
    let after = resident();
    println!("{} messages in {:?}: {before} KiB before, {after} KiB after", rounds * 1_000, begun.elapsed());
    assert!(after <= before + 1024, "{before} KiB before, {after} KiB after {rounds} rounds");
    balanced(&handle);
    app.shutdown().await.unwrap();
}
