//! Files: loading, saving, and what can go wrong.

use std::fs;

use super::folder::Folder;
use crate::config::{Config, FaultKind};

#[test]
fn an_absent_file_is_empty_and_comes_into_being_when_saved() {
    let folder = Folder::new();
    let path = folder.path("config.yaml");
    let mut config = Config::load(&path).unwrap();
    assert_eq!(config.keys("").count(), 0);
    assert_eq!(config.path(), Some(path.as_path()));
    assert_eq!(config.save_if_changed().unwrap(), None);
    assert!(!path.exists());
    config.set("lamp.level", 40).unwrap();
    assert!(config.is_changed());
    assert_eq!(config.save_if_changed().unwrap().unwrap().comments_lost(), 0);
    assert!(!config.is_changed());
    assert_eq!(fs::read_to_string(&path).unwrap(), "lamp:\n  level: 40\n");
    assert_eq!(config.section("lamp").position().unwrap().line, 1);
    assert_eq!(Config::load_existing(&path).unwrap().get::<u8>("lamp.level").unwrap(), Some(40));
    assert_eq!(folder.names(), ["config.yaml"]);
}

#[test]
fn errors_name_the_file_that_is_absent() {
    let folder = Folder::new();
    let config = Config::load(folder.path("config.yaml")).unwrap();
    let error = config.section("lamp").read::<std::collections::BTreeMap<String, u8>>();
    assert!(error.unwrap().is_empty());
    let error = config.section("lamp").read::<u8>().unwrap_err();
    assert!(
        error.to_string().starts_with("`lamp` must be a whole number from 0 to 255, found nothing\n --> ")
    );
    assert!(error.to_string().ends_with("config.yaml"));
}

#[test]
fn a_file_that_has_to_be_there_is_missed() {
    let folder = Folder::new();
    let error = Config::load_existing(folder.path("config.yaml")).unwrap_err();
    let fault = &error.faults()[0];
    assert_eq!(fault.kind(), FaultKind::Unreadable);
    assert_eq!(fault.message(), "the configuration file does not exist");
    assert_eq!(fault.io_error().unwrap().kind(), std::io::ErrorKind::NotFound);
    assert!(error.to_string().ends_with("config.yaml"));
}

#[test]
fn a_folder_and_other_texts_are_refused() {
    let folder = Folder::new();
    let error = Config::load(folder.path("")).unwrap_err();
    assert_eq!(error.faults()[0].message(), "the configuration file is a directory");
    let latin = folder.file("latin.yaml", b"a: 1\nname: caf\xe9 x\n");
    let error = Config::load(latin).unwrap_err();
    let fault = &error.faults()[0];
    assert_eq!(fault.message(), "the configuration file is not UTF-8 text");
    assert_eq!((fault.line(), fault.column()), (Some(2), Some(10)));
    let utf16 = folder.file("utf16.yaml", b"\xff\xfea\0:\0");
    assert!(Config::load(utf16).is_err());
}

#[test]
fn endless_files_are_refused() {
    let folder = Folder::new();
    let long = folder.file("long.yaml", vec![b'#'; 17 * 1024 * 1024]);
    assert_eq!(Config::load(long).unwrap_err().faults()[0].kind(), FaultKind::Limit);
    if let Err(error) = Config::load("/dev/zero") {
        assert_eq!(error.faults()[0].kind(), FaultKind::Limit);
    }
}

#[test]
fn without_a_file_nothing_is_saved() {
    let error = Config::new().save().unwrap_err();
    assert_eq!(error.to_string(), "the configuration has no file to be saved to");
    let folder = Folder::new();
    let mut config = Config::parse("a: 1\n", "text").unwrap();
    assert!(config.save_as(folder.path("missing/config.yaml")).is_err());
    assert_eq!(config.path(), None);
    let _ = config.save_as(folder.path("config.yaml")).unwrap();
    assert_eq!(config.path(), Some(folder.path("config.yaml").as_path()));
}

#[test]
fn a_failed_save_leaves_the_old_file_and_no_other() {
    let folder = Folder::new();
    let path = folder.file("config.yaml", "a: 1\n");
    let mut config = Config::load(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    config.set("a", 2).unwrap();
    let error = config.save().unwrap_err();
    assert_eq!(error.faults()[0].kind(), FaultKind::Unwritable);
    assert!(error.faults()[0].io_error().is_some());
    assert!(config.is_changed());
    assert_eq!(folder.names(), ["config.yaml"]);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = Folder::new();
    let path = folder.file("real.yaml", "a: 1\n");
    let link = folder.path("config.yaml");
    symlink("real.yaml", &link).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let mut config = Config::load(&link).unwrap();
    config.set("a", 2).unwrap();
    let _ = config.save().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_to_string(&path).unwrap(), "a: 2\n");
    assert_eq!(folder.names(), ["config.yaml", "real.yaml"]);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_says_so() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let path = folder.file("config.yaml", "a: 1\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything.
    if fs::read(&path).is_ok() {
        return;
    }
    let error = Config::load(&path).unwrap_err();
    assert!(error.to_string().starts_with("the configuration file cannot be read: "), "{error}");
}

#[test]
fn after_a_save_errors_show_the_new_lines() {
    let folder = Folder::new();
    let path = folder.file("config.yaml", "{ lamp: { level: 1, x: y } }\n");
    let mut config = Config::load(&path).unwrap();
    config.set("lamp.level", "much").unwrap();
    let _ = config.save().unwrap();
    let error = config.get::<u8>("lamp.level").unwrap_err();
    assert_eq!(error.faults()[0].line(), Some(2));
}

#[test]
fn a_file_that_others_have_changed_is_not_overwritten() {
    let folder = Folder::new();
    let path = folder.path("config.yaml");
    fs::write(&path, "\u{feff}lamp: { level: 40 }\n").unwrap();
    let mut config = Config::load(&path).unwrap();
    config.set("lamp.level", 50).unwrap();
    assert_eq!(config.save().unwrap().comments_lost(), 0);
    config.set("lamp.level", 60).unwrap();
    fs::write(&path, "lamp: { level: 50 }\ndoor: {}\n").unwrap();
    let error = config.save().unwrap_err();
    assert_eq!(error.faults()[0].kind(), FaultKind::Unwritable);
    assert!(error.to_string().contains("was changed by others since it was read"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "lamp: { level: 50 }\ndoor: {}\n");
    assert!(config.is_changed());
    let other = folder.path("other.yaml");
    assert_eq!(config.save_as(&other).unwrap().comments_lost(), 0);
    assert!(fs::read_to_string(&other).unwrap().contains("60"));
}
