//! Where a broker of ZeroMQ is.

use std::io::ErrorKind;
use std::path::Path;

use crate::provider::ProviderError;

/// Looks whether it can be one.
pub(super) fn check(endpoint: &str) -> Result<(), ProviderError> {
    let is_one = match endpoint.split_once("://") {
        Some(("ipc", path)) => !path.is_empty(),
        Some(("tcp", address)) => address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)),
        _ => false,
    };
    if is_one {
        return Ok(());
    }
    Err(ProviderError::Setup(format!(
        "`{endpoint}` is no endpoint of ZeroMQ; write `ipc:///run/user/1000/home.events` or `tcp://127.0.0.1:5555`"
    )))
}

/// The file, if there is one.
pub(super) fn path(endpoint: &str) -> Option<&Path> {
    endpoint.strip_prefix("ipc://").map(Path::new)
}

/// Takes away what a broker that is gone has left. Whoever can reach a TCP port can send and hear everything, which the log says.
pub(super) fn clear(endpoint: &str) -> Result<(), ProviderError> {
    let Some(path) = path(endpoint) else {
        let is_near =
            ["tcp://127.", "tcp://localhost:", "tcp://[::1]:"].iter().any(|near| endpoint.starts_with(near));
        if !is_near {
            tracing::warn!(target: "looselycoupled", endpoint, "whoever reaches this port can hear and send every event: ZeroMQ asks for no password");
        }
        return Ok(());
    };
    match std::os::unix::net::UnixStream::connect(path) {
        Ok(_) => Err(ProviderError::Setup(format!(
            "another process hosts a broker at `{endpoint}`; let only one of them host, and the others connect"
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused && is_socket(path) => {
            std::fs::remove_file(path).map_err(|error| unusable(endpoint, &error))
        }
        Err(error) => Err(unusable(endpoint, &error)),
    }
}

fn is_socket(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

/// Nobody but the user may connect.
pub(super) fn close_to_others(endpoint: &str) -> Result<(), ProviderError> {
    use std::os::unix::fs::PermissionsExt;
    let Some(path) = path(endpoint) else { return Ok(()) };
    let own = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, own).map_err(|error| unusable(endpoint, &error))
}

pub(super) fn unusable(endpoint: &str, error: &dyn std::fmt::Display) -> ProviderError {
    ProviderError::Setup(format!("`{endpoint}` cannot be used: {error}"))
}
