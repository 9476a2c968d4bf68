//! Hooks with a thread of their own.

use std::sync::Mutex;
use std::thread;

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, balanced, within};

use super::{Counter, CounterStub};

/// A hook with a thread of its own, which works through other modules.
#[derive(Debug, Clone, Default)]
struct Pump {
    journal: Journal,
}

static PUMPED: Mutex<Option<Journal>> = Mutex::new(None);

#[module]
impl Pump {
    #[run(thread)]
    fn run(ctx: Context) -> Result<()> {
        let journal = PUMPED.lock().unwrap().clone().unwrap_or_default();
        journal.note(thread::current().name().unwrap_or("?"));
        let counter: CounterStub = ctx.stub("counter")?;
        let mut rounds = 0_u64;
        while ctx.is_active() {
            rounds = counter.add(1).blocking()?;
            if rounds == 3 {
                journal.note(ctx.exec_task_blocking("pump.own", args! {})?.get::<String>()?);
                ctx.enqueue_task_blocking("counter.add", args! { number: 10 })?;
                ctx.trigger_event_blocking("added", args! { number: 100 })?;
            }
            if !ctx.sleep_blocking(Duration::from_millis(1)) {
                break;
            }
        }
        journal.note(format!("ended {}", rounds >= 3));
        Ok(())
    }

    #[task]
    fn own(&mut self) -> String {
        self.journal.note("own");
        "answered".to_owned()
    }
}

#[tokio::test]
async fn a_hook_on_a_thread_of_its_own_uses_verbs_that_block_until_it_is_told_to_end() {
    let (pump, counter, journal) = (Pump::default(), Counter::default(), Journal::new());
    PUMPED.lock().unwrap().replace(journal.clone());
    let app =
        App::builder().module("pump", pump.clone()).module("counter", counter.clone()).start().await.unwrap();
    let handle = app.handle();
    within(async {
        let total = || handle.exec_task("counter.add", args! { number: 0 });
        while total().await.unwrap().get::<u64>().unwrap() < 113 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    within(app.shutdown()).await.unwrap();
    assert_eq!(journal.lines(), ["pump.run", "answered", "ended true"]);
    assert_eq!(pump.journal.lines(), ["own"]);
    balanced(&handle);
}
