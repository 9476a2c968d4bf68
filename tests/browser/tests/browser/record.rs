//! The log is read, and made to say more.

use crate::browser::in_browser;
use crate::house::House;

const ROWS: &str = "document.querySelectorAll('#log .row').length";

#[tokio::test(flavor = "multi_thread")]
async fn a_module_says_more_once_its_level_is_changed() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("log").await;
        page.until("document.querySelectorAll('#log .level-field').length >= 6").await;
        page.choose("#level-lamp", "debug").await;
        page.until_says("#announcer", "lamp logs at debug").await;
        house.handle().exec_task("lamp.set_level", looselycoupled::args! { level: 12 }).await.unwrap();
        page.until("[...document.querySelectorAll('#log .row')].some((row) => /DEBUG.*the lamp was dimmed.*level=12/.test(row.textContent))").await;

        page.write("#log [data-filter]", "dimmed level").await;
        page.until(&format!("{ROWS} === 1")).await;
        page.choose("#log select[aria-label='Lowest level shown']", "warn").await;
        page.until(&format!("{ROWS} === 0")).await;
        page.choose("#log select[aria-label='Lowest level shown']", "trace").await;
        page.choose("#log select[aria-label=Module]", "clock").await;
        page.until(&format!("{ROWS} === 0")).await;
        page.choose("#level-lamp", "").await;
        page.until_says("#announcer", "lamp logs at the default level").await;
        house.close().await;
    })
    .await;
}
