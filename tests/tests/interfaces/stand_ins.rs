//! Code that takes any dimmer can be given one that is no module.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use looselycoupled::prelude::*;

use super::contract::Dimmer;
use super::lit;
use super::providers::Lamp;

#[derive(Debug, Default)]
struct Fake(AtomicU8);

impl Dimmer for Fake {
    async fn set_level(&self, level: u8) -> Result<u8, CallError> {
        Ok(self.0.swap(level, Ordering::Relaxed))
    }

    async fn off(&self) -> Result<(), CallError> {
        self.set_level(0).await.map(drop)
    }
}

async fn flash<D: Dimmer>(dimmer: &D) -> Result<u8, CallError> {
    let before = dimmer.set_level(100).await?;
    dimmer.off().await?;
    Ok(before)
}

/// Spawned on other threads, for a type that is not known.
async fn flash_elsewhere<D: Dimmer + Send + Sync + 'static>(dimmer: Arc<D>) -> Result<u8, CallError> {
    tokio::spawn(async move { flash(&*dimmer).await }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stub_and_a_stand_in_are_taken_alike() {
    let (_app, dimmer) = lit(&Lamp { level: 7, ..Lamp::default() }).await;
    assert_eq!(flash(&dimmer).await.unwrap(), 7);
    assert_eq!(flash_elsewhere(Arc::new(dimmer)).await.unwrap(), 0);
    assert_eq!(flash_elsewhere(Arc::new(Fake(AtomicU8::new(9)))).await.unwrap(), 9);
}

#[tokio::test]
async fn a_stub_has_methods_of_its_own_which_say_more() {
    let lamp = Lamp::default();
    let (_app, dimmer) = lit(&lamp).await;
    dimmer.set_level(40).priority(Priority::High).await.unwrap();
    Dimmer::set_level(&dimmer, 50).await.unwrap();
    assert_eq!(lamp.journal.lines(), ["40 high", "50 normal"]);
}
