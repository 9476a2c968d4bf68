//! Everything can be reached by keys.

use crate::browser::in_browser;
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn keys_lead_to_views_and_filters() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        let shown = |view: &str| format!("!document.getElementById('{view}').hidden");
        for (keys, view) in [("2", "tasks"), ("gq", "queues"), ("gg", "graph"), ("gc", "config"), ("7", "log"), ("go", "overview")] {
            page.press(keys).await;
            page.until(&shown(view)).await;
        }
        page.press("/").await;
        page.until("document.activeElement.matches('#overview [data-filter]')").await;
        // In a field, keys are letters.
        page.press("clock2").await;
        page.until("document.querySelectorAll('#overview tbody tr a').length === 0").await;
        page.press("\u{e00c}").await;
        page.press("?").await;
        page.until("document.getElementById('help').open").await;
        page.press("\u{e00c}").await;
        page.until("!document.getElementById('help').open").await;
        page.run("document.getElementById('tab-overview').focus()", serde_json::json!([])).await;
        page.press("\u{e014}").await;
        page.until(&shown("tasks")).await;
        page.until("document.activeElement.id === 'tab-tasks' && document.activeElement.getAttribute('aria-selected') === 'true'").await;
        house.close().await;
    })
    .await;
}
