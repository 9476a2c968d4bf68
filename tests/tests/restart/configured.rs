//! The policy in code and in the configuration.

use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled_tests::{quiet, within};

use super::{Works, restarts};

static MADE: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, Serialize, Deserialize)]
struct BoilerConfig {
    degrees: u32,
}

#[derive(Debug)]
struct Boiler {
    degrees: u32,
    number: u32,
}

#[module(config = BoilerConfig)]
impl Boiler {
    #[new]
    fn new(config: BoilerConfig) -> Self {
        Self { degrees: config.degrees, number: MADE.fetch_add(1, Ordering::SeqCst) }
    }

    #[task]
    fn state(&self) -> (u32, u32) {
        (self.degrees, self.number)
    }

    #[task]
    fn burst(&mut self) {
        self.degrees = 0;
        panic!("burst on purpose");
    }
}

fn config(policy: &str) -> Config {
    let text = format!(
        "looselycoupled:\n  modules:\n    boiler: {{ type: Boiler, policy: {policy} }}\nboiler: {{ degrees: 60 }}\n"
    );
    Config::parse(&text, "home.yaml").unwrap()
}

async fn faults(policy: &str) -> String {
    match App::builder().config(config(policy)).start().await {
        Err(StartError::Check(faults)) => {
            faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>().join("\n")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_listed_module_is_made_again_from_its_section() {
    quiet();
    let policy = "{ restart: { budget: 2, within: 1m, first_delay: 10ms, longest_delay: 1s } }";
    for policy in ["restart", policy] {
        let app = App::builder().config(config(policy)).start().await.unwrap();
        let boiler: BoilerStub = app.handle().stub("boiler").unwrap();
        let (_, first) = boiler.state().await.unwrap();
        boiler.burst().await.unwrap_err();
        let (degrees, second) = within(boiler.state()).await.unwrap();
        assert_eq!(degrees, 60);
        assert!(second > first);
        assert_eq!(restarts(&app, "boiler"), 1);
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_policy_that_is_none_is_refused_with_those_there_are() {
    let told = faults("revive").await;
    assert!(told.contains("policy` must be `report`, `restart` or `exit`, found `revive`"), "{told}");
    assert!(told.contains("home.yaml:3:37"), "{told}");
    let told = faults("{ exit: { budget: 2 } }").await;
    assert!(told.contains("must be `restart`, found `exit`"), "{told}");
    let told = faults("{ restart: { buget: 2 } }").await;
    assert!(told.contains("`buget`") && told.contains("`budget`"), "{told}");
    let told = faults("{ restart: { within: soon } }").await;
    assert!(told.contains("soon"), "{told}");
}

#[tokio::test]
async fn a_module_that_was_given_as_a_value_cannot_be_made_again() {
    let pump = Works::default().pump()();
    let started =
        App::builder().module("pump", pump).policy("pump", Policy::Restart(Restart::default())).start().await;
    let Err(StartError::Check(faults)) = started else { panic!("{started:?}") };
    assert_eq!(
        faults[0].message,
        "module `pump` has the policy `restart`, but was given as a value and cannot be made again; give a factory, \
         `module_with(\"pump\", …)`, or list its type in the configuration"
    );
}
