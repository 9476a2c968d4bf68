//! What an event costs by way of a broker, beside a client that does nothing but that.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --features brokers --bin brokers` starts RabbitMQ, ActiveMQ and an nsqd of our own; the first two have to be
//! installed. Raw are a sender and a receiver of one protocol: of AMQP 1.0 with the crate `fe2o3-amqp`, of STOMP and NSQ with the bytes that have to be
//! written and read. They do the same work: their messages have the same headers, and whoever sends hears what it has sent, as everybody does who has the
//! route, and leaves it. Sender and receiver are in one process, raw and ours; they take turns, and printed are medians and the ratio of costs.

mod amqp;
mod nsq;
mod ours;
mod stomp;

use std::future::Future;
use std::time::{Duration, Instant};

use looselycoupled::provider::{Amqp, AmqpAddresses, Nsq, Stomp, StompAddresses};
use looselycoupled_tests::nsqd::{Nsqd, Settings};
use looselycoupled_tests::{Broker, are_brokers_there};

const TURNS: usize = 5;
/// Events that are sent one after the other, each when the one before has been heard.
const ALONE: u32 = 500;
/// Events that are sent as fast as they are heard, so many ahead.
const MANY: u32 = 20_000;
const AHEAD: u32 = 1_000;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What our messages say beside their content.
const HEADERS: [(&str, &str); 5] = [
    ("lc-transaction", "20261123-091500-000042"),
    ("lc-priority", "normal"),
    ("lc-source", "sender"),
    ("lc-depth", "0"),
    ("lc-event", "ticked"),
];

/// Somebody who sends numbers, and hears them.
trait Pair: Sized {
    /// Sends one. Ready when it is on its way.
    fn send(&mut self, number: u32) -> impl Future<Output = Result<(), Failure>>;
    /// Ready when so many have been heard.
    fn heard(&mut self, count: u32) -> impl Future<Output = Result<(), Failure>>;
}

/// The time of one event that goes alone, and of one among many.
async fn measure(mut pair: impl Pair) -> Result<[Duration; 2], Failure> {
    for number in 0..100 {
        pair.send(number).await?;
        pair.heard(number + 1).await?;
    }
    let mut sent = 100;
    let begun = Instant::now();
    for _ in 0..ALONE {
        pair.send(sent).await?;
        sent += 1;
        pair.heard(sent).await?;
    }
    let alone = begun.elapsed() / ALONE;
    let begun = Instant::now();
    for number in 0..MANY {
        pair.send(sent).await?;
        sent += 1;
        if number >= AHEAD {
            pair.heard(sent - AHEAD).await?;
        }
    }
    pair.heard(sent).await?;
    Ok([alone, begun.elapsed() / MANY])
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

/// Lets both take turns.
async fn beside<R: Pair, O: Pair>(
    name: &str,
    mut raw: impl AsyncFnMut() -> Result<R, Failure>,
    mut ours: impl AsyncFnMut() -> Result<O, Failure>,
) -> Result<(), Failure> {
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..TURNS {
        let [raw, ours] = [measure(raw().await?).await?, measure(ours().await?).await?];
        for (times, time) in times.iter_mut().zip(raw.into_iter().chain(ours)) {
            times.push(time);
        }
    }
    let [raw_alone, raw_many, alone, many] = times.map(median);
    println!(
        "{name:<22}{raw_alone:>10.1}{alone:>10.1}{:>8.2}x{raw_many:>12.1}{many:>10.1}{:>8.2}x",
        alone / raw_alone,
        many / raw_many
    );
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    println!("microseconds for one event; alone from sending to hearing, and among {MANY}, {AHEAD} ahead");
    println!("{:<22}{:>10}{:>10}{:>9}{:>12}{:>10}{:>9}", "", "raw alone", "ours", "", "raw many", "ours", "");
    let nsqd = Nsqd::start(0, None, Settings::default()).await?;
    let url = nsqd.url();
    beside(
        "NSQ, nsqd of our own",
        async || nsq::Raw::at(&url).await,
        async || ours::at(|| Nsq::connect([&*url])).await,
    )
    .await?;
    if !are_brokers_there() {
        return Ok(());
    }
    let active = Broker::activemq();
    let url = active.stomp_url();
    let ours = || Stomp::connect(&url).addresses(StompAddresses::ActiveMq);
    let raw = async || stomp::Raw::at(active.stomp_port(), "/topic/VirtualTopic.ticked").await;
    beside("STOMP, ActiveMQ", raw, async || ours::at(ours).await).await?;
    let rabbit = Broker::rabbitmq();
    let url = rabbit.stomp_url();
    let ours = || Stomp::connect(&url).user("guest").password("guest");
    let raw = async || stomp::Raw::at(rabbit.stomp_port(), "/topic/ticked").await;
    beside("STOMP, RabbitMQ", raw, async || ours::at(ours).await).await?;
    let url = rabbit.amqp_url();
    let ours = || Amqp::connect(&url).addresses(AmqpAddresses::RabbitMq).user("guest").password("guest");
    beside("AMQP 1.0, RabbitMQ", async || amqp::Raw::at(&url).await, async || ours::at(ours).await).await
}
