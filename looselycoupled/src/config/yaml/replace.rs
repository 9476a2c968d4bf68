//! Replacing a file in one step.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file so that others see the old content or the new one, also after a loss of power.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let former = fs::metadata(&path).ok();
    let (mut file, draft) = Draft::create(&path, former.is_some())?;
    if let Some(former) = &former {
        keep_owner(&file, former);
        file.set_permissions(former.permissions())?;
    }
    file.write_all(content)?;
    file.sync_all()?;
    draft.publish(&path)?;
    // The new name itself is durable only when the directory is; not every file system can do that.
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
    Ok(())
}

/// A file beside the one to be replaced; removed again unless published.
struct Draft(Option<PathBuf>);

impl Draft {
    fn create(path: &Path, private: bool) -> io::Result<(File, Self)> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let mut name = OsString::from(".");
        name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
        name.push(format!(".{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed)));
        let draft = path.with_file_name(name);
        // What stands in a private file must not be readable in its draft.
        let file = options(private).open(&draft)?;
        Ok((file, Self(Some(draft))))
    }

    fn publish(mut self, path: &Path) -> io::Result<()> {
        let Some(draft) = &self.0 else { return Ok(()) };
        fs::rename(draft, path)?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(draft) = &self.0 {
            let _ = fs::remove_file(draft);
        }
    }
}

#[cfg(unix)]
fn options(private: bool) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(if private { 0o600 } else { 0o666 });
    options
}

#[cfg(not(unix))]
fn options(_: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    options
}

/// As far as the operating system lets us: only root can give files away.
#[cfg(unix)]
fn keep_owner(file: &File, former: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};

    let _ = fchown(file, Some(former.uid()), Some(former.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}
