//! The command line.

use std::path::PathBuf;

use looselycoupled::address::hint;

pub(crate) const USAGE: &str = "\
smart-home [--once] [--config FILE] [--web PORT] [--metrics PORT]

  --once          plays a fixed scene and ends
  --config FILE   another house than that of the demo
  --web PORT      where its console is, 8080 unless stated; 0 is any that is free
  --metrics PORT  where its metrics are read, 9464 unless stated; 0 is any that is free
  --help          this text

While it runs, type `help`.";

const KNOWN: [&str; 5] = ["--once", "--config", "--web", "--metrics", "--help"];

/// What was asked for on the command line.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) once: bool,
    pub(crate) help: bool,
    pub(crate) config: PathBuf,
    /// The port of the metrics, if it is not that of the configuration.
    pub(crate) metrics: Option<u16>,
    /// The same for the console.
    pub(crate) web: Option<u16>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error("unknown argument `{0}`{hint}", hint = hint(.0, &KNOWN))]
    Unknown(String),
    #[error("`--config` needs the name of a file")]
    NoFile,
    #[error("`{0}` needs the number of a port")]
    NoPort(&'static str),
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, UsageError> {
        let config = concat!(env!("CARGO_MANIFEST_DIR"), "/smart_home/config.yaml").into();
        let mut options = Self { once: false, help: false, config, metrics: None, web: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--once" => options.once = true,
                "--config" => options.config = arguments.next().ok_or(UsageError::NoFile)?.into(),
                "--metrics" => options.metrics = Some(port("--metrics", arguments.next())?),
                "--web" => options.web = Some(port("--web", arguments.next())?),
                "--help" | "-h" => options.help = true,
                _ => return Err(UsageError::Unknown(argument)),
            }
        }
        Ok(options)
    }
}

fn port(option: &'static str, given: Option<String>) -> Result<u16, UsageError> {
    given.and_then(|port| port.parse().ok()).ok_or(UsageError::NoPort(option))
}
