//! Running an application as a program.

use std::pin::pin;

use super::builder::{App, AppBuilder};
use super::error::AppError;
use crate::module::ExitReason;

pub(super) async fn run(builder: AppBuilder) -> Result<(), AppError> {
    let mut signals = Signals::listen();
    let (mut app, told) = start(builder, &mut signals).await?;
    let Some(ending) = app.ending.take() else { return Ok(()) };
    if let Some(signal) = told {
        ending.application().exit.ask(ExitReason::Signal(signal));
    }
    loop {
        tokio::select! {
            outcome = ending.ended() => return outcome,
            signal = signals.next() => {
                if ending.application().exit.ask(ExitReason::Signal(signal)) {
                    tracing::info!(target: "looselycoupled", signal, "ending in order; the same again forces the end");
                } else {
                    ending.force();
                }
            }
        }
    }
}

/// Starts the application. A signal that comes meanwhile ends it in order as soon as it has started, a second one at once.
async fn start(builder: AppBuilder, signals: &mut Signals) -> Result<(App, Option<&'static str>), AppError> {
    let mut told = None;
    let mut starting = pin!(builder.start());
    loop {
        tokio::select! {
            app = &mut starting => return Ok((app?, told)),
            signal = signals.next() => {
                if told.replace(signal).is_some() {
                    return Err(AppError::Forced);
                }
                tracing::info!(target: "looselycoupled", signal, "ending as soon as all have started; the same again forces the end");
            }
        }
    }
}

/// The signals that end a program.
struct Signals {
    #[cfg(all(unix, not(loom)))]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(all(unix, not(loom)))]
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(all(unix, not(loom)))]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind, name| {
            let listening = signal(kind);
            if let Err(error) = &listening {
                tracing::warn!(target: "looselycoupled", signal = name, %error, "cannot listen for the signal");
            }
            listening.ok()
        };
        Self {
            interrupt: listen(SignalKind::interrupt(), "SIGINT"),
            terminate: listen(SignalKind::terminate(), "SIGTERM"),
        }
    }

    async fn next(&mut self) -> &'static str {
        async fn received(signal: &mut Option<tokio::signal::unix::Signal>) {
            if let Some(signal) = signal
                && signal.recv().await.is_some()
            {
                return;
            }
            std::future::pending::<()>().await;
        }
        tokio::select! {
            () = received(&mut self.interrupt) => "SIGINT",
            () = received(&mut self.terminate) => "SIGTERM",
        }
    }
}

#[cfg(not(any(unix, loom)))]
impl Signals {
    const fn listen() -> Self {
        Self {}
    }

    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}

/// tokio leaves signals out under the model checker.
#[cfg(loom)]
impl Signals {
    const fn listen() -> Self {
        Self {}
    }

    async fn next(&mut self) -> &'static str {
        std::future::pending().await
    }
}
