//! What is stated wrongly.

use looselycoupled::config::Config;
use looselycoupled::prelude::*;

/// What the start says of an application whose configuration is this.
async fn refused(provider: &str) -> String {
    let text = format!(
        "looselycoupled:\n  providers:\n    bus: {provider}\n  routes: [{{ event: order, via: bus }}]\n"
    );
    let config = Config::parse(&text, "config.yaml").unwrap();
    format!("{}", App::builder().config(config).start().await.unwrap_err())
}

#[tokio::test]
async fn wrong_keys_are_told_with_the_way_out() {
    let with = |rest: &str| {
        format!("{{ kind: stomp, url: \"tcp://127.0.0.1:61613\", addresses: rabbitmq, {rest} }}")
    };
    for (provider, expected) in [
        ("{ kind: stomp }".to_owned(), "of kind `stomp` needs a `url`: `tcp://127.0.0.1:61613`"),
        (
            "{ kind: stomp, url: \"tcp://127.0.0.1:61613\" }".to_owned(),
            "needs `addresses`: queue, rabbitmq, or activemq",
        ),
        (
            "{ kind: stomp, url: \"tcp://127.0.0.1:61613\", addresses: activmq }".to_owned(),
            "there are no addresses `activmq`; did you mean `activemq`?",
        ),
        (
            "{ kind: stomp, url: \"amqp://127.0.0.1:61613\", addresses: queue }".to_owned(),
            "is no address of a broker; write `tcp://127.0.0.1:61613`",
        ),
        (
            "{ kind: stomp, url: \"tcp://broker.example:61613\", addresses: queue }".to_owned(),
            "`plain: true`",
        ),
        (with("password: a, password_file: b"), "in `password`, or in `password_file`, not in both"),
        (with("password_file: /nowhere/it/is"), "the password file /nowhere/it/is cannot be read"),
        (with("user: \"ada\\nhost:other\""), "`login` has several lines, which STOMP cannot say"),
        (with("only_sends: maybe"), "only_sends"),
        (with("plain: 7"), "plain"),
        (with("nsqd: [x]"), "a provider of kind `stomp` has no `nsqd`"),
        (with("virtual_hots: x"), "did you mean `virtual_host`?"),
    ] {
        let told = refused(&provider).await;
        assert!(told.contains(expected), "{provider}: {told}");
        assert!(told.contains("bus"), "{provider}: {told}");
    }
}
