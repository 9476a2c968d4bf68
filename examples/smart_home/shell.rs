//! Understands commands. It knows addresses, not types: whatever has a task `set_level` can be set.

use looselycoupled::address::hint;
use looselycoupled::modules::gpio::GpioStub;
use looselycoupled::prelude::*;

use crate::journal::JournalStub;

/// How long a button is pushed, and how long until that must be known.
const PUSH: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(5);

/// How a command is written, and what it does.
const COMMANDS: [(&str, &str); 9] = [
    ("press MODULE", "presses a button: press door"),
    ("push LINE", "pushes a button on a simulated GPIO line: push bell"),
    ("set MODULE LEVEL", "dims a lamp: set lamp 40"),
    ("say TEXT", "lets the speaker say it: say good night"),
    ("call MODULE.TASK NAME=VALUE …", "any task at all: call lamp.set_level level=40"),
    ("state", "what the modules say of themselves"),
    ("statistics", "what became of all messages"),
    ("help", "this list"),
    ("quit", "ends the house in order; so does Ctrl-C"),
];

#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("unknown command `{0}`{hint}", hint = hint(.0, &names()))]
    Unknown(String),
    #[error("write it like this: {0}")]
    Usage(&'static str),
    /// The framework's own words.
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Framework(Error),
}

#[derive(Default)]
pub(crate) struct Shell;

#[module]
impl Shell {
    /// Does what a line says and shows the answer; false if that was to end the house.
    #[task]
    async fn execute(&self, ctx: &Context, line: String) -> Result<bool> {
        let line = line.trim();
        if line == "quit" {
            ctx.trigger_event("exit", args! {}).await?;
            return Ok(false);
        }
        let answer = answer(ctx, line).await.unwrap_or_else(|error| format!("  ! {error}"));
        if !answer.is_empty() {
            ctx.stub::<JournalStub>("journal")?.show(answer).await?;
        }
        Ok(true)
    }
}

async fn answer(ctx: &Context, line: &str) -> Result<String, CommandError> {
    let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let words: Vec<&str> = rest.split_whitespace().collect();
    match (command, words.as_slice()) {
        ("", _) => Ok(String::new()),
        ("press", [module]) => call(ctx, &format!("{module}.press"), args! {}).await,
        ("push", [line]) => push(ctx, line).await.map(|()| String::new()).map_err(CommandError::Framework),
        ("set", [module]) => call(ctx, &format!("{module}.set_level"), args! {}).await,
        ("set", [module, level]) => {
            let address = format!("{module}.set_level");
            let before = ctx.exec_task(&address, args! { level: value(level) }).await?;
            Ok(format!("  {module} was at {} %", before.value()))
        }
        ("say", [_, ..]) => call(ctx, "speaker.say", args! { text: rest.trim() }).await,
        ("call", [address, arguments @ ..]) => call(ctx, address, named(arguments)?).await,
        ("state", []) => Ok(state(ctx).await),
        ("statistics", []) => Ok(statistics(ctx)),
        ("help", []) => Ok(help()),
        _ => Err(misunderstood(command)),
    }
}

fn misunderstood(command: &str) -> CommandError {
    let usage = COMMANDS.iter().find(|(usage, _)| usage.split(' ').next() == Some(command));
    usage.map_or_else(|| CommandError::Unknown(command.to_owned()), |(usage, _)| CommandError::Usage(usage))
}

fn names() -> Vec<&'static str> {
    COMMANDS.iter().filter_map(|(usage, _)| usage.split(' ').next()).collect()
}

/// Calls a task and shows what it returns; a task that returns nothing shows nothing.
async fn call(ctx: &Context, address: &str, arguments: Arguments) -> Result<String, CommandError> {
    match ctx.exec_task(address, arguments).await?.into_value() {
        Value::Null => Ok(String::new()),
        result => Ok(format!("  {address} returned {result}")),
    }
}

/// Pushes a button for a moment, and waits until it is known what that was.
async fn push(ctx: &Context, line: &str) -> Result<()> {
    let gpio = ctx.stub::<GpioStub>("gpio")?;
    let (pushed, twice) = (ctx.wait_for_event("pushed_*"), ctx.wait_for_event("doubleclick"));
    gpio.simulate_input(line.into(), true).await?;
    tokio::time::sleep(PUSH).await;
    gpio.simulate_input(line.into(), false).await?;
    let told = async {
        tokio::select! { told = pushed => told.map(drop), told = twice => told.map(drop) }
    };
    tokio::time::timeout(PATIENCE, told).await.map_err(Error::other)??;
    Ok(())
}

/// A word as it is meant: a number, a truth value, or a text.
fn value(word: &str) -> Value {
    let number = word.parse::<i64>().map(Value::from).or_else(|_| word.parse::<f64>().map(Value::from));
    let truth = word.parse::<bool>().map(Value::from);
    number.or(truth).unwrap_or_else(|_| Value::from(word.to_owned()))
}

fn named(words: &[&str]) -> Result<Arguments, CommandError> {
    words.iter().try_fold(Arguments::new(), |arguments, word| {
        let (name, text) = word.split_once('=').ok_or_else(|| misunderstood("call"))?;
        Ok(arguments.with(name.to_owned(), &value(text)))
    })
}

/// Whoever has a task `state` is asked.
async fn state(ctx: &Context) -> String {
    let mut lines = Vec::new();
    for module in ctx.modules() {
        match ctx.exec_task(&format!("{module}.state"), args! {}).await {
            Ok(reply) => lines.push(format!("  {module:<12}{}", reply.value().as_text().unwrap_or_default())),
            Err(CallError::UnknownTask { .. }) => {}
            Err(error) => lines.push(format!("  {module:<12}! {error}")),
        }
    }
    lines.join("\n")
}

fn statistics(ctx: &Context) -> String {
    let statistics = ctx.statistics();
    let mut lines =
        vec![format!("  {:<12}{:>9}{:>9}{:>9}{:>9}", "", "accepted", "handled", "failed", "waiting")];
    lines.extend(statistics.modules.iter().map(|module| {
        let (accepted, handled) = (module.accepted, module.handled);
        format!("  {:<12}{accepted:>9}{handled:>9}{:>9}{:>9}", module.module, module.failed, module.queued)
    }));
    lines.push(format!("  events that nobody heard: {}", statistics.unheard_events));
    lines.join("\n")
}

fn help() -> String {
    COMMANDS.map(|(usage, what)| format!("  {usage:<31}{what}")).join("\n")
}
