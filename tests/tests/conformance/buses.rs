//! The providers under test.

use std::sync::atomic::{AtomicU32, Ordering};

use looselycoupled::prelude::*;
use looselycoupled::provider::{Capabilities, Capability, Local, Socket, ZeroMq};
use looselycoupled_tests::Scratch;

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

/// `ZeroMq` with a broker of our own.
pub struct OverZeroMq(Scratch);

impl OverZeroMq {
    fn addresses(&self) -> [String; 2] {
        ["bus.in", "bus.out"].map(|name| format!("ipc://{}", self.0.path(name).display()))
    }
}

impl Bus for OverZeroMq {
    const CLAIMS: Capabilities =
        Capabilities::NONE.with(Capability::Patterns).with(Capability::Headers).with(Capability::Order);
    const NEEDS_THE_FIRST: bool = true;

    fn new() -> Self {
        Self(Scratch::new())
    }

    fn first(&self, name: &str) -> AppBuilder {
        let [hears, sends] = self.addresses();
        App::builder().process(name).provider("bus", ZeroMq::host(&hears, &sends))
    }

    fn other(&self, name: &str) -> AppBuilder {
        let [hears, sends] = self.addresses();
        App::builder().process(name).provider("bus", ZeroMq::connect(&hears, &sends))
    }
}
