//! Modules of every kind, and what their handlers do.

use std::sync::Arc;
use std::thread;

use looselycoupled::prelude::*;
use looselycoupled::{LoopOptions, Overflow};
use looselycoupled_tests::Dice;

use super::{Board, MODULES, PATIENCE, Token};

/// What handlers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Deed {
    Nothing,
    Yield,
    Sleep,
    Block,
    Fail,
    Panic,
    Call,
    Send,
}

impl Deed {
    const ALL: [Self; 8] = [
        Self::Nothing,
        Self::Yield,
        Self::Sleep,
        Self::Block,
        Self::Fail,
        Self::Panic,
        Self::Call,
        Self::Send,
    ];

    pub(super) fn rolled(dice: &mut Dice) -> Self {
        if dice.roll(2) == 0 { Self::Nothing } else { Self::ALL[dice.roll(8) as usize] }
    }
}

async fn work(ctx: &Context, deed: Deed) -> Result<u64> {
    let other = MODULES[ctx.name().len() % 5];
    match deed {
        Deed::Nothing => {}
        Deed::Yield => tokio::task::yield_now().await,
        Deed::Sleep => tokio::time::sleep(Duration::from_millis(1)).await,
        Deed::Block => thread::sleep(Duration::from_micros(200)),
        Deed::Fail => return Err(Error::other("failed on purpose")),
        Deed::Panic => panic!("burst on purpose"),
        Deed::Call => {
            let call = ctx.exec_task(&format!("{other}.idle"), args! {}).timeout(PATIENCE);
            drop(call.await);
        }
        Deed::Send => {
            let send = ctx.enqueue_task(&format!("{other}.idle"), args! {});
            drop(tokio::time::timeout(Duration::from_millis(5), send).await);
        }
    }
    Ok(7)
}

#[derive(Debug, Clone)]
pub(super) struct OneByOne(Arc<Board>);

#[module]
impl OneByOne {
    #[task(local)]
    async fn take(&mut self, ctx: &Context, token: Token, deed: Deed) -> Result<u64> {
        self.0.ran(token.number);
        if let Some(line) = token.line {
            self.0.in_order(line, token.number);
        }
        work(ctx, deed).await
    }

    #[task(local)]
    fn take_at_once(&mut self, token: Token) -> u64 {
        self.0.ran(token.number);
        if let Some(line) = token.line {
            self.0.in_order(line, token.number);
        }
        token.number
    }

    #[task]
    async fn work(&mut self, ctx: &Context, number: u64, deed: Deed) -> Result<u64> {
        self.0.ran(number);
        work(ctx, deed).await
    }

    #[task]
    fn idle(&mut self) {}

    #[on_event]
    async fn on_tick(&mut self, ctx: &Context, deed: Deed) -> Result<()> {
        work(ctx, deed).await.map(drop)
    }
}

#[derive(Debug, Clone)]
pub(super) struct SideBySide(Arc<Board>);

#[module(concurrent)]
impl SideBySide {
    #[task(local)]
    async fn take(&self, ctx: &Context, token: Token, deed: Deed) -> Result<u64> {
        self.0.ran(token.number);
        work(ctx, deed).await
    }

    #[task]
    async fn work(&self, ctx: &Context, number: u64, deed: Deed) -> Result<u64> {
        self.0.ran(number);
        work(ctx, deed).await
    }

    #[task]
    fn idle(&self) {}

    #[on_event]
    async fn on_tick(&self, ctx: &Context, deed: Deed) -> Result<()> {
        work(ctx, deed).await.map(drop)
    }
}

#[derive(Debug, Clone)]
pub(super) struct OnThreads(Arc<Board>);

#[module]
impl OnThreads {
    #[task(blocking)]
    fn work(&mut self, number: u64, deed: Deed) -> Result<u64, String> {
        self.0.ran(number);
        match deed {
            Deed::Fail => Err("failed on purpose".to_owned()),
            Deed::Panic => panic!("burst on purpose"),
            _ => Ok(7),
        }
    }

    #[task(blocking)]
    fn idle(&mut self) {}
}

pub(super) async fn application(board: &Arc<Board>, dice: &mut Dice, deadline: Duration) -> App {
    let overflow = if dice.roll(2) == 0 { Overflow::Wait } else { Overflow::Reject };
    App::builder()
        .module("own", OneByOne(Arc::clone(board)))
        .module("small", OneByOne(Arc::clone(board)))
        .module_on("bus", "left", OneByOne(Arc::clone(board)))
        .module_on("bus", "right", OneByOne(Arc::clone(board)))
        .module("many", SideBySide(Arc::clone(board)))
        .module("apart", OnThreads(Arc::clone(board)))
        .event_loop("small", LoopOptions::new().tasks(1 + dice.roll(3) as usize).events(1))
        .event_loop("bus", LoopOptions::new().tasks(4).events(2).overflow(overflow))
        .event_loop("many", LoopOptions::new().concurrency(2).tasks(3))
        .shutdown_deadline(deadline)
        .start()
        .await
        .unwrap()
}
