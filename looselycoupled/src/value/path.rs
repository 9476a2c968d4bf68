//! The place inside a value at which something went wrong.

use std::fmt::{self, Display, Formatter};

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Field(String),
    Index(usize),
}

/// The way from a whole value to a part of it, shown as `rooms[2].level`.
///
/// Errors learn of their place while they travel outwards, so the innermost step comes first here, and success costs
/// nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

impl Path {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn enclose(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Takes away the outermost step.
    pub(super) fn open(&mut self) -> Option<Step> {
        self.0.pop()
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().rev().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Field(name) if !is_plain(name) => write!(f, "[{name:?}]")?,
                Step::Field(name) if position == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// Whether a name is unmistakable without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'))
}

/// Shows where, if the place is not the whole value.
pub(super) fn write_place(f: &mut Formatter<'_>, path: &Path) -> fmt::Result {
    if path.is_empty() { Ok(()) } else { write!(f, " at `{path}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_from_the_outside() {
        let mut path = Path::default();
        path.enclose(Step::Field("level".to_owned()));
        path.enclose(Step::Index(2));
        path.enclose(Step::Field("rooms".to_owned()));
        assert_eq!(path.to_string(), "rooms[2].level");
    }

    #[test]
    fn an_odd_name_is_quoted() {
        let mut path = Path::default();
        path.enclose(Step::Field("a.b".to_owned()));
        path.enclose(Step::Field("sensors".to_owned()));
        assert_eq!(path.to_string(), r#"sensors["a.b"]"#);
    }
}
