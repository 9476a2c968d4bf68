/// Runs.
fn main() -> ::std::process::ExitCode {
    #[allow(unused)]
    async fn __main() -> Result<(), AppError> {
        App::builder().run().await
    }
    ::looselycoupled::__private::Main::new().worker_threads(2).run(__main())
}
