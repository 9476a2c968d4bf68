//! What every provider has to do, and what it has to do as soon as it claims that it can: one suite for all of them.
//!
//! A provider takes part by a [`Bus`]. Each test starts applications that stand for processes, the first of which hosts what the
//! others meet at, if there is such a thing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails its test")]

mod buses;
mod calls;
mod durable;
mod events;
mod parting;

use looselycoupled::prelude::*;
use looselycoupled::provider::{Capabilities, ProviderState};
use looselycoupled_tests::within;

/// A provider under test, by the name `bus`.
trait Bus: Sized {
    /// What it says that it can do.
    const CLAIMS: Capabilities;
    /// Whether the others are without connection while the first process is away.
    const NEEDS_THE_FIRST: bool;

    /// Whether there is what it needs.
    fn is_there() -> bool {
        true
    }

    /// One of its own for each test.
    fn new() -> Self;
    fn first(&self, name: &str) -> AppBuilder;
    fn other(&self, name: &str) -> AppBuilder;
}

/// Each line is a test of every bus.
macro_rules! suite {
    ($($bus:ident = $of:ty { $($room:ident::$test:ident,)* })*) => {
        $(
            mod $bus {
                $(
                    #[tokio::test]
                    async fn $test() {
                        if <$of as $crate::Bus>::is_there() {
                            looselycoupled_tests::within($crate::$room::$test::<$of>()).await;
                        }
                    }
                )*
            }
        )*
    };
}

macro_rules! every_bus {
    ($($bus:ident = $of:ty,)*) => {
        suite! {
            $($bus = $of {
                events::all_others_hear_it_with_all_its_values,
                events::those_of_one_sender_come_in_their_order,
                events::nobody_hears_its_own_twice,
                events::patterns_carry_what_they_match,
                events::headers_come_along,
                events::of_a_group_one_hears_each_until_it_leaves,
                events::what_is_too_much_is_told_and_holds_up_nothing,
                events::every_event_is_somewhere_in_the_counters,
                events::what_has_no_route_neither_leaves_nor_comes,
                calls::a_call_brings_back_what_came_of_it,
                calls::what_fails_there_is_told_here,
                calls::a_call_ends_by_its_deadline,
                calls::unknown_names_are_told,
                calls::a_circle_is_told_with_its_path,
                calls::who_no_longer_waits_is_known_there,
                calls::a_queued_task_is_done,
                durable::it_comes_over_a_restart_of_who_hears_it,
                durable::it_comes_over_a_restart_of_who_keeps_it,
                durable::a_group_shares_what_waits,
                durable::one_that_can_never_leave_is_a_dead_letter_and_holds_up_nobody,
                parting::what_it_cannot_do_is_refused_at_the_start,
                parting::what_was_accepted_before_the_end_arrives,
                parting::states_are_told_and_everything_is_there_again,
                parting::what_is_under_way_at_the_end_is_answered,
                parting::who_ends_is_sent_nothing_more_although_it_is_still_there,
                parting::nothing_comes_after_the_end,
            })*
        }
    };
}

every_bus! {
    local = crate::buses::InOneProcess,
    socket = crate::buses::AtASocket,
    amqp_at_artemis = crate::buses::ByAmqpAtArtemis,
    amqp_at_rabbitmq = crate::buses::ByAmqpAtRabbitMq,
    stomp_at_activemq = crate::buses::AtActiveMq,
    stomp_at_rabbitmq = crate::buses::AtRabbitMq,
    tls = crate::buses::AtAPort,
    zeromq = crate::buses::ByZeroMq,
    nsq = crate::buses::AtNsq,
}

/// Keeps what it hears, and does what it is told.
#[derive(Default)]
struct Ledger {
    lines: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} is too much")]
struct TooMuch(u32, #[source] std::fmt::Error);

#[module]
impl Ledger {
    #[on_event]
    fn on_order(&mut self, number: u32) {
        self.lines.push(number.to_string());
    }

    #[task]
    fn write(&mut self, number: u32) -> Result<usize, TooMuch> {
        if number > 1_000 {
            return Err(TooMuch(number, std::fmt::Error));
        }
        self.lines.push(number.to_string());
        Ok(self.lines.len())
    }

    #[task]
    fn lines(&self) -> Vec<String> {
        self.lines.clone()
    }

    #[task]
    fn burst(&self) {
        panic!("on purpose");
    }

    #[task]
    async fn slowly(&self, number: u32) -> u32 {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        number
    }

    #[task]
    async fn never(&self) {
        std::future::pending::<()>().await;
    }
}

/// A running application that is connected.
async fn start(builder: AppBuilder) -> App {
    let app = builder.start().await.unwrap();
    wait_for(&app, ProviderState::Connected).await;
    app
}

async fn wait_for(app: &App, state: ProviderState) {
    let handle = app.handle();
    let mut changes = handle.subscribe("provider_state");
    while handle.providers()[0].state != state {
        within(changes.next()).await.unwrap();
    }
}

/// In the opposite order: the first one is needed by the others.
async fn end(apps: impl IntoIterator<Item = App, IntoIter: DoubleEndedIterator>) {
    for app in apps.into_iter().rev() {
        app.shutdown().await.unwrap();
    }
}

/// What the ledger of a process has, once there is so much of it.
async fn lines(app: &App, number: usize) -> Vec<String> {
    loop {
        let reply = app.handle().exec_task("ledger.lines", args! {}).await.unwrap();
        let lines: Vec<String> = reply.get().unwrap();
        if lines.len() >= number {
            return lines;
        }
        tokio::task::yield_now().await;
    }
}

async fn order(app: &App, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        app.handle().trigger_event("order", args! { number }).await.unwrap();
    }
}

fn texts(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|number| number.to_string()).collect()
}
