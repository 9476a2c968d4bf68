//! Loops by their names.

use looselycoupled::prelude::*;
use looselycoupled::{LoopError, LoopOptions};

use super::{Meter, app};

fn cause(refused: Error) -> LoopError {
    match refused {
        Error::Loop(cause) => *cause,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_unknown_loop_is_refused_with_the_nearest() {
    let app = app(Meter::default()).await;
    let handle = app.handle();
    let refused = handle.event_loop("bsu").unwrap_err();
    assert_eq!(refused.to_string(), "no shared event loop is called `bsu`; did you mean `bus`?");
    let refused = handle.event_loop("meter").unwrap_err();
    assert_eq!(refused.to_string(), "no shared event loop is called `meter`; known are `bus`");
}

#[tokio::test]
async fn a_name_is_given_once_at_a_time() {
    let app = app(Meter::default()).await;
    let handle = app.handle();
    let open = |name: &str| handle.open_loop(name, LoopOptions::new());
    for taken in ["bus", "meter"] {
        assert!(matches!(cause(open(taken).unwrap_err()), LoopError::Taken { .. }), "{taken}");
    }
    assert!(matches!(cause(open("a.b").unwrap_err()), LoopError::Name(_)));
    let aside = open("aside").unwrap();
    assert_eq!(aside.name(), "aside");
    assert!(matches!(cause(open("aside").unwrap_err()), LoopError::Taken { .. }));
    let same = handle.event_loop("aside").unwrap();
    let object = same.host(1);
    drop((aside, same));
    assert_eq!(object.call(|number| *number).await.unwrap(), 1, "the object keeps it open");
    drop(object);
    assert!(handle.event_loop("aside").is_err());
    assert!(open("aside").is_ok());
}

#[tokio::test]
async fn a_loop_that_is_closed_is_not_found_by_its_name_though_somebody_could_still_use_it() {
    let app = App::builder().start().await.unwrap();
    let handle = app.handle();
    let first = handle.open_loop("aside", LoopOptions::new()).unwrap();
    let left = first.host(1);
    first.close().await;
    assert!(matches!(cause(handle.event_loop("aside").unwrap_err()), LoopError::Unknown { .. }));
    let _second = handle.open_loop("aside", LoopOptions::new()).unwrap();
    let found = handle.event_loop("aside").unwrap().host(2);
    assert_eq!(found.call(|number| *number).await.unwrap(), 2, "the one that is open");
    left.call(|number| *number).await.unwrap_err();
}

#[tokio::test]
async fn no_loop_is_opened_while_the_application_ends() {
    let app = app(Meter::default()).await;
    let handle = app.handle();
    app.shutdown().await.unwrap();
    let refused = cause(handle.open_loop("late", LoopOptions::new()).unwrap_err());
    assert!(matches!(refused, LoopError::ShuttingDown { .. }), "{refused}");
}

#[tokio::test]
async fn options_that_suit_no_guests_are_refused() {
    let app = app(Meter::default()).await;
    let open = |options: LoopOptions| app.handle().open_loop("aside", options).unwrap_err().to_string();
    let told = "the event loop `aside` cannot be opened with `tasks`: a bound must be at least 1";
    assert_eq!(open(LoopOptions::new().tasks(0)), told);
    let told = "the event loop `aside` cannot be opened with `concurrency`: nothing overlaps there";
    assert_eq!(open(LoopOptions::new().concurrency(2)), told);
}
