//! Pages that modules add.

use looselycoupled::modules::web::{MountError, Routes, Visitor, WebStub, visitor, warp};
use looselycoupled::prelude::*;
use warp::Filter;

use crate::{Running, application, problem};

/// A module that has a page.
#[derive(Default)]
struct Pages;

#[module]
impl Pages {
    #[run]
    async fn mount(ctx: Context) -> Result<()> {
        let web: WebStub = ctx.stub("web")?;
        let name = warp::path!("house" / String).map(|room| format!("the room {room}"));
        let handle = ctx.handle();
        let level = warp::path!("house" / "lamp" / "level").and(warp::get()).then(move || {
            let handle = handle.clone();
            async move {
                match handle.exec_task("lamp.level", args! {}).await {
                    Ok(reply) => reply.value().to_string(),
                    Err(error) => error.to_string(),
                }
            }
        });
        let who = warp::path!("house" / "who" / "am" / "i")
            .and(visitor())
            .map(|visitor: Visitor| format!("{:?}", visitor.user));
        let panics = warp::path!("house" / "that" / "burns").map(|| -> String { panic!("fire") });
        web.mount(Routes::new("house", name.or(level).unify().or(who).unify().or(panics).unify()))
            .await
            .map_err(Error::other)?;
        let root =
            warp::path::full().map(|path: warp::path::FullPath| format!("the rest: {}", path.as_str()));
        web.mount(Routes::new("/", root).for_everybody()).await.map_err(Error::other)?;
        let form = warp::path!("form")
            .and(warp::post())
            .and(warp::body::bytes())
            .map(|body: warp::hyper::body::Bytes| body.len().to_string());
        web.mount(Routes::new("form", form)).await.map_err(Error::other)?;
        ctx.trigger_event("mounted", args! {}).await?;
        Ok(())
    }
}

async fn with_pages(section: &str) -> Running {
    let running = application(section).module("pages", Pages);
    let running = running.start().await.unwrap();
    running.quiesce().await;
    let web: WebStub = running.handle().stub("web").unwrap();
    let address = web.address().await.unwrap().parse().unwrap();
    let running = Running { app: running, address };
    while running.get("/form").await.body.starts_with("the rest") {
        tokio::task::yield_now().await;
    }
    running
}

#[tokio::test]
async fn a_module_answers_below_its_path_and_the_nearest_path_wins() {
    let running = with_pages("").await;
    assert_eq!(running.get("/house/hall").await.body, "the room hall");
    assert_eq!(running.get("/house/lamp/level").await.body, "0");
    assert_eq!(running.get("/household").await.body, "the rest: /household");
    assert_eq!(running.get("/").await.body, "the rest: /");
    assert_eq!(running.get("//house/hall").await.body, "the rest: //house/hall");
    assert_eq!(running.get("/house/a/b/c/d").await.status, 404);
    assert_eq!(running.get("/health/live").await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_page_that_panics_is_an_error_and_the_next_one_works() {
    let running = with_pages("").await;
    let answer = running.get("/house/that/burns").await;
    assert_eq!((problem(&answer).0, &*problem(&answer).1), (500, "LC0815"));
    assert_eq!(running.get("/house/hall").await.body, "the room hall");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn pages_are_for_those_who_have_logged_in_unless_they_say_otherwise() {
    let running = with_pages("users: { anna: { password: correct } }, body_limit: 1000").await;
    let answer = running.get("/house/hall").await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/login?next=%2Fhouse%2Fhall")));
    assert_eq!(running.ask("POST", "/house/hall", "", "").await.status, 401);
    assert_eq!(running.get("/imprint").await.body, "the rest: /imprint");

    let entered = running.post("/api/v1/login", r#"{"username": "anna", "password": "correct"}"#).await;
    let cookie = format!("cookie: {}\r\n", entered.header("set-cookie").unwrap().split(';').next().unwrap());
    assert_eq!(running.ask("GET", "/house/who/am/i", &cookie, "").await.body, "Some(\"anna\")");
    let form = format!("{cookie}origin: http://localhost\r\n");
    assert_eq!(running.ask("POST", "/form", &form, "abc").await.body, "3");
    assert_eq!(running.ask("POST", "/form", &cookie, "abc").await.status, 403);
    assert_ne!(running.ask("POST", "/form", &form, &"a".repeat(2_000)).await.status, 200);
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_path_belongs_to_the_module_that_has_mounted_it() {
    let running = with_pages("").await;
    let web: WebStub = running.app.handle().stub("web").unwrap();
    let mount = async |path: &str| web.mount(Routes::new(path, warp::any().map(|| "mine"))).await;
    let Err(CallError::Failed(taken)) = mount("house").await else { panic!("it is taken") };
    assert_eq!(taken.to_string(), "`pages` has mounted its routes at `/house`; mount these at another path");
    for own in ["api", "/api/v1/mine", "health", "metrics", "login", "logout/now"] {
        assert!(matches!(mount(own).await, Err(CallError::Failed(MountError::Own { .. }))), "{own}");
    }
    for bad in ["a//b", "a b", "..", "a/../b", "ä"] {
        assert!(matches!(mount(bad).await, Err(CallError::Failed(MountError::BadPath { .. }))), "{bad}");
    }
    mount("attic").await.unwrap();
    mount("/attic/").await.unwrap();
    assert_eq!(running.get("/attic/box").await.body, "mine");
    assert!(web.unmount("attic".to_owned()).await.unwrap());
    assert!(!web.unmount("attic".to_owned()).await.unwrap());
    assert!(!web.unmount("house".to_owned()).await.unwrap(), "it is another module's");
    assert_eq!(running.get("/attic/box").await.body, "the rest: /attic/box");
    running.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_page_does_not_wait_for_ever_for_the_rest_of_a_form() {
    let running = with_pages("").await;
    let request = "POST /form HTTP/1.1\r\nHost: localhost\r\ncontent-length: 100\r\n\r\nthe beginning";
    let answer = looselycoupled_tests::http::ask(running.address, request).await;
    assert_eq!(answer.status, 400);
    running.app.shutdown().await.unwrap();
}
