//! AMQP 1.0 with the crate `fe2o3-amqp`, at RabbitMQ.

use fe2o3_amqp::link::receiver::CreditMode;
use fe2o3_amqp::types::definitions::SenderSettleMode;
use fe2o3_amqp::types::messaging::{ApplicationProperties, Data, Header, Message};
use fe2o3_amqp::types::primitives::{Binary, SimpleValue};
use fe2o3_amqp::{Connection, Delivery, Receiver, Sender, Session, connection, session};

use tokio_util::task::AbortOnDropHandle;

use super::{Failure, HEADERS, Pair};

const CREDIT: u32 = 256;

pub struct Raw {
    sender: Sender,
    hearing: Hearing,
    heard: u32,
    _echoes: AbortOnDropHandle<()>,
    _ends: [(connection::ConnectionHandle<()>, session::SessionHandle<()>); 2],
}

struct Hearing {
    receiver: Receiver,
    credit: u32,
}

impl Hearing {
    async fn attach(session: &mut session::SessionHandle<()>) -> Result<Self, Failure> {
        let receiver = Receiver::builder().name("hears").source("/topic/ticked").auto_accept(false);
        let receiver = receiver.sender_settle_mode(SenderSettleMode::Settled).credit_mode(CreditMode::Manual);
        Ok(Self { receiver: receiver.attach(session).await?, credit: 0 })
    }

    async fn next(&mut self) -> Result<Delivery<Data>, Failure> {
        if self.credit <= CREDIT / 2 {
            self.credit = CREDIT;
            self.receiver.set_credit(CREDIT).await?;
        }
        self.credit -= 1;
        Ok(self.receiver.recv().await?)
    }
}

impl Raw {
    pub async fn at(url: &str) -> Result<Self, Failure> {
        let url = url.replace("amqp://", "amqp://guest:guest@");
        let mut one = Connection::open("hearer", &*url).await?;
        let mut in_one = Session::begin(&mut one).await?;
        let hearing = Hearing::attach(&mut in_one).await?;
        let mut other = Connection::open("sender", &*url).await?;
        let mut in_other = Session::begin(&mut other).await?;
        let mut echoes = Hearing::attach(&mut in_other).await?;
        let echoes = tokio::spawn(async move { while echoes.next().await.is_ok() {} });
        let sender = Sender::builder().name("sends").target("/topic/ticked");
        let sender = sender.sender_settle_mode(SenderSettleMode::Unsettled).attach(&mut in_other).await?;
        let (_echoes, _ends) = (AbortOnDropHandle::new(echoes), [(one, in_one), (other, in_other)]);
        Ok(Self { sender, hearing, heard: 0, _echoes, _ends })
    }
}

impl Pair for Raw {
    async fn send(&mut self, number: u32) -> Result<(), Failure> {
        let body = Binary::from(format!("{{\"number\":{number}}}").into_bytes());
        // Whether it has come nobody waits for.
        let headers = HEADERS.map(|(name, text)| (name.to_owned(), SimpleValue::from(text.to_owned())));
        let message = Message::builder().header(Header::default());
        let message = message.application_properties(ApplicationProperties(headers.into_iter().collect()));
        let _outcome = self.sender.send_batchable(message.data(body).build()).await?;
        Ok(())
    }

    async fn heard(&mut self, count: u32) -> Result<(), Failure> {
        while self.heard < count {
            assert!(self.hearing.next().await?.body().0.starts_with(b"{\"number\":"));
            self.heard += 1;
        }
        Ok(())
    }
}
