//! Every view opens and shows what the application really does.

use crate::browser::in_browser;
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_tells_of_modules_and_what_they_do() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.until_says("#name", "test-house").await;
        for module in ["lamp", "clock", "desk", "gpio", "web", "console"] {
            page.until_says("#overview tbody", module).await;
        }
        // The clock ticks ten times in a second.
        let row = "[...document.querySelectorAll('#overview tbody tr')].find((row) => row.innerText.startsWith('clock'))";
        page.until(&format!("Number({row}?.children[3].textContent) > 2")).await;
        page.until(&format!("{row}.innerText.includes('active') && {row}.innerText.includes('ok')")).await;
        page.until("Number(document.getElementById('total-events').textContent) > 2").await;

        page.run("arguments[0].click()", serde_json::json!([page.value(&format!("{row}.querySelector('a')")).await])).await;
        page.until_says("#module-title", "clock").await;
        page.until_says("#overview .side", "house.rs").await;
        page.until_says("#overview .side", "Does something on its own").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_fails_is_degraded() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.until_says("#overview tbody", "lamp").await;
        let failed = house.handle().exec_task("lamp.set_level", looselycoupled::args! { level: 200 }).await;
        assert!(failed.is_err());
        let row = "[...document.querySelectorAll('#overview tbody tr')].find((row) => row.innerText.startsWith('lamp'))";
        page.until(&format!("{row}.querySelector('.badge').textContent === 'degraded'")).await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_line_can_be_pushed() {
    in_browser(|page| async move {
        let house = House::open().await;
        let seen = house.handle().wait_for_event("changed_gpio_input");
        page.open(&house.page()).await;
        page.until_says(".outputs", "porch").await;
        page.until_says(".push", "bell").await;
        page.click(".push").await;
        let event = seen.await.unwrap();
        assert_eq!(event.field::<String>("line_name").unwrap(), "bell");
        assert!(event.field::<bool>("rising_edge").unwrap());
        page.until("document.querySelector('.push').getAttribute('aria-pressed') === 'false'").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_shows_who_tells_whom() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("graph").await;
        page.until("document.querySelectorAll('#graph .node').length >= 6").await;
        page.until("[...document.querySelectorAll('#graph .edge.event title')].some((title) => /^clock → desk: tells tick; [1-9]/.test(title.textContent))").await;
        // What is called from outside is there once it has been called.
        house.handle().exec_task("lamp.state", looselycoupled::args! {}).await.unwrap();
        page.until("[...document.querySelectorAll('#graph .edge.call title')].some((title) => title.textContent.startsWith('outside → lamp: calls'))").await;
        page.click("#graph summary").await;
        page.until("[...document.querySelectorAll('#graph tbody tr')].some((row) => row.innerText.startsWith('clock') && row.innerText.includes('tick'))").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_says_where_each_value_is_from() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("config").await;
        let row = |key: &str| {
            format!("[...document.querySelectorAll('[aria-label=\"Section lamp\"] tbody tr')].find((row) => row.innerText.startsWith('{key}'))?.innerText.replaceAll('\\n', ' ').replaceAll('\\t', ' ')")
        };
        page.until(&format!("/90.*:6.*In percent/.test({})", row("max_level"))).await;
        page.until(&format!("/a lamp.*default/.test({})", row("title"))).await;
        page.write("#config [data-filter]", "max_level").await;
        page.until("document.querySelectorAll('#config tbody tr').length === 1").await;
        house.close().await;
    })
    .await;
}
