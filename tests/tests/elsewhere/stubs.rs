//! The stub of a module.

use looselycoupled::ErrorCode;
use looselycoupled::prelude::*;

use crate::{Pipe, PumpStub, end, two};

#[tokio::test]
async fn a_stub_calls_its_module_in_whatever_process_it_is() {
    let both = two().await;
    let pump: PumpStub = both.1.handle().stub("pump").unwrap();
    assert_eq!(pump.fill(40, Some("thirst".to_owned())).await.unwrap(), 40);
    assert_eq!(pump.fill(2, None).priority(Priority::High).await.unwrap(), 42);
    pump.drain().enqueue().await.unwrap();
    assert_eq!(pump.fill(1, None).await.unwrap(), 1);
    assert_eq!(pump.reasons().await.unwrap(), ["thirst"]);
    // It is the one of the other process.
    let there: PumpStub = both.0.handle().stub("pump").unwrap();
    assert_eq!(there.fill(1, None).await.unwrap(), 2);
    end(both).await;
}

#[tokio::test]
async fn what_goes_wrong_there_is_told_in_its_words() {
    let both = two().await;
    let pump: PumpStub = both.1.handle().stub("pump").unwrap();
    let error = pump.fill(2_000, None).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Failed);
    assert_eq!(error.to_string(), "2000 liters are more than the cellar holds");
    let error = pump.burst().await.unwrap_err();
    assert_eq!(error.to_string(), "`pump.burst` panicked: the pipe, on purpose");
    let error = pump.never().timeout(Duration::from_millis(20)).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout { .. }), "{error}");
    // It goes on there, and would hold up a shutdown.
    drop(both);
}

#[tokio::test]
async fn what_cannot_be_written_or_read_is_told_before_anything_is_sent() {
    let both = two().await;
    let pump: PumpStub = both.1.handle().stub("pump").unwrap();
    let told = pump.connect(Pipe).await.unwrap_err().to_string();
    assert!(
        told.contains("`pump.connect` cannot be reached") && told.contains("let the task not be `local`"),
        "{told}"
    );
    let told = pump.connect(Pipe).enqueue().await.unwrap_err().to_string();
    assert!(told.contains("derive `Serialize` for each of `Pipe`"), "{told}");
    let told = pump.report().await.unwrap_err().to_string();
    assert!(told.contains("derive `Deserialize` for it"), "{told}");
    assert_eq!(both.1.handle().providers()[0].requested, 0);
    end(both).await;
}

#[tokio::test]
async fn a_call_that_is_dropped_is_withdrawn_there() {
    let both = two().await;
    let pump: PumpStub = both.1.handle().stub("pump").unwrap();
    let running = || both.0.handle().statistics().modules.iter().map(|module| module.running).sum::<u64>();
    {
        let mut waiting = Box::pin(pump.never());
        tokio::select! {
            _ = &mut waiting => panic!("it has ended"),
            () = async { while running() == 0 { tokio::task::yield_now().await } } => {}
        }
    }
    // Its module is free again.
    let there: PumpStub = both.0.handle().stub("pump").unwrap();
    let error = there.fill(1, None).timeout(Duration::from_millis(20)).await;
    assert!(
        matches!(error, Err(CallError::Timeout { begun: false, .. })),
        "what has begun runs to its end: {error:?}"
    );
    drop(both);
}

#[test]
fn a_thread_that_may_block_calls_there_too() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let both = runtime.block_on(two());
    let pump: PumpStub = both.1.handle().stub("pump").unwrap();
    assert_eq!(pump.fill(3, None).blocking().unwrap(), 3);
    pump.fill(4, None).enqueue().blocking().unwrap();
    assert_eq!(pump.fill(0, None).blocking().unwrap(), 7);
    let told = runtime.block_on(async { pump.fill(1, None).blocking().unwrap_err().to_string() });
    assert!(told.starts_with("`pump.fill` was called by a blocking verb"), "{told}");
    runtime.block_on(end(both));
}
