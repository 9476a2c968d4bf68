//! What is typed, or comes through a pipe, line by line.

use std::io::{BufRead, IsTerminal};

use looselycoupled::prelude::*;
use tokio::sync::mpsc;

use crate::journal::JournalStub;
use crate::shell::ShellStub;

/// Lines that are read ahead.
const AHEAD: usize = 16;

pub(crate) struct Keyboard {
    sender: Option<mpsc::Sender<String>>,
    lines: Option<mpsc::Receiver<String>>,
}

#[module]
impl Keyboard {
    #[new]
    fn new() -> Self {
        let (sender, lines) = mpsc::channel(AHEAD);
        Self { sender: Some(sender), lines: Some(lines) }
    }

    /// The opening is over: input counts from now on.
    ///
    /// Nothing can interrupt a thread that waits for standard input. So it is no thread of the application, which
    /// would wait for it at the end, but a plain one that ends with the process.
    #[on_event]
    fn on_ready(&mut self) {
        if let Some(sender) = self.sender.take() {
            std::thread::spawn(move || read(&sender));
        }
    }

    /// Hands out the lines; a `local` task may return what cannot be serialised.
    #[task(local)]
    fn lines(&mut self) -> Option<mpsc::Receiver<String>> {
        self.lines.take()
    }

    #[run]
    async fn obey(ctx: Context) -> Result<()> {
        let Some(mut lines) = ctx.me::<Self>()?.lines().await? else { return Ok(()) };
        let (shell, journal) = (ctx.stub::<ShellStub>("shell")?, ctx.stub::<JournalStub>("journal")?);
        let is_terminal = std::io::stdin().is_terminal();
        loop {
            let line = tokio::select! {
                () = ctx.no_longer_active() => return Ok(()),
                line = lines.recv() => line,
            };
            let Some(line) = line else { break };
            if !is_terminal {
                journal.show(format!("> {line}")).await?;
            }
            if !shell.execute(line).await? {
                return Ok(());
            }
        }
        if is_terminal {
            journal.show("  no more input; Ctrl-C ends the house".to_owned()).await?;
            ctx.no_longer_active().await;
        } else {
            ctx.trigger_event("exit", args! {}).await?;
        }
        Ok(())
    }
}

/// Reads until the end of input or of the application.
fn read(sender: &mpsc::Sender<String>) {
    for line in std::io::stdin().lock().split(b'\n') {
        let Ok(line) = line else { return };
        if sender.blocking_send(String::from_utf8_lossy(&line).into_owned()).is_err() {
            return;
        }
    }
}
