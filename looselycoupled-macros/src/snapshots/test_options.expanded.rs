#[::core::prelude::v1::test]
fn waters_in_any_order() {
    async fn __test() {}
    ::looselycoupled::__private::Test::new(
            ::core::concat!(
                ::core::module_path!(), "::", ::core::stringify!(waters_in_any_order)
            ),
        )
        .seed(7)
        .seeds(100)
        .run(__test)
}
#[::core::prelude::v1::test]
fn waters_on_threads() {
    async fn __test() {}
    ::looselycoupled::__private::Test::new(
            ::core::concat!(
                ::core::module_path!(), "::", ::core::stringify!(waters_on_threads)
            ),
        )
        .multi_thread(2)
        .run(__test)
}
#[::core::prelude::v1::test]
fn waters_elsewhere() {
    async fn __test() {}
    ::lc::__private::Test::new(
            ::core::concat!(
                ::core::module_path!(), "::", ::core::stringify!(waters_elsewhere)
            ),
        )
        .run(__test)
}
