//! Those who send, let go, withdraw, and note what they were told.

use std::sync::{Arc, mpsc};

use looselycoupled::Ticket;
use looselycoupled::prelude::*;
use looselycoupled_tests::{Dice, begin};

use super::modules::{Deed, OneByOneStub, SideBySideStub};
use super::{Board, HAS_RUN, IN_ORDER, MESSAGES, MODULES, NEVER_RUNS, PATIENCE, SECRET, Token};

/// One that sends, from a task or a thread.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub(super) handle: Handle,
    pub(super) board: Arc<Board>,
    pub(super) dice: Dice,
    pub(super) id: u64,
    /// To whoever cancels for others.
    pub(super) tickets: mpsc::Sender<(u64, Ticket)>,
}

/// What a sender was told of a call.
fn fate<T, E>(outcome: &Result<T, CallError<E>>) -> u8 {
    match outcome {
        Ok(_) | Err(CallError::Failed(_) | CallError::Panicked { .. }) => HAS_RUN,
        Err(CallError::Timeout { begun, .. } | CallError::ShuttingDown { begun, .. }) => {
            if *begun {
                SECRET
            } else {
                NEVER_RUNS
            }
        }
        Err(CallError::QueueFull { .. } | CallError::NotReady { .. }) => NEVER_RUNS,
        Err(_) => SECRET,
    }
}

impl Sender {
    pub(super) async fn send_all(mut self) {
        for _ in 0..MESSAGES {
            let number = self.board.number();
            match self.dice.roll(12) {
                0..=2 => self.call_by_stub(number).await,
                3..=6 => self.enqueue_by_stub(number).await,
                7 | 8 => self.call_by_name(number).await,
                9 => self.enqueue_by_name(number).await,
                10 => self.trigger().await,
                _ => self.explode(number).await,
            }
        }
    }

    fn priority(&mut self) -> Priority {
        Priority::ALL[self.dice.roll(5) as usize]
    }

    fn patience(&mut self) -> Duration {
        if self.dice.roll(2) == 0 { PATIENCE } else { Duration::from_micros(self.dice.roll(3_000)) }
    }

    /// An argument for a module whose order is watched.
    fn token(&self, number: u64, module: usize, priority: Priority) -> Token {
        Token::new(&self.board, number, Some((self.id, module, priority)), false)
    }

    async fn call_by_stub(&mut self, number: u64) {
        let (module, priority) = (self.dice.roll(5) as usize, self.priority());
        let (deed, patience) = (Deed::rolled(&mut self.dice), self.patience());
        let lets_go = self.dice.roll(4) == 0;
        if module == IN_ORDER {
            let stub: SideBySideStub = self.handle.stub(MODULES[module]).unwrap();
            let mut call = stub
                .take(Token::new(&self.board, number, None, false), deed)
                .priority(priority)
                .timeout(patience);
            if lets_go {
                let _let_go = begin(&mut call).await;
            } else {
                self.board.tell(number, fate(&call.await));
            }
            return;
        }
        let stub: OneByOneStub = self.handle.stub(MODULES[module]).unwrap();
        let token = self.token(number, module, priority);
        if lets_go {
            let mut call = stub.take(token, deed).priority(priority);
            let _let_go = begin(&mut call).await;
        } else if deed == Deed::Nothing {
            let call = stub.take_at_once(token).priority(priority).timeout(patience);
            self.board.tell(number, fate(&call.await));
        } else {
            let call = stub.take(token, deed).priority(priority).timeout(patience);
            self.board.tell(number, fate(&call.await));
        }
    }

    async fn enqueue_by_stub(&mut self, number: u64) {
        let (module, priority) = (self.dice.roll(IN_ORDER as u64) as usize, self.priority());
        let stub: OneByOneStub = self.handle.stub(MODULES[module]).unwrap();
        let token = self.token(number, module, priority);
        let enqueued = if self.dice.roll(2) == 0 {
            stub.take_at_once(token).enqueue().priority(priority).await
        } else {
            stub.take(token, Deed::rolled(&mut self.dice)).enqueue().priority(priority).await
        };
        self.accepted(number, enqueued);
    }

    fn accepted(&mut self, number: u64, enqueued: Result<Ticket>) {
        let Ok(ticket) = enqueued else { return self.board.tell(number, NEVER_RUNS) };
        match self.dice.roll(5) {
            0 | 1 => drop(self.tickets.send((number, ticket))),
            2 => cancel(&self.board, number, &ticket),
            3 => {
                let rival = ticket.clone();
                drop(self.tickets.send((number, rival)));
            }
            _ => {}
        }
    }

    async fn call_by_name(&mut self, number: u64) {
        let module = MODULES[self.dice.roll(6) as usize];
        let arguments = args! { number: number, deed: Deed::rolled(&mut self.dice) };
        let mut call = self
            .handle
            .exec_task(&format!("{module}.work"), arguments)
            .priority(self.priority())
            .timeout(self.patience());
        if self.dice.roll(4) == 0 {
            let _let_go = begin(&mut call).await;
        } else {
            self.board.tell(number, fate(&call.await));
        }
    }

    async fn enqueue_by_name(&mut self, number: u64) {
        let module = MODULES[self.dice.roll(6) as usize];
        let arguments = args! { number: number, deed: Deed::rolled(&mut self.dice) };
        let mut enqueue =
            self.handle.enqueue_task(&format!("{module}.work"), arguments).priority(self.priority());
        if self.dice.roll(2) == 0 {
            let _let_go = begin(&mut enqueue).await;
            return;
        }
        if let Ok(enqueued) = tokio::time::timeout(PATIENCE, enqueue).await {
            self.accepted(number, enqueued);
        }
    }

    async fn trigger(&mut self) {
        let arguments = args! { deed: Deed::rolled(&mut self.dice) };
        drop(self.handle.trigger_event("tick", arguments).priority(self.priority()).await);
    }

    /// Passes something that panics when it is dropped, also if that is by its sender.
    async fn explode(&mut self, number: u64) {
        let stub: OneByOneStub = self.handle.stub(MODULES[self.dice.roll(2) as usize]).unwrap();
        let (board, patience, kind) = (Arc::clone(&self.board), self.patience(), self.dice.roll(3));
        let deed = Deed::rolled(&mut self.dice);
        let sent = async move {
            let call = stub.take(Token::new(&board, number, None, true), deed);
            match kind {
                0 => board.tell(number, fate(&call.timeout(patience).await)),
                1 => drop(begin(&mut call.timeout(patience)).await),
                _ => {
                    if let Ok(ticket) = call.enqueue().await {
                        cancel(&board, number, &ticket);
                    }
                }
            }
        };
        // In a task of its own its panic harms nobody.
        let _survived = tokio::spawn(sent).await;
    }
}

pub(super) fn cancel(board: &Board, number: u64, ticket: &Ticket) {
    if ticket.cancel() {
        board.tell(number, NEVER_RUNS);
        assert!(!ticket.cancel(), "nobody withdraws what is gone");
    }
}
