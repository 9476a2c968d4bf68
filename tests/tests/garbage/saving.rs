//! Files that others touch between their being loaded and being saved.

use std::fs;
use std::path::Path;

use looselycoupled::config::Config;
use looselycoupled_tests::{Dice, Scratch};

use super::modules::VALID;
use super::mutate;

/// What somebody else did to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Nothing,
    /// Written once more as it was.
    Again,
    /// Removed.
    Removed,
    /// Half written.
    Half,
    /// Overwritten with garbage.
    Garbage,
    /// A folder stands in its place.
    Folder,
    /// A writer was killed and left its draft.
    Draft,
}

const DEEDS: [Deed; 7] =
    [Deed::Nothing, Deed::Again, Deed::Removed, Deed::Half, Deed::Garbage, Deed::Folder, Deed::Draft];

impl Deed {
    fn done(self, path: &Path, written: &[u8], dice: &mut Dice) {
        match self {
            Self::Nothing => {}
            Self::Again => fs::write(path, written).unwrap(),
            Self::Removed => fs::remove_file(path).unwrap(),
            Self::Half => fs::write(path, &written[..dice.roll(written.len() as u64) as usize]).unwrap(),
            Self::Garbage => fs::write(path, mutate::broken(VALID, dice)).unwrap(),
            Self::Folder => {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            }
            Self::Draft => fs::write(path.with_file_name(".config.yaml.1-0"), "half").unwrap(),
        }
    }
}

/// The content of a file, if it is one.
fn content(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

/// Loads, lets somebody do something, changes and saves: all of it is on the disk afterwards, or nothing has happened and
/// the error says to which file.
pub(super) fn between_loading_and_saving(mut dice: Dice) {
    let folder = Scratch::new();
    let path = folder.path("config.yaml");
    let written = mutate::rewritten(VALID, &mut dice);
    fs::write(&path, &written).unwrap();
    let mut config = Config::load(&path).unwrap();
    let deed = DEEDS[dice.roll(DEEDS.len() as u64) as usize];
    deed.done(&path, &written, &mut dice);
    let (found, beside) = (content(&path), folder.names());
    let strength = dice.roll(80) as u8;
    config.set("fountain.strength", strength).unwrap();
    let is_known = found.as_ref() == Some(&written) || deed == Deed::Removed;
    match config.save() {
        Ok(_) => {
            assert!(is_known, "{deed:?}: overwritten although nobody has seen it");
            assert_says(&Config::load_existing(&path).unwrap(), strength);
        }
        Err(error) => {
            assert!(!is_known, "{deed:?}: {error}");
            assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
            assert_eq!(content(&path), found, "{deed:?}: touched although it was refused");
        }
    }
    let expected = if deed == Deed::Removed { vec!["config.yaml".to_owned()] } else { beside };
    assert_eq!(folder.names(), expected, "{deed:?}");
    assert_says(&config, strength);
}

/// The rest is as it was.
fn assert_says(config: &Config, strength: u8) {
    assert_eq!(config.get::<u8>("fountain.strength").unwrap(), Some(strength));
    assert_eq!(config.get::<String>("fountain.note").unwrap().as_deref(), Some("Two lines\nof text.\n"));
    assert_eq!(config.get::<u8>("brook.strength").unwrap(), Some(80));
}
