//! Events are seen, searched, held still and sent.

use crate::browser::in_browser;
use crate::house::House;

const ROWS: &str = "document.querySelectorAll('#events .row').length";

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_sent_is_seen() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until_says("#events-note", "live").await;
        let heard = house.handle().wait_for_event("level_changed");
        page.write("#emit-name", "level_changed").await;
        page.until("document.querySelectorAll('#events .field input').length === 3").await;
        page.run("for (const field of document.querySelectorAll('#events .fields input')) field.value = '7'", serde_json::json!([])).await;
        page.click("#events button[type=submit]").await;
        page.until_says("#events .emit-outcome", "Sent").await;
        assert_eq!(heard.await.unwrap().field::<u8>("level").unwrap(), 7);
        page.until("[...document.querySelectorAll('#events .row')].some((row) => /level_changed.*\"level\":7/.test(row.textContent))").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_declared_can_be_sent_as_well() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until_says("#events-note", "live").await;
        page.write("#emit-name", "weather.rain").await;
        page.write("#events textarea", "{ \"millimetres\": [1, { \"deep\": true }] }").await;
        page.write("#events [data-filter]", "weather").await;
        page.click("#events button[type=submit]").await;
        page.until(&format!("{ROWS} === 1")).await;
        page.click("#events .row").await;
        page.until_says("#event-title", "weather.rain").await;
        page.until_says("#events .inspector", "millimetres").await;
        page.until("document.querySelectorAll('#events .inspector .leaf').length >= 1").await;
        page.until_says("#events .inspector .chain", "at the beginning, from").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_pauses_goes_on_and_is_cleared() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until(&format!("{ROWS} > 3")).await;
        page.run("document.activeElement.blur()", serde_json::json!([])).await;
        page.press(" ").await;
        page.until_says("#events-note", "paused").await;
        let shown = page.value(ROWS).await;
        page.until("/[1-9]\\d* waiting/.test(document.getElementById('events-note').textContent)").await;
        assert_eq!(page.value(ROWS).await, shown);
        page.press(" ").await;
        page.until(&format!("{ROWS} > {shown} + 1")).await;
        page.press(" ").await;
        page.until_says("#events-note", "paused").await;
        page.run("[...document.querySelectorAll('#events button')].find((button) => button.textContent === 'Clear').click()", serde_json::json!([])).await;
        assert_eq!(page.value(ROWS).await, 0);
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_chooses_what_is_heard_and_a_filter_what_is_shown() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until(&format!("{ROWS} > 2")).await;
        page.write("#events .pattern", "level_*\u{e007}").await;
        house.handle().exec_task("lamp.set_level", looselycoupled::args! { level: 5 }).await.unwrap();
        page.until("document.querySelector('#events .row .event')?.textContent === 'level_changed'").await;
        page.write("#events [data-filter]", "\"level\":5").await;
        page.until(&format!("{ROWS} === 1")).await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_together_is_shown_together_and_what_changed_is_told() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until_says("#events-note", "live").await;
        page.write("#events .pattern", "level_changed\u{e007}").await;
        for level in [10, 20] {
            house.handle().exec_task("lamp.set_level", looselycoupled::args! { level }).await.unwrap();
            page.until_says("#events .row .data", &format!("\"level\":{level}")).await;
        }
        page.click("#events .row").await;
        page.until_says("#events .diff", "10 → 20").await;
        page.until_says("#events .chain", "while lamp handled message").await;
        page.press("\u{e015}").await;
        page.until_says("#events .inspector", "It is the first of its name").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_a_thousand_rows_are_kept() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until_says("#events-note", "live").await;
        for number in 0..1500 {
            house.handle().trigger_event("flood", looselycoupled::args! { number }).await.unwrap();
        }
        page.until("[...document.querySelectorAll('#events .row')].some((row) => row.textContent.includes('\"number\":1499'))").await;
        page.until(&format!("{ROWS} === 1000")).await;
        house.close().await;
    })
    .await;
}
