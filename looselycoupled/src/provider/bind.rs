//! A socket file to which nobody else has access, at any time.

use std::fs::{DirBuilder, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::ProviderError;

/// A socket file that is there for as long as somebody listens.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) listener: UnixListener,
    path: PathBuf,
    /// Somebody else may put another one there.
    inode: u64,
}

impl Drop for Bound {
    fn drop(&mut self) {
        if std::fs::metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            let _nobody_minds = std::fs::remove_file(&self.path);
        }
    }
}

/// Listens at a path; what a broker that is gone has left there is replaced.
pub(super) async fn bind(path: PathBuf) -> Result<Bound, ProviderError> {
    let shown = path.display();
    match UnixStream::connect(&path).await {
        Ok(_) => {
            return Err(ProviderError::Setup(format!(
                "another process hosts a broker at `{shown}`; let only one of them host, and the others connect"
            )));
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {}
        Err(error) => return Err(ProviderError::Setup(format!("`{shown}` cannot be used: {error}"))),
    }
    if std::fs::symlink_metadata(&path).is_ok_and(|found| !is_socket(&found)) {
        return Err(ProviderError::Setup(format!("`{shown}` is there already, and is no socket")));
    }
    place(&path).map_err(|error| ProviderError::Setup(format!("`{shown}` cannot be made: {error}")))
}

fn is_socket(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_socket()
}

/// Made in a folder that is one's own, closed to others there, and then moved: so there is no moment in which others could connect.
fn place(path: &Path) -> io::Result<Bound> {
    let name = path.file_name().ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let own = folder.join(format!(".{}-{}", name.to_string_lossy(), std::process::id()));
    DirBuilder::new().mode(0o700).create(&own)?;
    let placed = place_by(&own.join("s"), path);
    let _empty_by_now = std::fs::remove_file(own.join("s"));
    let _gone = std::fs::remove_dir(&own);
    placed
}

fn place_by(first: &Path, path: &Path) -> io::Result<Bound> {
    let listener = UnixListener::bind(first)?;
    std::fs::set_permissions(first, Permissions::from_mode(0o600))?;
    let inode = std::fs::metadata(first)?.ino();
    std::fs::rename(first, path)?;
    Ok(Bound { listener, path: path.to_owned(), inode })
}
