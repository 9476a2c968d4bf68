//! Promises of the room, one file for each.

#[cfg(feature = "yaml")]
mod comments;
#[cfg(feature = "yaml")]
mod documents;
mod durations;
#[cfg(feature = "yaml")]
mod errors;
#[cfg(feature = "yaml")]
mod folder;
#[cfg(feature = "yaml")]
mod garbage;
mod leaves;
mod lookup;
#[cfg(feature = "yaml")]
mod round_trip;
#[cfg(feature = "yaml")]
mod saving;
#[cfg(feature = "yaml")]
mod scalars;
#[cfg(feature = "yaml")]
mod sections;
