//! Files of which nobody else is to know what stands in them.

use std::path::Path;

/// Logs a file of secrets that others than its owner may read. That is no reason not to start: some places mount all files so.
pub(crate) fn tell_if_others_may_read(file: &Path) {
    #[cfg(unix)]
    if may_others_read(file) {
        let file = file.display();
        tracing::warn!(target: "looselycoupled", "`{file}` can be read by others than its owner: `chmod 600 {file}`");
    }
    #[cfg(not(unix))]
    let _rights_are_different_there = file;
}

#[cfg(unix)]
fn may_others_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    const OTHERS: u32 = 0o044;
    std::fs::metadata(file).is_ok_and(|file| file.permissions().mode() & OTHERS != 0)
}
