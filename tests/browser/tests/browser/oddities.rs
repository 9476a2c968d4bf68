//! What a page of JavaScript easily gets wrong: names that every object has, numbers that it rounds, content that is no JSON.

use looselycoupled::config::Config;
use looselycoupled::modules::console::Console;
use looselycoupled::modules::web::Web;
use looselycoupled::prelude::*;

use crate::browser::in_browser;
use crate::house::House;

const CALL: &str = "#tasks button[type=submit]";
const EDITOR: &str = "#tasks textarea.json";

#[derive(Default)]
struct Echo {}

#[module]
impl Echo {
    /// Gives back what it gets.
    #[task]
    fn number(&self, number: u64) -> u64 {
        number
    }
}

async fn echoes(settings: &str) -> House {
    let text = format!("looselycoupled: {{ log: warn }}\nweb: {{ port: 0, {settings} }}");
    let builder = App::builder()
        .config(Config::parse(&text, "config.yaml").unwrap())
        .module("constructor", Echo::default())
        .module("__proto__", Echo::default())
        .module("web", Web::default())
        .module("console", Console::default());
    House::of(builder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_knows_modules_whose_names_every_object_has() {
    in_browser(|page| async move {
        let house = echoes("").await;
        page.open(&house.page()).await;
        page.view("log").await;
        page.until("document.querySelectorAll('#log .level-field').length === 4").await;
        // The tests of this process share one log, which others have written into.
        page.click("#log .bar button:last-child").await;
        page.until_says("#log .muted", "no line yet; modules log at `").await;
        for name in ["constructor", "__proto__"] {
            page.choose(&format!("#level-{name}"), "debug").await;
            page.until(&format!(
                "document.getElementById('level-{name}').closest('.level-field').classList.contains('set')"
            ))
            .await;
        }
        page.choose("#level-constructor", "").await;
        page.until("document.querySelectorAll('#log .level-field.set').length === 1").await;
        let complaints: Vec<_> =
            page.log().await.into_iter().filter(|line| line.starts_with("SEVERE")).collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_numbers_keep_their_digits() {
    in_browser(|page| async move {
        let house = echoes("").await;
        page.open(&house.page()).await;
        page.view("tasks/constructor.number").await;
        page.until_says("#task-title", "constructor.number").await;
        page.write("#tasks .field input", "9007199254740993").await;
        page.until_says("#tasks .words", "number: 9007199254740993_i64").await;
        page.click(CALL).await;
        page.until("document.querySelector('#tasks .result .value')?.textContent === '9007199254740993'")
            .await;

        page.click("#tasks .choices button:last-child").await;
        page.until("document.querySelector('#tasks textarea.json').value.includes('9007199254740993')").await;
        page.write(EDITOR, "{ \"number\": 18446744073709551615 }").await;
        page.click(CALL).await;
        page.until("document.querySelector('#tasks .result .value')?.textContent === '18446744073709551615'")
            .await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_could_not_be_sent_as_it_stands_is_refused() {
    in_browser(|page| async move {
        let house = echoes("").await;
        page.open(&house.page()).await;
        page.view("tasks/constructor.number").await;
        page.until_says("#task-title", "constructor.number").await;
        page.write("#tasks .field input", "1").await;
        page.click("#tasks .choices button:last-child").await;
        for (text, wanted) in [
            ("{ \"number\": 1, \"number\": 2 }", "`number` stands twice"),
            ("{ \"number\": 1e400 }", "1e400 is too large for a number"),
        ] {
            page.write(EDITOR, text).await;
            page.click(CALL).await;
            page.until_says("#tasks .editor > .bad", wanted).await;
        }
        assert_eq!(page.text("#tasks .result").await, "");
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_no_json_says_so() {
    in_browser(|page| async move {
        let house = echoes("").await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until_says("#events-note", "live").await;
        house.handle().trigger_event("measured", args! { level: f64::INFINITY }).await.unwrap();
        page.until_says("#events .row .data", "cannot be shown: ").await;
        page.click("#events .row").await;
        page.until_says("#events .inspector .bad", "It cannot be shown: ").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_too_slow_tells_what_it_missed() {
    in_browser(|page| async move {
        let house = echoes("buffer: 1").await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until_says("#events-note", "live").await;
        for number in 0..2_000_u32 {
            house.handle().trigger_event("tick", args! { number }).await.unwrap();
        }
        page.until_says("#events .row.notice", "events missed (**): they came faster than this page reads")
            .await;
        house.close().await;
    })
    .await;
}

/// It needs no browser.
#[tokio::test]
async fn a_path_that_no_page_can_have_fails_the_start() {
    for (path, wanted) in [
        ("api", "`console.path` is no use: `/api` belongs to the server itself"),
        ("a//b", "`console.path` is no use: `a//b` is no path"),
    ] {
        let text = format!("web: {{ port: 0 }}\nconsole: {{ path: {path} }}");
        let builder = App::builder()
            .config(Config::parse(&text, "config.yaml").unwrap())
            .module("web", Web::default())
            .module("console", Console::default());
        let said = builder.start().await.unwrap_err().to_string();
        assert!(said.contains(wanted), "{said}");
    }
}
