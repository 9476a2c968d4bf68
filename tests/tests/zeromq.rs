//! What is particular to processes at a broker of ZeroMQ; what every provider does stands in `conformance`, and MrEventLoop in `python`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

use std::os::unix::fs::PermissionsExt;

use looselycoupled::config::Config;
use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, ZeroMq};
use looselycoupled_tests::{Dice, Log, Scratch, within};
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use zeromq::{PubSocket, Socket, SocketRecv, SocketSend, SubSocket, ZmqMessage};

struct House(Scratch);

impl House {
    fn new() -> Self {
        Self(Scratch::new())
    }

    fn endpoints(&self) -> [String; 2] {
        ["out", "in"].map(|end| format!("ipc://{}", self.0.path(end).display()))
    }

    fn host(&self, name: &str) -> AppBuilder {
        let [publishes, takes] = self.endpoints();
        App::builder().process(name).provider("home", ZeroMq::host(&publishes, &takes))
    }

    fn peer(&self, name: &str) -> AppBuilder {
        let [publishes, takes] = self.endpoints();
        App::builder().process(name).provider("home", ZeroMq::connect(&publishes, &takes))
    }

    /// Somebody who speaks ZeroMQ, and nothing of ours: hears everything, and is heard.
    async fn stranger(&self) -> (SubSocket, PubSocket) {
        let [publishes, takes] = self.endpoints();
        let (mut heard, mut sent) = (SubSocket::new(), PubSocket::new());
        heard.connect(&publishes).await.unwrap();
        heard.subscribe("").await.unwrap();
        sent.connect(&takes).await.unwrap();
        // What is sent before the broker has asked for it is lost.
        loop {
            sent.send("{\"jsonrpc\": \"2.0\", \"method\": \"stranger\"}".into()).await.unwrap();
            let heard = tokio::time::timeout(Duration::from_millis(20), async {
                while !text(&heard.recv().await.unwrap()).contains("stranger") {}
            });
            if heard.await.is_ok() {
                break;
            }
        }
        (heard, sent)
    }
}

fn text(message: &ZmqMessage) -> String {
    String::from_utf8(message.get(0).unwrap().to_vec()).unwrap()
}

async fn start(builder: AppBuilder) -> App {
    let app = builder.start().await.unwrap();
    let handle = app.handle();
    let mut changes = handle.subscribe("provider_state");
    while handle.providers()[0].state != ProviderState::Connected {
        within(changes.next()).await.unwrap();
    }
    app
}

/// An event of which the order of the fields is declared.
#[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Opened {
    door: u32,
    by: String,
}

#[tokio::test]
async fn fields_go_and_come_by_their_places() {
    let house = House::new();
    let app = start(house.host("hall").route_event("opened", "home").route_event("rung", "home")).await;
    let (mut heard, mut sent) = house.stranger().await;
    let mut next = async |event: &str| loop {
        let message = text(&within(heard.recv()).await.unwrap());
        if message.contains(&format!("\"{event}\"")) {
            return message;
        }
    };
    app.handle().trigger(Opened { door: 3, by: "ada".to_owned() }).await.unwrap();
    assert!(next("opened").await.contains(r#""params":[3,"ada"]"#));
    // In the order of the type, whichever way they are written.
    app.handle().trigger_event("opened", args! { by: "bob", door: 4 }).await.unwrap();
    assert!(next("opened").await.contains(r#""params":[4,"bob"]"#));
    // Nobody declares this one.
    app.handle().trigger_event("rung", args! { times: 2, at: "door" }).await.unwrap();
    assert!(next("rung").await.contains(r#""params":[2,"door"]"#));

    let mut opened = app.handle().subscribe("opened");
    for params in [r#"[7, "eve"]"#, r#"{"by": "eve", "door": 7}"#] {
        let message = format!(r#"{{"jsonrpc": "2.0", "method": "opened", "params": {params}, "id": 1}}"#);
        sent.send(message.into()).await.unwrap();
        let event = within(opened.next()).await.unwrap();
        let event = event.field::<u32>("door").map(|door| (door, event.field::<String>("by").unwrap()));
        assert_eq!(event.unwrap(), (7, "eve".to_owned()));
    }
    let mut rung = app.handle().subscribe("rung");
    sent.send(r#"{"jsonrpc": "2.0", "method": "rung", "params": [5]}"#.into()).await.unwrap();
    let event = within(rung.next()).await.unwrap();
    assert_eq!(event.value().unwrap().as_list().unwrap()[0].as_u64(), Some(5), "nobody knows its name");
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_no_message_is_told_and_holds_up_nobody() {
    let log = Log::default();
    let _listening = log.listen();
    let house = House::new();
    let hall = start(house.host("hall").route_event("opened", "home")).await;
    let cellar = start(house.peer("cellar").route_event("opened", "home")).await;
    let (_heard, mut sent) = house.stranger().await;
    let deep = format!(r#"{{"method": "opened", "params": {}{}}}"#, "[".repeat(500), "]".repeat(500));
    let malformed = ["", "{", "[]", "7", r#"{"method": 7}"#, r#"{"method": "opened", "params": 7}"#, &deep];
    for message in malformed {
        sent.send(message.into()).await.unwrap();
    }
    let mut dice = Dice::new(7);
    for _ in 0..500 {
        let noise: Vec<u8> = (0..dice.roll(100)).map(|_| dice.roll(256) as u8).collect();
        sent.send(noise.into()).await.unwrap();
    }
    let mut several = ZmqMessage::from("one");
    several.push_back("two".into());
    sent.send(several).await.unwrap();
    sent.send(vec![b'x'; 2 * 1024 * 1024].into()).await.unwrap();
    // Others speak nothing of ZeroMQ at all.
    for end in ["in", "out"] {
        let mut stream = UnixStream::connect(house.0.path(end)).await.unwrap();
        let noise: Vec<u8> = (0..1_000).map(|_| dice.roll(256) as u8).collect();
        let _cut_off_meanwhile = stream.write_all(&noise).await;
    }
    let mut opened = cellar.handle().subscribe("opened");
    hall.handle().trigger(Opened { door: 1, by: "ada".to_owned() }).await.unwrap();
    assert_eq!(within(opened.next()).await.unwrap().field::<u32>("door").unwrap(), 1);
    // Each process says so.
    let told = |part: &str, number: usize| {
        let log = log.clone();
        let part = part.to_owned();
        async move {
            while log.count(&part) < number {
                tokio::task::yield_now().await;
            }
        }
    };
    within(told("a message cannot be read, and is lost", 2 * malformed.len())).await;
    within(told("a message was not passed on: at most 1048576 bytes are", 1)).await;
    cellar.shutdown().await.unwrap();
    hall.shutdown().await.unwrap();
}

async fn refusal(builder: AppBuilder) -> String {
    builder.route_event("opened", "home").start().await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_cannot_work_fails_the_start_with_its_reason() {
    let house = House::new();
    let [publishes, takes] = house.endpoints();
    let with =
        |publishes: &str, takes: &str| App::builder().provider("home", ZeroMq::connect(publishes, takes));
    let told = refusal(with("home.out", &takes)).await;
    assert!(told.contains("`home.out` is no endpoint of ZeroMQ; write `ipc://"), "{told}");
    let told = refusal(with(&publishes, "tcp://localhost")).await;
    assert!(told.contains("`tcp://localhost` is no endpoint"), "{told}");
    let told = refusal(with(&takes, &takes)).await;
    assert!(told.contains("cannot publish and take at one endpoint"), "{told}");
    let first = start(house.host("first")).await;
    let told = refusal(house.host("second")).await;
    assert!(told.contains("another process hosts a broker at"), "{told}");
    let mode = std::fs::metadata(house.0.path("in")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else may connect");
    first.shutdown().await.unwrap();
    assert!(
        !house.0.path("in").exists() && !house.0.path("out").exists(),
        "the files are gone with their host"
    );
    // What a broker has left that was killed is replaced; what is something else is not.
    drop(std::os::unix::net::UnixListener::bind(house.0.path("in")).unwrap());
    start(house.host("third")).await.shutdown().await.unwrap();
    std::fs::write(house.0.path("out"), "a letter").unwrap();
    let told = refusal(house.host("fourth")).await;
    assert!(told.contains("out` cannot be used"), "{told}");
    assert_eq!(std::fs::read_to_string(house.0.path("out")).unwrap(), "a letter");
}

#[tokio::test]
async fn a_file_says_who_hosts() {
    let house = House::new();
    let [publishes, takes] = house.endpoints();
    let process = |name: &str| {
        let text = format!(
            "looselycoupled:\n  process: {name}\n  providers: {{ home: {{ kind: zeromq, publishes: \"{publishes}\", takes: \"{takes}\", host: hall }} }}\n  routes: [ {{ event: opened, via: home }} ]\n"
        );
        App::builder().config(Config::parse(&text, "config.yaml").unwrap())
    };
    let hall = start(process("hall")).await;
    let cellar = start(process("cellar")).await;
    let mut opened = hall.handle().subscribe("opened");
    cellar.handle().trigger(Opened { door: 1, by: "ada".to_owned() }).await.unwrap();
    assert_eq!(within(opened.next()).await.unwrap().process(), Some("cellar"));
    cellar.shutdown().await.unwrap();
    hall.shutdown().await.unwrap();
    let wrong = "looselycoupled:\n  providers: { home: { kind: zeromq, url: \"x\" } }\n";
    let told =
        App::builder().config(Config::parse(wrong, "config.yaml").unwrap()).check().unwrap_err().to_string();
    assert!(told.contains("a provider of kind `zeromq` has no `url`"), "{told}");
}

#[tokio::test]
async fn ports_do_as_well() {
    // Whoever takes one of them in between makes this start fail, which says so.
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (publishes, takes) = (format!("tcp://{}", free()), format!("tcp://{}", free()));
    let routed = |app: AppBuilder| app.route_event("opened", "home");
    let hall = App::builder().process("hall").provider("home", ZeroMq::host(&publishes, &takes));
    let hall = start(routed(hall)).await;
    let cellar = App::builder().process("cellar").provider("home", ZeroMq::connect(&publishes, &takes));
    let cellar = start(routed(cellar)).await;
    let mut opened = cellar.handle().subscribe("opened");
    hall.handle().trigger(Opened { door: 1, by: "ada".to_owned() }).await.unwrap();
    assert_eq!(within(opened.next()).await.unwrap().field::<u32>("door").unwrap(), 1);
    cellar.shutdown().await.unwrap();
    hall.shutdown().await.unwrap();
}
