//! One connection.

use std::sync::Arc;

use fe2o3_amqp::acceptor::sasl_acceptor::SaslServerFrame;
use fe2o3_amqp::acceptor::{
    ConnectionAcceptor, LinkAcceptor, LinkEndpoint, ListenerSessionHandle, SaslAcceptor, SessionAcceptor,
};
use fe2o3_amqp::link::{Receiver, Sender};
use fe2o3_amqp::types::definitions::{AmqpError, Error, Fields};
use fe2o3_amqp::types::messaging::{Body, Outcome, Rejected};
use fe2o3_amqp::types::primitives::{Array, Symbol, Value};
use fe2o3_amqp::types::sasl::{SaslCode, SaslInit, SaslOutcome, SaslResponse};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::store::{Ear, Store};

/// Addresses that begin so take nothing.
const REFUSED: &str = "refused";

/// Lets in whoever says nothing of himself, and `guest` with the password `guest`.
#[derive(Clone)]
struct Doorman;

impl SaslAcceptor for Doorman {
    fn mechanisms(&self) -> Array<Symbol> {
        Array::from(["ANONYMOUS", "PLAIN"].map(Symbol::from).to_vec())
    }

    fn on_init(&mut self, init: SaslInit) -> SaslServerFrame {
        let shown = init.initial_response.unwrap_or_default();
        let is_welcome = &*init.mechanism == "ANONYMOUS" || shown.ends_with(b"\0guest\0guest");
        let code = if is_welcome { SaslCode::Ok } else { SaslCode::Auth };
        SaslServerFrame::Outcome(SaslOutcome { code, additional_data: None })
    }

    fn on_response(&mut self, _response: SaslResponse) -> SaslServerFrame {
        SaslServerFrame::Outcome(SaslOutcome { code: SaslCode::Auth, additional_data: None })
    }
}

pub(super) async fn serve(stream: TcpStream, store: Arc<Store>) {
    let mut properties = Fields::new();
    properties.insert(Symbol::from("product"), Value::String("apache-activemq-artemis".to_owned()));
    let acceptor = ConnectionAcceptor::builder().container_id("model").properties(properties);
    let acceptor = acceptor.sasl_acceptor(Doorman).build();
    // Who does not come in has been told why.
    let Ok(mut connection) = acceptor.accept(stream).await else { return };
    let mut sessions = JoinSet::new();
    loop {
        let Some(incoming) = connection.next_incoming_session().await else { break };
        let session = SessionAcceptor::new().accept_incoming_session(incoming, &mut connection).await;
        if let Ok(session) = session {
            sessions.spawn(links(session, Arc::clone(&store)));
        }
    }
}

async fn links(mut session: ListenerSessionHandle, store: Arc<Store>) {
    let mut links = JoinSet::new();
    while let Some(attach) = session.next_incoming_attach().await {
        match LinkAcceptor::new().accept_incoming_attach(attach, &mut session).await {
            Ok(LinkEndpoint::Sender(sender)) => {
                links.spawn(hand_out(sender, Arc::clone(&store)));
            }
            Ok(LinkEndpoint::Receiver(receiver)) => {
                links.spawn(take_in(receiver, Arc::clone(&store)));
            }
            Err(_) => {}
        }
    }
}

fn because(words: String) -> Error {
    Error::new(AmqpError::InvalidField, Some(words), None)
}

async fn take_in(mut receiver: Receiver, store: Arc<Store>) {
    let target = receiver.target().as_ref().and_then(|target| target.address.clone());
    let Some(address) = target else { return };
    while let Ok(delivery) = receiver.recv::<Body<Value>>().await {
        let settled = if address.starts_with(REFUSED) {
            let error = Some(because("nothing is taken here".to_owned()));
            receiver.reject(&delivery, Rejected { error }.error).await
        } else {
            store.keep(&address, delivery.message());
            receiver.accept(&delivery).await
        };
        if settled.is_err() {
            return;
        }
    }
    let _gone = receiver.close().await;
}

async fn hand_out(mut sender: Sender, store: Arc<Store>) {
    let source = sender.source().as_ref().and_then(|source| source.address.clone());
    let ear = source.ok_or_else(|| "there is no address".to_owned()).and_then(|place| store.listen(&place));
    let ear: Ear = match ear {
        Ok(ear) => ear,
        Err(words) => {
            let _gone = sender.close_with_error(because(words)).await;
            return;
        }
    };
    let mut under_way = JoinSet::new();
    loop {
        let (mail, taken) = tokio::select! {
            _ended = sender.on_detach() => break,
            next = ear.next() => next,
        };
        let Ok(outcome) = sender.send_batchable(mail).await else { break };
        under_way.spawn(async move {
            match outcome.await {
                Ok(Outcome::Accepted(_) | Outcome::Rejected(_)) => taken.done_with(),
                Ok(Outcome::Released(_)) => taken.given_back(),
                // It has failed, or nobody knows.
                Ok(_) | Err(_) => drop(taken),
            }
        });
        while under_way.try_join_next().is_some() {}
    }
    let _gone = sender.close().await;
}
