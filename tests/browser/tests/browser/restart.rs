//! An application that comes back finds its page waiting.

use crate::browser::in_browser;
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_goes_on_by_itself_when_the_application_is_started_anew() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("events").await;
        page.until("document.querySelectorAll('#events .row').length > 2").await;
        let port = house.port();
        house.close().await;
        page.until_says("#link-text", "reconnecting").await;
        page.until_says("#banner", "does not answer").await;

        let house = House::at(port, "").await;
        page.until("document.getElementById('link-state').dataset.state === 'up'").await;
        page.until_says("#banner", "started anew").await;
        page.until("[...document.querySelectorAll('#events .row.notice')].some((row) => row.textContent.includes('started anew'))").await;
        // The stream has come back as well, and tells of the new application.
        house.handle().trigger_event("reborn", looselycoupled::args! {}).await.unwrap();
        page.until("[...document.querySelectorAll('#events .row .event')].some((name) => name.textContent === 'reborn')").await;
        page.view("overview").await;
        page.until_says("#overview tbody", "clock").await;
        house.close().await;
    })
    .await;
}
