//! The file: there may be none, it must be YAML, and it is written again once something has changed.

use looselycoupled::LoopOptions;
use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled_tests::Scratch;

use super::{Reader, ReaderStub, fault};

#[tokio::test]
async fn a_file_that_does_not_exist_is_an_empty_configuration() {
    let scratch = Scratch::new();
    let absent = scratch.path("absent.yaml");
    let builder = App::builder().module("reader", Reader::default()).config_file(&absent);
    let app = builder.start().await.unwrap();
    let stub: ReaderStub = app.handle().stub("reader").unwrap();
    assert_eq!(stub.number("lines".into()).await.unwrap(), None);
    assert!(!absent.exists(), "reading makes no file");
}

#[tokio::test]
async fn a_file_that_is_no_yaml_is_refused_with_its_place() {
    let scratch = Scratch::new();
    let file = scratch.file("config.yaml", "reader: { lines: [1, 2\nother: 3\n");
    let builder = App::builder().module("reader", Reader::default()).config_file(&file);
    // Bounds and policies may belong to modules in that file.
    let builder = builder.event_loop("door", LoopOptions::new()).policy("door", Policy::Exit);
    let message = fault(builder).await;
    assert!(message.contains("config.yaml:"), "{message}");
}

#[tokio::test]
async fn what_a_module_sets_is_saved_and_read_again() {
    let scratch = Scratch::new();
    let file = scratch.file("config.yaml", "# Keep this note.\nreader:\n  lines: 3 # the old ones\n");
    let start = || App::builder().module("reader", Reader::default()).config_file(&file).start();
    let app = start().await.unwrap();
    let handle = app.handle();
    let stub: ReaderStub = handle.stub("reader").unwrap();
    assert!(handle.with_config(Config::save_if_changed).unwrap().is_none(), "nothing has changed");
    stub.remember(4711).await.unwrap();
    assert_eq!(stub.number("remembered".into()).await.unwrap(), Some(4711));
    assert!(handle.with_config(|config| config.is_changed()));
    assert!(handle.with_config(Config::save_if_changed).unwrap().is_some());
    assert!(handle.with_config(Config::save_if_changed).unwrap().is_none(), "saved already");
    app.shutdown().await.unwrap();

    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("# Keep this note.") && text.contains("# the old ones"), "{text}");
    let again = start().await.unwrap();
    let stub: ReaderStub = again.handle().stub("reader").unwrap();
    assert_eq!(stub.number("remembered".into()).await.unwrap(), Some(4711));
    assert_eq!(stub.number("lines".into()).await.unwrap(), Some(3));
}
