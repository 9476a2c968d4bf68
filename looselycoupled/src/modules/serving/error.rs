//! What may be wrong with listening.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use tokio_rustls::rustls;

/// Why the module does not listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Other machines could read without saying who they are.
    #[error(
        "`{section}.address` is {address}, which other machines reach: give {needed} in section `{section}`, or listen on 127.0.0.1"
    )]
    Unprotected {
        /// The section of the instance.
        section: String,
        /// What it says.
        address: IpAddr,
        /// What would say who may.
        needed: &'static str,
    },
    /// One key needs another one.
    #[error("`{section}.{key}` is given without {missing}; give both, or neither")]
    Half {
        /// The section of the instance.
        section: String,
        /// What is there.
        key: &'static str,
        /// What is not.
        missing: &'static str,
    },
    /// Two keys contradict each other.
    #[error("`{path}.{}` and `{path}.{}` are both given; leave one of them out", .keys[0], .keys[1])]
    Twice {
        /// Where they stand.
        path: String,
        /// The two.
        keys: [&'static str; 2],
    },
    /// Nobody could log in so, or everybody.
    #[error("{what} is no use: {why}")]
    Useless {
        /// Which key or file.
        what: String,
        /// Why it is not.
        why: &'static str,
    },
    /// A file that the configuration names cannot be read.
    #[error("`{section}.{key}` names `{}`, which cannot be read: {source}", .path.display())]
    File {
        /// The section of the instance.
        section: String,
        /// The key.
        key: &'static str,
        /// What it names.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The certificate and its key cannot be used.
    #[error("`{}` and `{}` are no pair of certificate and key: {message}", .certificate.display(), .key.display())]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// Why not.
        message: String,
    },
    /// No version of TLS can be offered.
    #[error("HTTPS cannot be offered: {0}")]
    Tls(#[from] rustls::Error),
    /// The address or the port cannot be had.
    #[error(
        "cannot listen on {address}: {source}; `{section}.address` and `{section}.port` say where to, and port 0 takes any that is free"
    )]
    Bind {
        /// The section of the instance.
        section: String,
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The module is between two instances.
    #[error("it does not listen at the moment: it is being made again, or has ended")]
    Deaf,
}
