//! Where somebody has to log in, the page asks for it.

use crate::browser::in_browser;
use crate::house::{House, USER};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_anything_before_logging_in_and_after_logging_out() {
    in_browser(|page| async move {
        let house = House::locked().await;
        page.goto(&house.page()).await;
        page.until("document.querySelector('[name=username]')?.checkVisibility()").await;
        assert!(!page.text("body").await.contains("clock"));
        let (name, password) = USER;
        page.write("[name=username]", name).await;
        page.write("[name=password]", "wrong").await;
        page.click("#login-form [type=submit]").await;
        page.until_says("#login-problem", "wrong").await;

        page.write("[name=username]", name).await;
        page.write("[name=password]", password).await;
        page.click("#login-form [type=submit]").await;
        page.until("document.getElementById('link-state')?.dataset.state === 'up'").await;
        page.until_says("#overview tbody", "clock").await;
        // What changes something bears the token.
        page.view("tasks/lamp.set_level").await;
        page.until_says("#task-title", "lamp.set_level").await;
        page.until_says("#tasks .words", "-H \"Authorization: Bearer $TOKEN\" -d '{}'").await;
        page.write("#tasks .field input", "3").await;
        page.click("#tasks button[type=submit]").await;
        page.until_says("#tasks .result", "Done").await;
        page.view("events").await;
        page.until("document.querySelectorAll('#events .row').length > 1").await;

        page.click("#logout").await;
        page.until("document.querySelector('[name=username]')?.checkVisibility()").await;
        page.until("!document.getElementById('events')?.checkVisibility()").await;
        house.close().await;
    })
    .await;
}
