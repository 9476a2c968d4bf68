#[::core::prelude::v1::test]
/// Waters.
#[ignore]
fn waters_when_dry() {
    #[allow(unused)]
    async fn __test() -> Result<(), Error> {
        TestApp::new().start().await;
        Ok(())
    }
    ::looselycoupled::__private::Test::new(
            ::core::concat!(
                ::core::module_path!(), "::", ::core::stringify!(waters_when_dry)
            ),
        )
        .run(__test)
}
