//! A browser for each test, or a word about why there is none.

use std::env;
use std::panic::resume_unwind;
use std::process::exit;

use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use crate::driver::Driver;
use crate::page::Page;
use crate::session::Session;

/// One browser at a time: whoever measures, or waits for something to be painted, must not have to share the machine.
static TURN: Mutex<()> = Mutex::const_new(());

/// Runs a test in a browser of its own, which is closed whatever comes of it. Nothing happens where there is none.
pub async fn in_browser<F>(test: impl FnOnce(Page) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    if !is_required() {
        return skip("a browser takes minutes");
    }
    let _turn: MutexGuard<'_, ()> = TURN.lock().await;
    let driver = match Driver::start() {
        Ok(driver) => driver,
        Err(reason) => return skip(&reason),
    };
    let capabilities = capabilities(&driver.browser);
    let session = Session::begin(driver.port, capabilities)
        .await
        .unwrap_or_else(|error| panic!("the browser does not start: {error}"));
    let page = Page::of(session.clone());
    let outcome = tokio::spawn(async move { test(page).await }).await;
    let _gone_already = session.end().await;
    drop(driver);
    if let Err(failure) = outcome {
        resume_unwind(failure.into_panic());
    }
}

/// Says why nothing is tested, or that this must not be.
pub fn skip(reason: &str) {
    if is_required() {
        eprintln!("the tests in a browser cannot run: {reason}");
        exit(1);
    }
    println!("skipped: {reason}; `bash .ci/browser` runs this");
}

fn is_required() -> bool {
    env::var("REQUIRE_BROWSER").is_ok_and(|required| required == "1")
}

fn capabilities(browser: &str) -> Value {
    let arguments = [
        "--headless=new",
        // A container has neither the rights for the browser's sandbox nor room in /dev/shm.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--window-size=1280,800",
    ];
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "binary": browser, "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    })
}
