//! How it looks: both themes, a desk and a hand, nothing that scrolls sideways, nothing that axe-core complains of.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::axe;
use crate::browser::{in_browser, skip};
use crate::house::House;
use crate::page::Page;

const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];
const THEMES: [&str; 2] = ["light", "dark"];

/// The views, and what is there once they show something.
const VIEWS: [(&str, &str); 9] = [
    ("overview", "document.querySelectorAll('#overview tbody tr').length >= 6"),
    ("overview/lamp", "document.getElementById('module-title')?.textContent === 'lamp'"),
    ("tasks", "document.querySelectorAll('#tasks .list li').length > 4"),
    ("tasks/lamp.set_level", "document.getElementById('task-title')?.textContent === 'lamp.set_level'"),
    ("events", "document.querySelectorAll('#events .row').length > 3"),
    ("queues", "document.querySelectorAll('#queues tbody tr').length >= 6"),
    ("graph", "document.querySelectorAll('#graph .node').length >= 3"),
    ("config", "document.querySelectorAll('#config tbody tr').length > 3"),
    ("log", "document.querySelectorAll('#log .level-field').length >= 6"),
];

/// Shows every view in every theme and size.
async fn everywhere<F: Future<Output = ()>>(page: &Page, look: impl Fn(String) -> F) {
    for (width, height) in SIZES {
        page.resize(width, height).await;
        for theme in THEMES {
            page.theme(theme).await;
            for (place, is_there) in VIEWS {
                page.view(place).await;
                page.until(is_there).await;
                look(format!("{}-{width}-{theme}", place.replace('/', "-"))).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_and_nothing_scrolls_sideways() {
    let axe = match axe::script() {
        Ok(axe) => axe,
        Err(reason) => return skip(&reason),
    };
    in_browser(|page| async move {
        let house = House::open().await;
        page.open(&house.page()).await;
        let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("browser");
        fs::create_dir_all(&pictures).unwrap();
        // Events have details, and tasks have results, which are looked at as well.
        page.view("events").await;
        page.until("document.querySelectorAll('#events .row').length > 3").await;
        page.click("#events .row").await;
        page.view("tasks/lamp.set_level").await;
        page.until_says("#task-title", "lamp.set_level").await;
        page.write("#tasks .field input", "40").await;
        page.click("#tasks button[type=submit]").await;
        page.until_says("#tasks .result", "Done").await;
        page.click("#tasks .words summary").await;
        everywhere(&page, |name| {
            let (page, axe, file) = (page.clone(), &axe, pictures.join(format!("{name}.png")));
            async move {
                fs::write(file, page.picture().await).unwrap();
                let found = axe::violations(&page, axe).await;
                assert!(found.is_empty(), "{name}: {found:#?}");
                let sizes = page.value("[document.documentElement.scrollWidth, innerWidth]").await;
                assert!(sizes[0].as_u64() <= sizes[1].as_u64(), "{name}: {sizes} scrolls sideways");
            }
        })
        .await;
        house.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_to_log_in_and_the_help_are_for_everybody() {
    let axe = match axe::script() {
        Ok(axe) => axe,
        Err(reason) => return skip(&reason),
    };
    in_browser(|page| async move {
        let (locked, open) = (House::locked().await, House::open().await);
        for theme in THEMES {
            page.theme(theme).await;
            page.goto(&locked.page()).await;
            page.until("document.querySelector('[name=username]')?.checkVisibility()").await;
            let found = axe::violations(&page, &axe).await;
            assert!(found.is_empty(), "logging in, {theme}: {found:#?}");
            page.open(&open.page()).await;
            page.click("#help-open").await;
            page.until("document.getElementById('help').open").await;
            let found = axe::violations(&page, &axe).await;
            assert!(found.is_empty(), "help, {theme}: {found:#?}");
        }
        locked.close().await;
        open.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_that_was_chosen_stays() {
    in_browser(|page| async move {
        let house = House::open().await;
        page.theme("light").await;
        page.open(&house.page()).await;
        let ground = "getComputedStyle(document.body).backgroundColor";
        let light = page.value(ground).await;
        page.click("#theme").await;
        page.click("#theme").await;
        page.until_says("#theme", "dark").await;
        let dark = page.value(ground).await;
        assert_ne!(light, dark);
        page.open(&house.page()).await;
        page.run("location.reload()", json!([])).await;
        page.until_says("#theme", "dark").await;
        assert_eq!(page.value(ground).await, dark);
        page.click("#theme").await;
        page.until_says("#theme", "system").await;
        assert_eq!(page.value(ground).await, light);
        house.close().await;
    })
    .await;
}
