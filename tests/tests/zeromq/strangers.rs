//! Those who send what nobody understands, do not read, or say nothing: nobody else minds.

use looselycoupled::prelude::*;
use looselycoupled_tests::{Log, lost, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::stranger::{Stranger, framed, greeting, ready};
use crate::{House, end, provider, start};

/// A process with the broker, and one that hears what others send.
async fn two(house: &House) -> [App; 2] {
    let attic = start(house.host("attic").route_event("order", "home")).await;
    [attic, start(house.peer("cellar").route_event("order", "home")).await]
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_counted_and_the_rest_is_heard() {
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let apps = two(&house).await;
    let mut heard = apps[1].handle().subscribe("order");
    let mut other = Stranger::publisher(&house).await;
    let deep = format!(r#"{{"method": "order", "params": {}"#, "[".repeat(100_000));
    let bad: [&[u8]; 8] = [
        b"",
        b"\xff\xfe",
        b"hello",
        b"[1, 2]",
        deep.as_bytes(),
        br#"{"method": 5}"#,
        br#"{"method": "order", "params": 5}"#,
        br#"{"method": "order", "params": [1], "lc": {"headers": {"a": {}}}}"#,
    ];
    for (number, frame) in (0_u64..).zip(bad) {
        other.send(frame).await;
        other.send(format!(r#"{{"method": "order", "params": {{"number": {number}}}}}"#).as_bytes()).await;
        let event = within(heard.next()).await.unwrap();
        assert_eq!(event.field::<u64>("number").unwrap(), number);
        assert_eq!(provider(&apps[1]).refused, number + 1);
    }
    while provider(&apps[0]).refused < 8 {
        tokio::task::yield_now().await;
    }
    assert_eq!(log.count("something has come that cannot be read"), 2 * bad.len(), "by each process");
    end(apps).await;
}

#[tokio::test]
async fn what_is_too_long_or_has_several_parts_is_not_heard_and_the_next_is() {
    let house = House::new();
    let apps = two(&house).await;
    let mut heard = apps[1].handle().subscribe("order");
    let mut other = Stranger::publisher(&house).await;
    other.send(&vec![b' '; 5 * 1024 * 1024]).await;
    let mut parts = framed(br#"{"method": "order"}"#);
    parts[0] |= 1;
    parts.extend(framed(b"more"));
    other.0.write_all(&parts).await.unwrap();
    other.send(br#"{"method": "order", "params": {"number": 7}}"#).await;
    assert_eq!(within(heard.next()).await.unwrap().field::<u32>("number").unwrap(), 7);
    assert_eq!(provider(&apps[1]).refused, 1, "the long one has not left the broker");
    end(apps).await;
}

#[tokio::test]
async fn who_is_no_peer_is_cut_off_and_told_of() {
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let apps = two(&house).await;
    let mut guarded = greeting();
    guarded[12..17].copy_from_slice(b"PLAIN");
    let wrong: [(Vec<u8>, &str); 5] = [
        (b"GET / HTTP/1.1\r\nHost: home\r\n\r\n".to_vec(), "does not speak version 3"),
        (guarded, "wants the authentication `PLAIN`"),
        ([greeting(), ready("SUB")].concat(), "is a `SUB`, and this one a `SUB`"),
        ([greeting(), vec![0xff; 10]].concat(), "flags that do not exist"),
        ([greeting(), vec![6], (1_u64 << 60).to_be_bytes().to_vec()].concat(), "a command is too long"),
    ];
    for (bytes, words) in wrong {
        let mut stranger = UnixStream::connect(house.0.path("home.out")).await.unwrap();
        stranger.write_all(&bytes).await.unwrap();
        while log.count(words) == 0 {
            tokio::task::yield_now().await;
        }
    }
    let mut heard = apps[1].handle().subscribe("order");
    apps[0].handle().trigger_event("order", args! { number: 1 }).await.unwrap();
    within(heard.next()).await.unwrap();
    end(apps).await;
}

#[tokio::test]
async fn who_subscribes_to_a_part_hears_that_part() {
    let house = House::new();
    let apps = two(&house).await;
    let mut other = Stranger::subscriber(&house, r#"{"method":"o"#).await;
    let mut sender = Stranger::publisher(&house).await;
    let sending = async {
        loop {
            for name in ["bill", "order"] {
                sender.send(format!(r#"{{"method":"{name}"}}"#).as_bytes()).await;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let hearing = async {
        for _ in 0..3 {
            assert_eq!(other.next().await, br#"{"method":"order"}"#);
        }
    };
    tokio::select! {
        () = sending => {}
        () = hearing => {}
    }
    end(apps).await;
}

#[tokio::test]
async fn who_does_not_read_loses_what_comes_and_holds_up_nobody() {
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let apps = two(&house).await;
    let mut deaf = Stranger::subscriber(&house, "").await;
    deaf.next().await;
    let mut heard = apps[1].handle().subscribe("order");
    let text = "x".repeat(100_000);
    for number in 0..400_u32 {
        apps[0].handle().trigger_event("order", args! { number, text: text.clone() }).await.unwrap();
        let event = within(heard.next()).await.unwrap();
        assert_eq!(event.field::<u32>("number").unwrap(), number);
    }
    assert_eq!(log.count("a peer does not read"), 1);
    // When it reads again it hears what comes then.
    let sender = apps[0].handle();
    let reading = async {
        loop {
            let event = deaf.next_event().await;
            if event["params"]["number"] == 5_000 {
                break;
            }
        }
    };
    let sending = async {
        loop {
            sender.trigger_event("order", args! { number: 5_000 }).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(async {
        tokio::select! {
            () = reading => {}
            () = sending => {}
        }
    })
    .await;
    assert_eq!(log.count("a peer reads again, and has lost messages"), 1);
    end(apps).await;
}

#[tokio::test]
async fn who_subscribes_to_more_than_there_is_room_for_is_cut_off_and_told_of() {
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let apps = two(&house).await;
    let long = |length: usize| [&b"\x01"[..], &vec![b'x'; length]].concat();
    let many_short: Vec<_> = (0..1_025).map(|_| long(0)).collect();
    for (number, wishes) in
        (1..).zip([vec![long(65_536)], vec![long(2_000_000)], vec![long(10_000); 7], many_short])
    {
        let mut greedy = Stranger::subscriber(&house, "nothing").await;
        for wish in wishes {
            // It may be cut off before it has said the last one.
            let _cut_off = greedy.0.write_all(&framed(&wish)).await;
        }
        let _reset = within(greedy.0.read_to_end(&mut Vec::new())).await;
        within(async {
            while log.count("a peer was cut off: it subscribes to more than 65536 bytes") < number {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    // Who forgets what it no longer needs has room again.
    let mut modest = Stranger::subscriber(&house, r#"{"method":"order"#).await;
    let long = [b'x'; 40_000];
    for _ in 0..10 {
        for verb in [1, 0] {
            modest.send(&[&[verb][..], &long].concat()).await;
        }
    }
    let mut sender = Stranger::publisher(&house).await;
    let sending = async {
        loop {
            sender.send(br#"{"method":"order"}"#).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = sending => {}
        heard = modest.next() => assert_eq!(heard, br#"{"method":"order"}"#),
    }
    end(apps).await;
}

#[tokio::test]
async fn what_had_not_left_when_the_broker_went_is_told_in_number() {
    const EVENTS: u64 = 30;
    let (house, log) = (House::new(), Log::default());
    let _listening = log.listen();
    let [publishing, taking] =
        ["home.in", "home.out"].map(|name| UnixListener::bind(house.0.path(name)).unwrap());
    let broker = async {
        let mut publishes = Stranger(publishing.accept().await.unwrap().0).greeted("PUB").await;
        assert_eq!(publishes.next().await, b"\x01");
        let mut takes = Stranger(taking.accept().await.unwrap().0).greeted("SUB").await;
        takes.send(b"\x01").await;
        publishes.send(&takes.next().await).await;
        [publishes, takes]
    };
    let (app, [publishes, takes]) =
        tokio::join!(start(house.peer("cellar").route_event("order", "home")), broker);
    // More than fits into a connection.
    let text = "x".repeat(100_000);
    for _ in 0..EVENTS {
        app.handle().trigger_event("order", args! { text: &text }).await.unwrap();
    }
    within(async {
        while provider(&app).published < EVENTS {
            tokio::task::yield_now().await;
        }
    })
    .await;
    drop(publishes);
    let lost = lost(&app).await;
    let mut left = Vec::new();
    let Stranger(mut stream) = takes;
    within(stream.read_to_end(&mut left)).await.unwrap();
    let is_event = |frame: &&[u8]| frame.starts_with(br#""order""#);
    let heard = left.windows(7).filter(is_event).count() as u64;
    // Of the last one that was written there may be a part.
    assert!((EVENTS..=EVENTS + 1).contains(&(heard + lost)), "{heard} and {lost}");
    end([app]).await;
}
