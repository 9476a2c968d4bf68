//! What a module says stays text, and the page keeps to its origin.

use looselycoupled::args;
use serde_json::json;

use crate::browser::in_browser;
use crate::house::House;

const MARKUP: &str = "<img src=x onerror=\"document.title='broken into'\">";

#[tokio::test(flavor = "multi_thread")]
async fn markup_in_an_event_stays_text() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until_says("#events-note", "live").await;
        house.handle().trigger_event("note", args! { text: MARKUP, list: [MARKUP] }).await.unwrap();
        page.write("#events [data-filter]", "onerror").await;
        page.until("document.querySelectorAll('#events .row').length === 1").await;
        page.click("#events .row").await;
        page.until_says("#events .inspector", "<img src=x").await;
        assert_eq!(page.value("document.querySelectorAll('main img').length").await, 0);
        assert!(!page.value("document.title").await.as_str().unwrap().contains("broken"));

        page.view("tasks/lamp.state").await;
        page.until_says("#task-title", "lamp.state").await;
        page.view(&format!("tasks/{MARKUP}")).await;
        page.until_says("#tasks .page", "There is no task <img").await;
        assert_eq!(page.value("document.querySelectorAll('main img').length").await, 0);
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_view_breaks_the_policy_complains_or_leaves_the_origin() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        for view in ["overview", "overview/lamp", "tasks", "tasks/lamp.set_level", "events", "queues", "graph", "config", "log"] {
            page.view(view).await;
            // Two looks at the state, so that every view has drawn what it shows.
            page.run_later(
                "const done = arguments[0]; const seen = () => performance.getEntriesByName(new URL('/api/v1/state', location).href).length;
                 const before = seen(); const wait = setInterval(() => { if (seen() > before + 1) { clearInterval(wait); done(); } }, 50);",
                json!([]),
            )
            .await;
        }
        let noted = page.log().await;
        let complaints: Vec<_> = noted.iter().filter(|line| !line.starts_with("INFO") && !line.starts_with("DEBUG")).collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
        let elsewhere = page
            .value("performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !name.startsWith(location.origin))")
            .await;
        assert_eq!(elsewhere, json!([]));

        // The same look would have seen a breach.
        page.run("document.body.setAttribute('style', 'color: red')", json!([])).await;
        let noted = page.log().await;
        assert!(noted.iter().any(|line| line.contains("Content Security Policy")), "{noted:#?}");
        house.close().await;
    })
    .await;
}
