//! Instances that cannot be made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled_tests::{Journal, Witness, quiet, settle, within};

use super::restarts;

/// Its first instance is sound; of the next ones so many fail.
#[derive(Debug, Clone, Default)]
struct Attempts {
    journal: Journal,
    made: Arc<AtomicU32>,
}

#[derive(Debug)]
struct Valve {
    attempts: Attempts,
    number: u32,
}

impl Drop for Valve {
    fn drop(&mut self) {
        self.attempts.journal.note(format!("dropped {}", self.number));
    }
}

#[module]
impl Valve {
    #[initialize]
    async fn initialize(&mut self) -> Result<(), std::io::Error> {
        match self.number {
            2 => Err(std::io::Error::other("it is stuck")),
            3 => panic!("burst on purpose"),
            number => {
                self.attempts.journal.note(format!("initialized {number}"));
                Ok(())
            }
        }
    }

    #[task]
    fn number(&self) -> u32 {
        self.number
    }

    #[task]
    fn burst(&mut self) {
        panic!("burst on purpose");
    }
}

impl Attempts {
    fn valve(&self) -> impl Fn() -> Valve + Send + 'static {
        let attempts = self.clone();
        move || {
            let number = attempts.made.fetch_add(1, Ordering::SeqCst) + 1;
            assert!(number != 4, "no valve on purpose");
            Valve { attempts: attempts.clone(), number }
        }
    }

    async fn start(&self, budget: u32, witness: &Witness) -> (App, ValveStub) {
        quiet();
        let restart = Restart::default().budget(budget, Duration::from_secs(60));
        let app = App::builder()
            .module_with("valve", self.valve())
            .module("witness", witness.clone())
            .policy("valve", Policy::Restart(restart))
            .start()
            .await
            .unwrap();
        let valve = app.handle().stub("valve").unwrap();
        (app, valve)
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_cannot_be_made_is_tried_again_and_nothing_half_alive_is_left() {
    let (attempts, witness) = (Attempts::default(), Witness::default());
    let (app, valve) = attempts.start(10, &witness).await;
    valve.burst().await.unwrap_err();
    assert_eq!(within(valve.number()).await.unwrap(), 5);
    assert_eq!(
        attempts.journal.lines(),
        ["initialized 1", "dropped 1", "dropped 2", "dropped 3", "initialized 5"]
    );
    settle(&app).await;
    assert_eq!(
        witness.0.lines(),
        [
            "valve.initialize: it is stuck",
            "valve.initialize: burst on purpose",
            "valve.construction: no valve on purpose"
        ]
    );
    assert_eq!(restarts(&app, "valve"), 1);
}

#[tokio::test(start_paused = true)]
async fn attempts_use_up_the_budget_too() {
    let (attempts, witness) = (Attempts::default(), Witness::default());
    let (app, valve) = attempts.start(2, &witness).await;
    valve.burst().await.unwrap_err();
    let refused = within(valve.number()).await.unwrap_err();
    assert!(matches!(refused, CallError::ShuttingDown { .. }), "{refused:?}");
    let error = within(app.ended()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the application ended because `valve.initialize` panicked: burst on purpose; the restarts of module \
         `valve` are used up (2 within 60s)"
    );
    assert_eq!(attempts.journal.lines(), ["initialized 1", "dropped 1", "dropped 2", "dropped 3"]);
}
