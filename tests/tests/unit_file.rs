//! The service unit of docs/raspberry-pi.md is one that systemd takes.

#![allow(clippy::unwrap_used, reason = "what fails fails its test")]

use std::process::Command;

#[test]
fn systemd_has_no_objection_to_the_unit_in_the_documentation() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("SKIPPED: systemd-analyze is not installed, so nobody looks at docs/greenhouse.service");
        return;
    }
    let unit =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/greenhouse.service")).unwrap();
    // The program is an example; what systemd wants is one that is there.
    let unit = unit.replace("/usr/local/bin/greenhouse", "/bin/true");
    let folder = std::env::temp_dir().join(format!("looselycoupled-unit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("greenhouse.service");
    std::fs::write(&file, unit).unwrap();
    let verified = Command::new("systemd-analyze").arg("verify").arg(&file).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let told = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && told.is_empty(), "{told}");
}
