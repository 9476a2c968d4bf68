//! How it is set up, and what is said about mistakes.

use looselycoupled_tests::Scratch;
use looselycoupled_tests::nsqd::Settings;

use super::*;

async fn refused(app: AppBuilder) -> String {
    app.start().await.unwrap_err().to_string()
}

#[tokio::test]
async fn nsqd_is_shown_its_secret_and_whoever_has_none_is_told() {
    let settings = Settings { secret: Some("between us".to_owned()), ..Settings::default() };
    let nsqd = Nsqd::start(0, None, settings).await.unwrap();
    let files = Scratch::new();
    let file = files.file("token", "between us\n");
    let knows = Nsq::connect([nsqd.url()]).token_file(&file);
    assert!(!format!("{:?}", Nsq::connect([nsqd.url()]).token("between us")).contains("between"));
    let app = App::builder().provider("nsq", knows).start().await.unwrap();
    connected(&app).await;
    app.shutdown().await.unwrap();
    for (nsq, why) in [
        (Nsq::connect([nsqd.url()]), "it wants a secret, and there is no `token`"),
        (Nsq::connect([nsqd.url()]).token("a guess"), "E_AUTH_FAILED"),
    ] {
        let app = App::builder().provider("nsq", nsq).start().await.unwrap();
        let mut states = app.handle().subscribe("provider_state");
        while !app.handle().providers()[0].reason.contains(why) {
            within(states.next()).await.unwrap();
        }
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn what_cannot_work_is_refused_at_the_start() {
    let with = |nsq: Nsq| App::builder().provider("nsq", nsq);
    for (app, why) in [
        (with(Nsq::connect(["127.0.0.1:4150"])), "write `tcp://127.0.0.1:4150`"),
        (with(Nsq::connect(Vec::<String>::new())), "it has no address"),
        (with(Nsq::connect(["tcp://nsq.example:4150"])), "`plain: true`"),
        (with(Nsq::connect(["tcp://127.0.0.1:1"]).token_file("/nowhere")), "`/nowhere` cannot be read"),
    ] {
        let error = refused(app).await;
        assert!(error.contains(why), "{error}");
    }
}

#[tokio::test]
async fn a_file_lists_it() {
    let nsqd = Nsqd::start(0, None, Settings::default()).await.unwrap();
    let url = nsqd.url();
    let listed = |rest: &str| {
        let files = Scratch::new();
        let text = format!("looselycoupled:\n  providers:\n    shop: {{ kind: nsq, {rest} }}\n");
        let path = files.file("app.yaml", &text);
        (App::builder().config_file(path), files)
    };
    let (app, _files) = listed(&format!("nsqd: [\"{url}\"], body: cbor, plain: false"));
    let app = app.start().await.unwrap();
    connected(&app).await;
    app.shutdown().await.unwrap();
    for (rest, why) in [
        ("body: json", "needs an `nsqd`"),
        ("nsqd: [\"tcp://127.0.0.1:1\"], body: xml", "contents are `json` or `cbor`, not `xml`"),
        ("nsqd: [\"tcp://127.0.0.1:1\"], url: x", "has no `url`"),
    ] {
        let (app, _files) = listed(rest);
        let error = refused(app).await;
        assert!(error.contains(why), "{error}");
    }
}
