//! Tasks are found, understood and called.

use crate::browser::in_browser;
use crate::house::House;

const LEVEL: &str = "#tasks .field input";
const CALL: &str = "#tasks button[type=submit]";

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_found_and_called_by_its_form() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("tasks").await;
        page.until("document.querySelectorAll('#tasks .list li').length > 4").await;
        page.write("#tasks [data-filter]", "brightness").await;
        page.until("document.querySelectorAll('#tasks .list li').length === 1").await;
        page.click("#tasks .list a").await;
        page.until_says("#tasks article", "Sets the brightness in percent and returns the one before.").await;
        page.until_says("#tasks article", "house.rs:").await;

        page.write(LEVEL, "40").await;
        page.click(CALL).await;
        page.until_says("#tasks .result", "Done").await;
        assert_eq!(page.text("#tasks .result .value").await, "0");
        page.write(LEVEL, "60").await;
        page.click(CALL).await;
        page.until("document.querySelector('#tasks .result .value')?.textContent === '40'").await;
        assert_eq!(
            house.handle().exec_task("lamp.state", looselycoupled::args! {}).await.unwrap().value().as_text(),
            Some("a lamp at 60 %")
        );

        // What has been called can be called again.
        page.until("document.querySelectorAll('#tasks .history li').length === 2").await;
        page.click("#tasks .history li:last-child button").await;
        page.until("document.querySelector('#tasks .result .value')?.textContent === '60'").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_where_it_is() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("tasks/lamp.set_level").await;
        page.until_says("#task-title", "lamp.set_level").await;
        page.click(CALL).await;
        page.until_says("#tasks .field .bad", "is needed").await;
        page.write(LEVEL, "300").await;
        page.click(CALL).await;
        page.until_says("#tasks .field .bad", "must be at most 255").await;
        // The module's own refusal comes as the problem that the API tells.
        page.write(LEVEL, "95").await;
        page.click(CALL).await;
        page.until_says("#tasks .result .detail", "level 95 is above 90").await;
        page.until("document.querySelector('#tasks .result').dataset.outcome === 'bad'").await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_call_can_be_written_as_json_and_in_other_words() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("tasks/lamp.set_level").await;
        page.until_says("#task-title", "lamp.set_level").await;
        page.write(LEVEL, "20").await;
        page.click("#tasks .words summary").await;
        page.until_says("#tasks .words", "handle.exec_task(\"lamp.set_level\", args! { level: 20 }).await?")
            .await;
        page.until_says("#tasks .words", &format!("http://{}/api/v1/tasks/lamp.set_level", house.address))
            .await;
        page.choose("#tasks select[aria-label=Priority]", "high").await;
        page.until_says("#tasks .words", ".priority(Priority::High)").await;

        page.click("#tasks .choices button:last-child").await;
        page.until("JSON.parse(document.querySelector('#tasks textarea.json').value).level === 20").await;
        page.write("#tasks textarea.json", "{ \"level\": 30 }").await;
        page.choose("#tasks select[aria-label=Mode]", "queue").await;
        page.click(CALL).await;
        page.until_says("#tasks .result", "It is in line.").await;
        page.view("tasks/lamp.state").await;
        page.until_says("#task-title", "lamp.state").await;
        page.click(CALL).await;
        page.until_says("#tasks .result .value", "30 %").await;
        house.close().await;
    })
    .await;
}
