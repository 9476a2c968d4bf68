//! The command line.

use std::path::PathBuf;

use looselycoupled::address::hint;

pub(crate) const USAGE: &str = "\
smart-home [--once] [--config FILE]

  --once          plays a fixed scene and ends
  --config FILE   another house than that of the demo
  --help          this text

While it runs, type `help`.";

const KNOWN: [&str; 3] = ["--once", "--config", "--help"];

/// What was asked for on the command line.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) once: bool,
    pub(crate) help: bool,
    pub(crate) config: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error("unknown argument `{0}`{hint}", hint = hint(.0, &KNOWN))]
    Unknown(String),
    #[error("`--config` needs the name of a file")]
    NoFile,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, UsageError> {
        let config = concat!(env!("CARGO_MANIFEST_DIR"), "/smart_home/config.yaml").into();
        let mut options = Self { once: false, help: false, config };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--once" => options.once = true,
                "--config" => options.config = arguments.next().ok_or(UsageError::NoFile)?.into(),
                "--help" | "-h" => options.help = true,
                _ => return Err(UsageError::Unknown(argument)),
            }
        }
        Ok(options)
    }
}
