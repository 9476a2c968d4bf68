//! Where the sockets are: in a file of configuration, and in the way of others.

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::provider::ZeroMq;
use looselycoupled_tests::within;

use crate::{House, end, provider, start};

fn configured(process: &str, house: &House) -> AppBuilder {
    let [hears, sends] = house.addresses();
    let text = format!(
        "looselycoupled:\n  providers:\n    home: {{ kind: zeromq, publishes: \"{hears}\", takes: \"{sends}\", host: attic }}\n  routes:\n    - {{ event: order, via: home }}\n"
    );
    App::builder().process(process).config(Config::parse(&text, "config.yaml").unwrap())
}

#[tokio::test]
async fn a_file_says_who_hosts() {
    let house = House::new();
    let attic = start(configured("attic", &house)).await;
    let cellar = start(configured("cellar", &house)).await;
    assert_eq!(provider(&cellar).kind, "zeromq");
    let mut heard = cellar.handle().subscribe("order");
    attic.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    assert_eq!(within(heard.next()).await.unwrap().process(), Some("attic"));
    end([attic, cellar]).await;
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_place() {
    let text = "\
looselycoupled:
  providers:
    one: { kind: zeromq }
    two: { kind: zeromq, publishes: \"ipc:///a\" }
    three: { kind: zeromq, publishes: \"ipc:///a\", takes: \"ipc:///b\", journal: j }
    four: { kind: local, name: house, publishes: \"ipc:///a\" }
";
    let checked = App::builder().config(Config::parse(text, "config.yaml").unwrap()).check();
    let faults = checked.unwrap_err().to_string();
    for (words, place) in [
        ("`one` of kind `zeromq` needs where the broker `publishes`", "config.yaml:3"),
        ("`two` of kind `zeromq` needs where the broker `takes`", "config.yaml:4"),
        ("a provider of kind `zeromq` has no `journal`", "config.yaml:5"),
        ("a provider of kind `local` has no `publishes`", "config.yaml:6"),
    ] {
        assert!(faults.contains(words) && faults.contains(place), "{words}: {faults}");
    }
}

#[tokio::test]
async fn what_can_never_work_fails_the_start() {
    let house = House::new();
    let [hears, sends] = house.addresses();
    let file = house.0.path("home.file");
    std::fs::write(&file, "").unwrap();
    let file = format!("ipc://{}", file.display());
    for (hears, sends, why) in [
        ("home.in", &*sends, "`home.in` is no address of a socket; write `ipc://"),
        (&*hears, "inproc://home", "`inproc://home` is no address"),
        (&*hears, &*hears, "is both where the broker publishes and where it hears"),
        (&*file, &*sends, "is there already, and is no socket"),
        ("ipc:///proc/no/such/folder", &*sends, "cannot be"),
    ] {
        let error = App::builder().provider("home", ZeroMq::host(hears, sends)).start().await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn one_process_hosts_and_what_a_dead_one_has_left_is_replaced() {
    let house = House::new();
    for name in ["home.in", "home.out"] {
        drop(std::os::unix::net::UnixListener::bind(house.0.path(name)).unwrap());
    }
    let attic = start(house.host("attic")).await;
    let error = house.host("cellar").start().await.unwrap_err().to_string();
    assert!(error.contains("another process hosts a broker at"), "{error}");
    attic.shutdown().await.unwrap();
    assert!(!house.0.path("home.in").exists() && !house.0.path("home.out").exists());
}

#[tokio::test]
async fn ports_carry_events_as_files_do() {
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (one, other) = (free(), free());
    let [hears, sends] =
        [&one, &other].map(|port| format!("tcp://127.0.0.1:{}", port.local_addr().unwrap().port()));
    drop((one, other));
    let app =
        |name, provider| App::builder().process(name).provider("home", provider).route_event("order", "home");
    let attic = start(app("attic", ZeroMq::host(&hears, &sends))).await;
    let cellar = start(app("cellar", ZeroMq::connect(&hears, &sends))).await;
    let mut heard = attic.handle().subscribe("order");
    cellar.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    assert_eq!(within(heard.next()).await.unwrap().process(), Some("cellar"));
    end([attic, cellar]).await;
}

#[tokio::test]
async fn who_mixes_up_the_two_addresses_is_told() {
    let house = House::new();
    let attic = start(house.host("attic")).await;
    let [hears, sends] = house.addresses();
    let cellar = App::builder().provider("home", ZeroMq::connect(&sends, &hears)).start().await.unwrap();
    let mut states = cellar.handle().subscribe("provider_state");
    while !provider(&cellar).reason.contains("are `in` and `out` mixed up?") {
        within(states.next()).await.unwrap();
    }
    end([attic, cellar]).await;
}
