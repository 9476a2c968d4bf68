//! The providers under test.

use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::{
    Amqp, AmqpAddresses, Capabilities, Capability, Local, Nsq, Socket, Stomp, StompAddresses, ZeroMq,
};
use looselycoupled_tests::artemis::Artemis;
use looselycoupled_tests::nsqd::{Nsqd, Settings};
use looselycoupled_tests::{Broker, Scratch, are_brokers_there, free_port};

use crate::Bus;

/// `Local`.
pub struct InOneProcess(String);

impl Bus for InOneProcess {
    const CLAIMS: Capabilities = Capabilities::ALL.without(Capability::Durable);
    const NEEDS_THE_FIRST: bool = false;

    fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        Self(format!("conformance {}", LAST.fetch_add(1, Ordering::Relaxed)))
    }

    fn first(&self, name: &str) -> AppBuilder {
        self.other(name)
    }

    fn other(&self, name: &str) -> AppBuilder {
        App::builder().process(name).provider("bus", Local::connect(&self.0))
    }
}

/// `Socket` at a Unix socket, with a journal.
pub struct AtASocket(Scratch);

impl AtASocket {
    fn url(&self) -> String {
        format!("unix:{}", self.0.path("bus.sock").display())
    }
}

impl Bus for AtASocket {
    const CLAIMS: Capabilities = Capabilities::ALL;
    const NEEDS_THE_FIRST: bool = true;

    fn new() -> Self {
        Self(Scratch::new())
    }

    fn first(&self, name: &str) -> AppBuilder {
        let host = Socket::host(&self.url()).journal(self.0.path("bus.journal"));
        App::builder().process(name).provider("bus", host)
    }

    fn other(&self, name: &str) -> AppBuilder {
        App::builder().process(name).provider("bus", Socket::connect(&self.url()))
    }
}

/// `ZeroMq` at files.
pub struct ByZeroMq(Scratch);

impl ByZeroMq {
    fn endpoints(&self) -> [String; 2] {
        ["out", "in"].map(|end| format!("ipc://{}", self.0.path(end).display()))
    }
}

impl Bus for ByZeroMq {
    const CLAIMS: Capabilities =
        Capabilities::NONE.with(Capability::Patterns).with(Capability::Headers).with(Capability::Order);
    const NEEDS_THE_FIRST: bool = true;

    fn new() -> Self {
        Self(Scratch::new())
    }

    fn first(&self, name: &str) -> AppBuilder {
        let [publishes, takes] = self.endpoints();
        App::builder().process(name).provider("bus", ZeroMq::host(&publishes, &takes))
    }

    fn other(&self, name: &str) -> AppBuilder {
        let [publishes, takes] = self.endpoints();
        App::builder().process(name).provider("bus", ZeroMq::connect(&publishes, &takes))
    }
}

/// `Nsq`, at an nsqd that runs in a thread of its own.
pub struct AtNsq {
    url: String,
    _running: Running,
}

/// Dropped, the thread ends.
struct Running(Option<tokio::sync::oneshot::Sender<()>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.take().map(|ends| ends.send(()));
    }
}

impl Bus for AtNsq {
    const CLAIMS: Capabilities =
        Capabilities::NONE.with(Capability::Headers).with(Capability::Groups).with(Capability::Durable);
    const NEEDS_THE_FIRST: bool = false;

    fn new() -> Self {
        let (ends, ended) = tokio::sync::oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let nsqd = Nsqd::start(0, None, Settings::default()).await.unwrap();
                tell.send(nsqd.url()).unwrap();
                let _when_it_is_dropped = ended.await;
            });
        });
        Self { url: told.recv().unwrap(), _running: Running(Some(ends)) }
    }

    fn first(&self, name: &str) -> AppBuilder {
        self.other(name)
    }

    fn other(&self, name: &str) -> AppBuilder {
        App::builder().process(name).provider("bus", Nsq::connect([&*self.url]))
    }
}

/// `Socket` at a port, by TLS.
pub struct AtAPort {
    files: Scratch,
    url: String,
}

const TOKEN: &str = "what both sides know";

impl Bus for AtAPort {
    const CLAIMS: Capabilities = Capabilities::ALL;
    const NEEDS_THE_FIRST: bool = true;

    fn new() -> Self {
        let files = Scratch::new();
        let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(files.path("certificate.pem"), pair.cert.pem()).unwrap();
        std::fs::write(files.path("key.pem"), pair.signing_key.serialize_pem()).unwrap();
        Self { files, url: format!("tcp://localhost:{}", free_port()) }
    }

    fn first(&self, name: &str) -> AppBuilder {
        let host = Socket::host(&self.url).journal(self.files.path("bus.journal"));
        let host = host.certificate(self.files.path("certificate.pem"), self.files.path("key.pem"));
        App::builder().process(name).provider("bus", host.token(TOKEN))
    }

    fn other(&self, name: &str) -> AppBuilder {
        let other = Socket::connect(&self.url).authority(self.files.path("certificate.pem"));
        App::builder().process(name).provider("bus", other.token(TOKEN))
    }
}

const AT_BROKERS: Capabilities = Capabilities::NONE
    .with(Capability::Headers)
    .with(Capability::Order)
    .with(Capability::Groups)
    .with(Capability::Durable);

/// `Stomp` at RabbitMQ.
pub struct AtRabbitMq {
    broker: &'static Broker,
    host: String,
}

impl Bus for AtRabbitMq {
    const CLAIMS: Capabilities = AT_BROKERS;
    const NEEDS_THE_FIRST: bool = false;

    fn is_there() -> bool {
        are_brokers_there()
    }

    fn new() -> Self {
        let (broker, host) = Broker::shared_rabbitmq();
        Self { broker, host }
    }

    fn first(&self, name: &str) -> AppBuilder {
        self.other(name)
    }

    fn other(&self, name: &str) -> AppBuilder {
        let stomp = Stomp::connect(&self.broker.stomp_url()).user("guest").password("guest");
        App::builder().process(name).provider("bus", stomp.virtual_host(&self.host))
    }
}

/// `Stomp` at ActiveMQ.
pub struct AtActiveMq(Broker);

impl Bus for AtActiveMq {
    const CLAIMS: Capabilities = AT_BROKERS;
    const NEEDS_THE_FIRST: bool = false;

    fn is_there() -> bool {
        are_brokers_there()
    }

    fn new() -> Self {
        Self(Broker::activemq())
    }

    fn first(&self, name: &str) -> AppBuilder {
        self.other(name)
    }

    fn other(&self, name: &str) -> AppBuilder {
        let stomp = Stomp::connect(&self.0.stomp_url()).addresses(StompAddresses::ActiveMq);
        App::builder().process(name).provider("bus", stomp)
    }
}

/// `Amqp` at RabbitMQ.
pub struct ByAmqpAtRabbitMq {
    broker: &'static Broker,
    host: String,
}

impl Bus for ByAmqpAtRabbitMq {
    const CLAIMS: Capabilities = AT_BROKERS;
    const NEEDS_THE_FIRST: bool = false;

    fn is_there() -> bool {
        are_brokers_there()
    }

    fn new() -> Self {
        let (broker, host) = Broker::shared_rabbitmq();
        Self { broker, host }
    }

    fn first(&self, name: &str) -> AppBuilder {
        self.other(name)
    }

    fn other(&self, name: &str) -> AppBuilder {
        let amqp = Amqp::connect(&self.broker.amqp_url()).addresses(AmqpAddresses::RabbitMq);
        let amqp = amqp.user("guest").password("guest").virtual_host(&self.host);
        App::builder().process(name).provider("bus", amqp)
    }
}

/// `Amqp` at a model of Artemis.
pub struct ByAmqpAtArtemis(Artemis);

impl Bus for ByAmqpAtArtemis {
    const CLAIMS: Capabilities = AT_BROKERS;
    const NEEDS_THE_FIRST: bool = false;

    fn new() -> Self {
        Self(Artemis::start())
    }

    fn first(&self, name: &str) -> AppBuilder {
        self.other(name)
    }

    fn other(&self, name: &str) -> AppBuilder {
        App::builder().process(name).provider("bus", Amqp::connect(&self.0.url()))
    }
}
