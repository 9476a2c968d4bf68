/// Waters.
#[looselycoupled::test]
#[ignore]
#[allow(unused)]
async fn waters_when_dry() -> Result<(), Error> {
    TestApp::new().start().await;
    Ok(())
}
