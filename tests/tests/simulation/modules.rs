//! Modules that do what they are sent.

use looselycoupled::Timer;
use looselycoupled::prelude::*;
use looselycoupled_tests::begin;

use super::script::{HANDLER, Id, Script, Step, TICK, WORDS};
use super::visitors::visit;
use super::world::World;

/// What a handler does, whoever's it is.
async fn play(
    ctx: &Context,
    world: &World,
    id: Id,
    script: Script,
    is_sequential: bool,
) -> Result<u64, String> {
    let _standing = world.begin(ctx.name(), id, is_sequential);
    for step in script {
        take(ctx, world, ctx.name(), step).await?;
    }
    world.end(ctx.name(), id);
    Ok(id.number)
}

/// What a task does that is connected.
async fn note(ctx: &Context, world: &World, id: Id, is_sequential: bool) -> Result<(), String> {
    let _standing = world.note(ctx.name(), id, is_sequential);
    tokio::task::yield_now().await;
    if id.number.is_multiple_of(5) { Err("noted badly on purpose".to_owned()) } else { Ok(()) }
}

pub(crate) fn name(number: usize) -> String {
    format!("m{number}")
}

/// One step of whoever stands at a place: a module, a loop, a callback.
pub(crate) async fn take(ctx: &Handle, world: &World, place: &str, step: Step) -> Result<(), String> {
    let id = || Id { sender: HANDLER, number: world.number(), priority: None };
    match step {
        Step::Yield => tokio::task::yield_now().await,
        Step::Sleep(time) => tokio::time::sleep(Duration::from_millis(time)).await,
        Step::Fail => return Err("failed on purpose".to_owned()),
        Step::Panic => panic!("burst on purpose"),
        Step::Call { to, timeout, by_stub, script } => {
            // Whatever comes of it; what must not come of it the world knows. None has forever: two that call each other
            // through a third, detached one would wait as long.
            let time = Duration::from_millis(timeout.unwrap_or(10_000));
            let _outcome = call(ctx, &name(to), by_stub, id(), (script, time)).await;
        }
        Step::Abandon { to, script } => {
            let mut call = ctx.exec_task(&format!("{}.play", name(to)), args! { id: id(), script });
            let _abandoned = begin(&mut call).await;
        }
        Step::Enqueue { to, script } => {
            let send = ctx.enqueue_task(&format!("{}.play", name(to)), args! { id: id(), script });
            let _accepted = tokio::time::timeout(Duration::from_millis(100), send).await;
        }
        Step::Delay { to, after, script } => {
            let _timer = delay(ctx, to, id(), script, Duration::from_millis(after)).await;
        }
        Step::Repeat { to, every, until } => {
            let id = Id { sender: TICK, number: world.number(), priority: None };
            let timer = repeat(ctx, to, id, Duration::from_millis(every)).await;
            if let (Ok(timer), Some(time)) = (timer, until) {
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(time)).await;
                    timer.cancel();
                });
            }
        }
        Step::Notify { script } => {
            let _heard = ctx.trigger_event("script", args! { id: id(), script }).await;
        }
        Step::Visit { place, script } => visit(ctx, world, place, id(), script).await,
        Step::Say { word } => say(ctx, world, place, word, id()).await,
    }
    Ok(())
}

/// Sends an event that is connected; who hears it is known.
pub(crate) async fn say(ctx: &Handle, world: &World, place: &str, word: usize, id: Id) {
    if let Ok(heard) = ctx.trigger_event(WORDS[word], args! { id }).await {
        let source = place.strip_prefix('m').and_then(|number| number.parse().ok());
        world.said(source, word, id, heard);
    }
}

/// Sends a script later, to one module or to all.
pub(crate) async fn delay(
    handle: &Handle,
    to: Option<usize>,
    id: Id,
    script: Script,
    time: Duration,
) -> Result<Timer> {
    let arguments = args! { id, script };
    match to {
        Some(to) => handle.enqueue_task(&format!("{}.play", name(to)), arguments).after(time).await,
        None => handle.trigger_event("script", arguments).after(time).await,
    }
}

/// Sends an empty script again and again.
async fn repeat(handle: &Handle, to: Option<usize>, id: Id, period: Duration) -> Result<Timer> {
    let arguments = args! { id, script: Script::new() };
    match to {
        Some(to) => handle.enqueue_task(&format!("{}.play", name(to)), arguments).every(period).await,
        None => handle.trigger_event("script", arguments).every(period).await,
    }
}

async fn call(
    ctx: &Handle,
    name: &str,
    by_stub: bool,
    id: Id,
    (script, time): (Script, Duration),
) -> Result<(), Error> {
    if by_stub && let Ok(node) = ctx.stub::<NodeStub>(name) {
        node.play(id, script).timeout(time).await?;
    } else if by_stub && let Ok(hub) = ctx.stub::<HubStub>(name) {
        hub.play(id, script).timeout(time).await?;
    } else {
        ctx.exec_task(&format!("{name}.play"), args! { id, script }).timeout(time).await?;
    }
    Ok(())
}

/// One handler at a time.
#[derive(Debug)]
pub(crate) struct Node(pub(crate) World);

#[module]
impl Node {
    #[task]
    async fn play(&mut self, ctx: &Context, id: Id, script: Script) -> Result<u64, String> {
        play(ctx, &self.0, id, script, true).await
    }

    #[on_event]
    async fn on_script(&mut self, ctx: &Context, id: Id, script: Script) -> Result<(), String> {
        play(ctx, &self.0, id, script, true).await.map(drop)
    }

    #[task]
    async fn note(&mut self, ctx: &Context, id: Id) -> Result<(), String> {
        note(ctx, &self.0, id, true).await
    }

    #[on_event]
    fn on_gap(&mut self, ctx: &Context, count: u64) {
        self.0.miss(ctx.name(), count);
    }
}

/// Handlers overlap.
#[derive(Debug)]
pub(crate) struct Hub(pub(crate) World);

#[module(concurrent)]
impl Hub {
    #[task]
    async fn play(&self, ctx: &Context, id: Id, script: Script) -> Result<u64, String> {
        play(ctx, &self.0, id, script, false).await
    }

    #[on_event]
    async fn on_script(&self, ctx: &Context, id: Id, script: Script) -> Result<(), String> {
        play(ctx, &self.0, id, script, false).await.map(drop)
    }

    #[task]
    async fn note(&self, ctx: &Context, id: Id) -> Result<(), String> {
        note(ctx, &self.0, id, false).await
    }

    #[on_event]
    fn on_gap(&self, ctx: &Context, count: u64) {
        self.0.miss(ctx.name(), count);
    }
}
