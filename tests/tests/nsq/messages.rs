//! What becomes of messages: finished, touched, brought again, in the channels that they should be in.

use std::time::Instant;

use looselycoupled::provider::Via;
use looselycoupled_tests::nsqd::Settings;
use looselycoupled_tests::{Gate, Log, lost, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

#[tokio::test]
async fn each_subscription_has_the_channel_that_the_documentation_says() {
    let nsqd = Nsqd::start(0, None, Settings::default()).await.unwrap();
    let routes = [
        ("kitchen", Via::provider("nsq")),
        ("cellar", durable()),
        ("office-1", Via::provider("nsq").in_group("clerks")),
        ("office-2", durable().in_group("billing")),
    ];
    let mut apps = Vec::new();
    for (process, via) in routes {
        let app = at(&nsqd, process).route_event("order", via).start().await.unwrap();
        connected(&app).await;
        apps.push(app);
    }
    let names: Vec<_> = nsqd.channels("order").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["billing", "clerks#ephemeral", "process.cellar", "process.kitchen#ephemeral"]);
    for app in apps {
        app.shutdown().await.unwrap();
    }
    let left = async {
        while nsqd.channels("order").len() > 2 {
            tokio::task::yield_now().await;
        }
    };
    within(left).await;
    let names: Vec<_> = nsqd.channels("order").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["billing", "process.cellar"], "what is durable stays");
}

/// Handles when it may.
struct Slow(Gate, Journal);

#[module]
impl Slow {
    #[on_event(external = "the test sends it")]
    async fn on_order(&mut self, number: u32) {
        self.0.pass().await;
        self.1.note(number);
    }
}

#[tokio::test]
async fn who_works_longer_than_a_message_lasts_gets_it_once() {
    let timeout = Duration::from_millis(150);
    let nsqd = Nsqd::start(0, None, Settings { timeout, ..Settings::default() }).await.unwrap();
    let (gate, journal) = (Gate::new(), Journal::new());
    let slow = Slow(gate.clone(), journal.clone());
    let app = at(&nsqd, "kitchen").module("slow", slow).route_event("order", durable());
    let app = app.start().await.unwrap();
    connected(&app).await;
    app.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    let began = Instant::now();
    // Four times as long as the message would last.
    while began.elapsed() < 4 * timeout {
        tokio::time::sleep(timeout / 10).await;
    }
    gate.open();
    assert_eq!(noted(&journal, 1).await, ["1"]);
    let finished = async {
        while nsqd.channels("order") != [("process.kitchen".to_owned(), 0)] {
            tokio::task::yield_now().await;
        }
    };
    within(finished).await;
    assert_eq!(app.handle().providers()[0].repeated, 0, "it was touched meanwhile");
    app.shutdown().await.unwrap();
    assert_eq!(journal.lines(), ["1"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_does_not_come_again() {
    let nsqd = Nsqd::start(0, None, Settings::default()).await.unwrap();
    let journal = Journal::new();
    let cbor = App::builder().process("cbor").provider("nsq", Nsq::connect([nsqd.url()]).cbor());
    let cbor = cbor.route_event("order", durable()).start().await.unwrap();
    let json = at(&nsqd, "json").module("clerk", Clerk(journal.clone()));
    let json = json.route_event("order", durable()).start().await.unwrap();
    connected(&cbor).await;
    connected(&json).await;
    cbor.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    json.handle().trigger_event("order", args! { number: 2 }).await.unwrap();
    assert_eq!(noted(&journal, 1).await, ["2"]);
    let over = async {
        while nsqd.channels("order").iter().any(|(_, count)| *count > 0) {
            tokio::task::yield_now().await;
        }
    };
    within(over).await;
    for app in [cbor, json] {
        assert_eq!(app.handle().providers()[0].refused, 1);
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn of_several_nsqds_all_are_heard_and_the_first_that_is_there_is_sent_to() {
    let (one, two) = (
        Nsqd::start(0, None, Settings::default()).await.unwrap(),
        Nsqd::start(0, None, Settings::default()).await.unwrap(),
    );
    let journal = Journal::new();
    let urls = [one.url(), two.url()];
    let hears = App::builder().process("hears").provider("nsq", Nsq::connect(urls.clone()));
    let hears = hears.module("clerk", Clerk(journal.clone())).route_event("order", durable());
    let hears = hears.start().await.unwrap();
    let sends = App::builder().process("sends").provider("nsq", Nsq::connect(urls));
    let sends = sends.route_event("order", durable()).start().await.unwrap();
    let both = async {
        while [&one, &two].iter().any(|nsqd| nsqd.channels("order").len() < 2) {
            tokio::task::yield_now().await;
        }
    };
    within(both).await;
    connected(&sends).await;
    sends.handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    assert_eq!(noted(&journal, 1).await, ["1"]);
    one.stop().await;
    // Until it is known that the first one is gone, nothing is confirmed.
    while sends.handle().trigger_event("order", args! { number: 2 }).await.is_err() {}
    assert!(noted(&journal, 2).await[1].starts_with('2'));
    for app in [hears, sends] {
        app.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn one_of_several_nsqds_that_is_away_is_told_once() {
    let log = Log::default();
    let _listening = log.listen();
    let one = Nsqd::start(0, None, Settings::default()).await.unwrap();
    let away = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let urls = [one.url(), format!("tcp://{}", away.local_addr().unwrap())];
    let app = App::builder().process("hall").provider("nsq", Nsq::connect(urls)).route_event("order", "nsq");
    let app = app.start().await.unwrap();
    connected(&app).await;
    for _ in 0..5 {
        drop(within(away.accept()).await.unwrap());
    }
    assert_eq!(log.count("one of several nsqds is away"), 1, "{}", log.text());
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_nsqd_that_says_nothing_any_more_is_gone() {
    tokio::time::pause();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let app = App::builder().provider("nsq", Nsq::connect([url])).start().await.unwrap();
    let (mut nsqd, _) = listener.accept().await.unwrap();
    let mut greeting = [0; 13];
    nsqd.read_exact(&mut greeting).await.unwrap();
    assert_eq!(greeting, *b"  V2IDENTIFY\n");
    // As one answers that knows of no negotiation, and then no heart-beat comes.
    nsqd.write_all(b"\0\0\0\x06\0\0\0\0OK").await.unwrap();
    connected(&app).await;
    let since = tokio::time::Instant::now();
    wait_for(&app, ProviderState::Connecting).await;
    let waited = since.elapsed();
    assert!(waited >= Duration::from_secs(5) && waited < Duration::from_secs(7), "{waited:?}");
    let reason = app.handle().providers()[0].reason.clone();
    assert!(reason.contains("nsqd says nothing"), "{reason}");
    drop(listener);
    app.shutdown().await.unwrap();
}

/// Answers all but what is published.
async fn never_confirms(mut stream: TcpStream) {
    let mut told = Vec::new();
    let mut answered = 0;
    while stream.read_buf(&mut told).await.is_ok_and(|length| length > 0) {
        let asked = [&b"IDENTIFY"[..], b"SUB "];
        let is_there = |asked: &&[u8]| told.windows(asked.len()).any(|part| part == *asked);
        while answered < asked.into_iter().filter(|asked| is_there(asked)).count() {
            stream.write_all(b"\0\0\0\x06\0\0\0\0OK").await.unwrap();
            answered += 1;
        }
    }
}

/// The connection for what leaves comes first, then that of the one channel.
async fn what_is_lost_if_one_connection_ends(which: usize) {
    let log = Log::default();
    let _listening = log.listen();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let app = App::builder().provider("nsq", Nsq::connect([url])).route_event("order", "nsq");
    let nsqd = async {
        let mut guests = Vec::new();
        for _ in 0..2 {
            guests.push(tokio::spawn(never_confirms(listener.accept().await.unwrap().0)));
        }
        guests
    };
    let (app, guests) = tokio::join!(app.start(), nsqd);
    let app = app.unwrap();
    connected(&app).await;
    for number in 0..5_u32 {
        app.handle().trigger_event("order", args! { number }).await.unwrap();
    }
    within(async {
        while app.handle().providers()[0].published < 5 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    guests[which].abort();
    assert_eq!(lost(&app).await, 5);
    assert!(log.text().contains("lost=5"), "{}", log.text());
    drop(listener);
    app.shutdown().await.unwrap();
    guests.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn what_nsqd_had_not_confirmed_when_it_went_is_told_in_number() {
    what_is_lost_if_one_connection_ends(0).await;
}

#[tokio::test]
async fn what_nsqd_had_not_confirmed_is_told_although_another_connection_ended() {
    what_is_lost_if_one_connection_ends(1).await;
}
