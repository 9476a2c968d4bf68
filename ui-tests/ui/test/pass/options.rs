use looselycoupled::prelude::*;

mod inner {
    use super::*;

    #[looselycoupled::test(seed = 7, seeds = 3)]
    pub(crate) async fn with_seeds() -> Result<()> {
        Ok(())
    }

    #[looselycoupled::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore]
    async fn on_threads() -> Result<(), String> {
        Ok(())
    }

    /// Documented.
    #[looselycoupled::test(flavor = "current_thread")]
    #[should_panic(expected = "dry")]
    #[allow(unreachable_code)]
    async fn panics() {
        panic!("dry");
    }
}

fn main() {}
