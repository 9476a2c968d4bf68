//! What waits is seen.

use crate::browser::in_browser;
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_fills_is_seen_and_seen_to_empty() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        page.view("queues").await;
        page.until_says("#queues tbody", "desk").await;
        let row = "[...document.querySelectorAll('#queues tbody tr')].find((row) => row.innerText.startsWith('desk'))";
        house.handle().exec_task("desk.pile_up", looselycoupled::args! { papers: 8u32 }).await.unwrap();
        // Priorities from the highest to the lowest, and their sum.
        page.until(&format!("Number({row}.children[5].textContent) > 2")).await;
        page.until(&format!("Number({row}.children[8].textContent) > 2")).await;
        page.until(&format!("{row}.querySelector('path.line').getAttribute('d')?.includes('L')")).await;
        page.until("[...document.querySelectorAll('#queues tbody tr')].some((row) => row.innerText.startsWith('normal') && /[µm]?s/.test(row.children[4].textContent))").await;
        page.until(&format!("Number({row}.children[8].textContent) < 2")).await;
        house.close().await;
    })
    .await;
}
