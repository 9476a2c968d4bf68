//! A broker at a port: TLS, and a token.

use std::net::{Ipv6Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;

use looselycoupled::__private::wire::{Frame, FrameCodec, FrameHeaders, HANDSHAKE_LIMIT, Kind};
use looselycoupled::prelude::*;
use looselycoupled::provider::{ProviderState, Socket};
use looselycoupled_tests::certificates::connect_to;
use looselycoupled_tests::{Dice, Log, Scratch, free_port, within};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_util::codec::{Decoder, Encoder};

use crate::{Pump, config, liters, start, wait_for};

const TOKEN: &str = "a secret between the two";

/// Where a broker is, and what it shows.
struct Port {
    files: Scratch,
    number: u16,
}

impl Port {
    fn new() -> Self {
        Self::with(&CertificateParams::new(["localhost".to_owned()]).unwrap())
    }

    fn with(params: &CertificateParams) -> Self {
        let port = Self { files: Scratch::new(), number: free_port() };
        let key = KeyPair::generate().unwrap();
        let certificate = params.clone().self_signed(&key).unwrap();
        std::fs::write(port.certificate(), certificate.pem()).unwrap();
        std::fs::write(port.key(), key.serialize_pem()).unwrap();
        port
    }

    fn url(&self) -> String {
        format!("tcp://localhost:{}", self.number)
    }

    /// A stranger, who trusts the certificate.
    async fn stranger(&self) -> TlsStream<TcpStream> {
        let trusted = CertificateDer::from_pem_file(self.certificate()).unwrap();
        connect_to("localhost", ([127, 0, 0, 1], self.number).into(), &trusted).await.unwrap()
    }

    fn certificate(&self) -> PathBuf {
        self.files.path("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.files.path("key.pem")
    }

    fn host(&self) -> Socket {
        Socket::host(&self.url()).certificate(self.certificate(), self.key()).token(TOKEN)
    }

    fn peer(&self) -> Socket {
        Socket::connect(&self.url()).authority(self.certificate()).token(TOKEN)
    }
}

fn process(name: &str, socket: Socket) -> AppBuilder {
    App::builder().process(name).provider("home", socket).route_module("pump", "home")
}

/// Why a peer does not get in.
async fn reason(socket: Socket) -> String {
    let app = process("kitchen", socket).start().await.unwrap();
    let handle = app.handle();
    let mut states = handle.subscribe("provider_state");
    let reason = loop {
        let provider = handle.providers()[0].clone();
        assert_ne!(provider.state, ProviderState::Connected);
        if !provider.reason.is_empty() {
            break provider.reason;
        }
        within(states.next()).await.unwrap();
    };
    let error = liters(&handle).await.unwrap_err();
    assert!(
        matches!(error, CallError::Unreachable { .. }) && !format!("{error:?}").contains(TOKEN),
        "{error}"
    );
    app.shutdown().await.unwrap();
    reason
}

#[tokio::test]
async fn who_has_the_token_and_trusts_the_certificate_is_let_in_and_nobody_else() {
    let port = Port::new();
    let attic = start(process("attic", port.host()).module("pump", Pump::default())).await;
    let told = reason(port.peer().token("another secret, not that")).await;
    assert!(told.contains("the token is not the broker's"), "{told}");
    let stranger = Port::new();
    let told = reason(port.peer().authority(stranger.certificate())).await;
    assert!(told.contains("is not trusted") && told.contains("certificate"), "{told}");
    let by_number = Socket::connect(&format!("tcp://127.0.0.1:{}", port.number));
    let told = reason(by_number.authority(port.certificate()).token(TOKEN)).await;
    assert!(told.contains("is not trusted") && told.contains("127.0.0.1"), "{told}");
    let kitchen = start(process("kitchen", port.peer())).await;
    assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_speaks_tls_and_shows_no_token_or_sends_no_frame_is_not_let_in() {
    let port = Port::new();
    let attic = start(process("attic", port.host()).module("pump", Pump::default())).await;
    let kitchen = start(process("kitchen", port.peer())).await;
    let hello = |headers: &[(&str, &str)]| {
        let mut all = FrameHeaders::new();
        headers.iter().for_each(|(name, text)| all.push(name, text).unwrap());
        let mut bytes = bytes::BytesMut::new();
        let hello = Frame::new(Kind::Hello, 0).named("thief").with_headers(all);
        FrameCodec::new(HANDSHAKE_LIMIT).encode(&hello, &mut bytes).unwrap();
        bytes.to_vec()
    };
    for (sent, answer) in [
        (hello(&[("version", "1")]), Some("the token is not the broker's")),
        (hello(&[("version", "1"), ("token", "")]), Some("the token is not the broker's")),
        (hello(&[]), Some("version")),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), None),
        (vec![0xff; 5_000], None),
    ] {
        let mut stranger = port.stranger().await;
        stranger.write_all(&sent).await.unwrap();
        let mut said = Vec::new();
        let _cut_off = within(stranger.read_to_end(&mut said)).await;
        let frame = FrameCodec::new(HANDSHAKE_LIMIT).decode(&mut said[..].into()).unwrap();
        if let Some(words) = answer {
            let frame = frame.unwrap();
            assert_eq!(frame.kind, Kind::Refused);
            assert!(String::from_utf8_lossy(&frame.body).contains(words), "{:?}", frame.body);
        } else {
            assert!(frame.is_none_or(|frame| frame.kind == Kind::Refused));
        }
        assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    }
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_shows_no_certificate_is_told_no_token() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut port = Port::new();
    port.number = listener.local_addr().unwrap().port();
    let plain = tokio::spawn(async move {
        let mut heard = Vec::new();
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"hello\n").await.unwrap();
        let _reset = stream.read_to_end(&mut heard).await;
        heard
    });
    let told = reason(port.peer()).await;
    assert!(told.contains("is not trusted"), "{told}");
    let heard = within(plain).await.unwrap();
    assert!(!heard.windows(TOKEN.len()).any(|bytes| bytes == TOKEN.as_bytes()));
}

#[tokio::test]
async fn addresses_may_be_of_version_6() {
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
        println!("SKIPPED: there is no `::1` on this machine");
        return;
    };
    let mut port = Port::with(&CertificateParams::new(["::1".to_owned()]).unwrap());
    port.number = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("tcp://[::1]:{}", port.number);
    let host = Socket::host(&url).certificate(port.certificate(), port.key()).token(TOKEN);
    let attic = start(process("attic", host).module("pump", Pump::default())).await;
    let peer = Socket::connect(&url).authority(port.certificate()).token(TOKEN);
    let kitchen = start(process("kitchen", peer)).await;
    assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_key_or_a_token_that_others_may_read_is_told() {
    static TOLD: OnceLock<Log> = OnceLock::new();
    let log = TOLD.get_or_init(Log::default).clone();
    let _listening = log.listen();
    let port = Port::new();
    let token = port.files.path("token");
    std::fs::write(&token, TOKEN).unwrap();
    let start_with = async |mode: u32| {
        for file in [port.key(), token.clone()] {
            std::fs::set_permissions(file, PermissionsExt::from_mode(mode)).unwrap();
        }
        let host = Socket::host(&port.url()).certificate(port.certificate(), port.key()).token_file(&token);
        start(process("attic", host)).await.shutdown().await.unwrap();
    };
    start_with(0o600).await;
    assert!(!log.text().contains("chmod"), "{}", log.text());
    start_with(0o644).await;
    for file in [port.key(), token.clone()] {
        let told = format!("`{0}` can be read by others than its owner: `chmod 600 {0}`", file.display());
        assert!(log.text().contains(&told), "{}", log.text());
    }
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_not_trusted() {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2020, 2, 1);
    let port = Port::with(&params);
    let attic = start(process("attic", port.host()).module("pump", Pump::default())).await;
    let told = reason(port.peer()).await;
    assert!(told.contains("is not trusted") && told.to_lowercase().contains("expired"), "{told}");
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_long_comes_whole_both_ways() {
    let port = Port::new();
    let attic = start(process("attic", port.host()).route_event("book", "home")).await;
    let kitchen = start(process("kitchen", port.peer()).route_event("book", "home")).await;
    for (sender, receiver) in [(&attic, &kitchen), (&kitchen, &attic)] {
        let mut heard = receiver.handle().subscribe("book");
        // More than fits into the buffers of the system, and less than what may wait.
        for number in 0..12_u32 {
            let text = format!("{number:06}").repeat(100_000);
            sender.handle().trigger_event("book", args! { text }).await.unwrap();
        }
        for number in 0..12_u32 {
            let text: String = within(heard.next()).await.unwrap().field("text").unwrap();
            assert!(text.len() == 600_000 && text.ends_with(&format!("{number:06}")));
        }
    }
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_nothing_of_tls_ends_its_connection_and_no_other() {
    let port = Port::new();
    let attic = start(process("attic", port.host()).module("pump", Pump::default())).await;
    let kitchen = start(process("kitchen", port.peer())).await;
    let mut dice = Dice::new(9);
    // Some say nothing, and keep their connection.
    let mut silent = Vec::new();
    for round in 0..100 {
        let mut stream = TcpStream::connect(("localhost", port.number)).await.unwrap();
        if round % 10 == 0 {
            silent.push(stream);
            continue;
        }
        let noise: Vec<u8> = (0..dice.roll(300)).map(|_| dice.roll(256) as u8).collect();
        let _cut_off_meanwhile = stream.write_all(&noise).await;
        let _half = stream.shutdown().await;
        let mut rest = Vec::new();
        let _reset = within(stream.read_to_end(&mut rest)).await;
        assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    }
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_missing_or_too_much_fails_the_start_with_the_way_out() {
    let port = Port::new();
    let refusal = async |socket: Socket| process("kitchen", socket).start().await.unwrap_err().to_string();
    let told = refusal(Socket::connect(&port.url()).token(TOKEN)).await;
    assert!(told.contains("is reached by TLS, which takes an `authority_file`"), "{told}");
    let told = refusal(Socket::connect(&port.url()).authority(port.certificate())).await;
    assert!(told.contains("lets nobody in without a `token`"), "{told}");
    let told = refusal(port.peer().token("short")).await;
    assert!(told.contains("has 5 bytes; it takes 16 to 1024"), "{told}");
    let told = refusal(Socket::host(&port.url()).token(TOKEN)).await;
    assert!(told.contains("which takes a `certificate_file` and a `key_file`"), "{told}");
    let told = refusal(Socket::host(&port.url()).token(TOKEN).certificate(port.key(), port.key())).await;
    assert!(told.contains("key.pem` cannot be used: there is no certificate in it"), "{told}");
    let told = refusal(port.peer().authority("nowhere.pem")).await;
    assert!(told.contains("`nowhere.pem` cannot be used"), "{told}");
    let told = refusal(Socket::connect("unix:home.sock").token(TOKEN)).await;
    assert!(told.contains("a token means nothing to who connects at `home.sock`"), "{told}");
    let told = refusal(port.peer().certificate(port.certificate(), port.key())).await;
    assert!(told.contains("a certificate means nothing to who connects"), "{told}");
}

#[tokio::test]
async fn the_token_is_shown_nowhere() {
    static TOLD: OnceLock<Log> = OnceLock::new();
    let log = TOLD.get_or_init(Log::default).clone();
    let _listening = log.listen();
    let port = Port::new();
    let shown = format!("{:?} {:?}", port.host(), port.peer());
    let attic = start(process("attic", port.host())).await;
    let wrong = port.peer().token("wrong, and 16 or more");
    let told = reason(wrong).await;
    let kitchen = start(process("kitchen", port.peer())).await;
    let described = kitchen.handle().describe().to_json();
    kitchen.shutdown().await.unwrap();
    attic.shutdown().await.unwrap();
    for text in [shown, told, described, log.text()] {
        assert!(!text.contains(TOKEN) && !text.contains("wrong, and 16"), "{text}");
    }
}

#[tokio::test]
async fn a_file_says_all_of_it() {
    let port = Port::new();
    std::fs::write(port.files.path("token"), format!("{TOKEN}\n")).unwrap();
    let text = |process: &str| {
        let file = |name: &str| port.files.path(name).display().to_string();
        config(&format!(
            "looselycoupled:\n  process: {process}\n  providers:\n    home:\n      kind: socket\n      url: {}\n      host: attic\n      token_file: {}\n      authority_file: {}\n      certificate_file: {}\n      key_file: {}\n  routes: [ {{ module: pump, via: home }} ]\n",
            port.url(),
            file("token"),
            file("certificate.pem"),
            file("certificate.pem"),
            file("key.pem"),
        ))
    };
    let attic = start(App::builder().config(text("attic")).module("pump", Pump::default())).await;
    let kitchen = start(App::builder().config(text("kitchen"))).await;
    assert_eq!(liters(&kitchen.handle()).await.unwrap(), 0);
    attic.shutdown().await.unwrap();
    wait_for(&kitchen, ProviderState::Connecting).await;
    kitchen.shutdown().await.unwrap();
}
