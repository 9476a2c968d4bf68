//! Chips in `/dev`.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::address::nearest;
use crate::modules::gpio::{GpioError, Line};

/// How many names an error lists.
const LISTED: usize = 12;

/// Where the chip is that a section means by its path, name or label.
pub(super) fn find(wanted: &str) -> Result<PathBuf, GpioError> {
    let path = if wanted.starts_with('/') { PathBuf::from(wanted) } else { Path::new("/dev").join(wanted) };
    let path = if path.exists() || wanted.starts_with('/') {
        path
    } else {
        labelled(wanted).ok_or_else(|| missing(wanted))?
    };
    match File::open(&path) {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing(wanted)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(GpioError::Denied { chip: wanted.to_owned(), source: Arc::new(error) })
        }
        Err(error) => Err(GpioError::NoChip { chip: wanted.to_owned(), there: error.to_string() }),
    }
}

fn chips() -> impl Iterator<Item = (PathBuf, String)> {
    gpiocdev::chip::chips().unwrap_or_default().into_iter().map(|path| {
        let label = gpiocdev::Chip::from_path(&path).and_then(|chip| chip.info());
        (path, label.map_or_else(|_| "not readable".to_owned(), |info| info.label))
    })
}

fn labelled(wanted: &str) -> Option<PathBuf> {
    chips().find(|(_, label)| label == wanted).map(|(path, _)| path)
}

fn missing(wanted: &str) -> GpioError {
    let there: Vec<String> = chips().map(|(path, label)| format!("`{}` ({label})", path.display())).collect();
    let there = if there.is_empty() {
        "this machine has none; `driver: simulator` does without".to_owned()
    } else {
        format!("there are {}", there.join(", "))
    };
    GpioError::NoChip { chip: wanted.to_owned(), there }
}

/// The offset of a line among those of a chip, given by their names.
pub(super) fn offset(chip: &str, names: &[Option<String>], line: &Line) -> Result<u32, GpioError> {
    let offset = match line {
        Line::Offset(offset) => Some(*offset).filter(|offset| (*offset as usize) < names.len()),
        Line::Name(name) => position(names, name),
    };
    offset.ok_or_else(|| GpioError::NoLine {
        chip: chip.to_owned(),
        line: line.clone(),
        there: there(names, line),
    })
}

fn position(names: &[Option<String>], wanted: &str) -> Option<u32> {
    let place = names.iter().position(|name| name.as_deref() == Some(wanted))?;
    u32::try_from(place).ok()
}

fn there(names: &[Option<String>], line: &Line) -> String {
    let count = names.len();
    let named: Vec<&str> =
        names.iter().flatten().map(String::as_str).filter(|name| !name.is_empty()).collect();
    match line {
        Line::Offset(_) => format!("it has {count}, numbered from 0"),
        Line::Name(_) if named.is_empty() => {
            format!("none of its {count} lines has a name; use numbers from 0")
        }
        Line::Name(name) => {
            let nearest = nearest(name, named.iter().copied());
            nearest.map_or_else(|| listed(&named), |near| format!("did you mean `{near}`?"))
        }
    }
}

fn listed(names: &[&str]) -> String {
    let mut text = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    format!("there are {text}")
}
