//! Whether values are encoded as the protocol says, and no deeper in one another than anybody needs.
//!
//! The crate that decodes them calls itself for each value in a value, and believes sizes and counts; so this is asked first. How values are
//! encoded is said in part 1 of AMQP 1.0 (OASIS, 2012). Of what is allowed there this takes what the crate reads in the same way: no arrays of
//! compound values, and no constructor in an array that is empty.

use std::fmt;

/// So many values may be in one another.
const DEPTH: usize = 32;

/// What stands before a value that has a descriptor.
pub(super) const DESCRIBED: u8 = 0x00;

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsound {
    /// Values are in one another more often than allowed.
    Deep,
    /// It takes more bytes than allowed.
    Long,
    /// It is not what the protocol calls a message.
    Wrong,
}

impl Unsound {
    pub(super) const ALL: [Self; 3] = [Self::Deep, Self::Long, Self::Wrong];
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deep => "its values lie in one another, more than 32 deep",
            Self::Long => "it takes more than 12 MiB, with all that it carries",
            Self::Wrong => "it is not encoded as AMQP 1.0 says",
        })
    }
}

/// A value that has begun, with others in it.
struct Level {
    /// Where it says that it ends.
    end: Option<usize>,
    left: usize,
}

/// Whether these are sections, and nothing else.
pub(super) fn check_message(mut bytes: &[u8]) -> Result<(), Unsound> {
    while let Some(&first) = bytes.first() {
        if first != DESCRIBED {
            return Err(Unsound::Wrong);
        }
        bytes = &bytes[length_of_value(bytes)?..];
    }
    Ok(())
}

/// How many bytes the first value takes.
pub(super) fn length_of_value(bytes: &[u8]) -> Result<usize, Unsound> {
    let mut reader = Reader { bytes, at: 0 };
    let mut levels: Vec<Level> = Vec::new();
    loop {
        levels.extend(reader.begin_value()?);
        if levels.len() > DEPTH {
            return Err(Unsound::Deep);
        }
        while let Some(level) = levels.last_mut() {
            if let Some(left) = level.left.checked_sub(1) {
                level.left = left;
                break;
            }
            if level.end.is_some_and(|end| end != reader.at) {
                return Err(Unsound::Wrong);
            }
            levels.pop();
        }
        if levels.is_empty() {
            return Ok(reader.at);
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// How much comes after a constructor.
enum Width {
    Fixed(usize),
    /// So many bytes say how long it is.
    Variable(usize),
    List(usize),
    Map(usize),
    Array(usize),
}

impl Width {
    const fn of(constructor: u8) -> Option<Self> {
        Some(match constructor {
            0x40..=0x45 => Self::Fixed(0),
            0x50..=0x56 => Self::Fixed(1),
            0x60 | 0x61 => Self::Fixed(2),
            0x70..=0x74 => Self::Fixed(4),
            0x80..=0x84 => Self::Fixed(8),
            0x94 | 0x98 => Self::Fixed(16),
            0xa0 | 0xa1 | 0xa3 => Self::Variable(1),
            0xb0 | 0xb1 | 0xb3 => Self::Variable(4),
            0xc0 => Self::List(1),
            0xd0 => Self::List(4),
            0xc1 => Self::Map(1),
            0xd1 => Self::Map(4),
            0xe0 => Self::Array(1),
            0xf0 => Self::Array(4),
            _ => return None,
        })
    }
}

impl Reader<'_> {
    /// Past a value that has no others in it, or past the head of one that has.
    fn begin_value(&mut self) -> Result<Option<Level>, Unsound> {
        if self.bytes.get(self.at) == Some(&DESCRIBED) {
            self.skip(1)?;
            return match self.bytes.get(self.at) {
                Some(0x44 | 0x53 | 0x80 | 0xa3 | 0xb3) => {
                    self.begin_value()?;
                    Ok(Some(Level { end: None, left: 1 }))
                }
                _ => Err(Unsound::Wrong),
            };
        }
        match self.constructor()? {
            Width::Fixed(width) => self.skip(width)?,
            Width::Variable(width) => {
                let length = self.number(width)?;
                self.skip(length)?;
            }
            Width::List(width) => return self.compound(width, 1),
            Width::Map(width) => return self.compound(width, 2),
            Width::Array(width) => self.array(width)?,
        }
        Ok(None)
    }

    /// Of values that come in groups of so many.
    fn compound(&mut self, width: usize, group: usize) -> Result<Option<Level>, Unsound> {
        let end = self.end(width)?;
        let left = self.number(width)?;
        if !left.is_multiple_of(group) {
            return Err(Unsound::Wrong);
        }
        Ok(Some(Level { end: Some(end), left }))
    }

    fn array(&mut self, width: usize) -> Result<(), Unsound> {
        let end = self.end(width)?;
        let count = self.number(width)?;
        if count > 0 {
            match self.constructor()? {
                Width::Fixed(width) => self.skip(count.checked_mul(width).ok_or(Unsound::Wrong)?)?,
                Width::Variable(width) => {
                    for _ in 0..count {
                        let length = self.number(width)?;
                        self.skip(length)?;
                    }
                }
                Width::List(_) | Width::Map(_) | Width::Array(_) => return Err(Unsound::Wrong),
            }
        }
        if self.at == end { Ok(()) } else { Err(Unsound::Wrong) }
    }

    fn constructor(&mut self) -> Result<Width, Unsound> {
        let constructor = *self.bytes.get(self.at).ok_or(Unsound::Wrong)?;
        self.at += 1;
        Width::of(constructor).ok_or(Unsound::Wrong)
    }

    /// Where something ends that begins with its size.
    fn end(&mut self, width: usize) -> Result<usize, Unsound> {
        let size = self.number(width)?;
        let end = self.at.checked_add(size).ok_or(Unsound::Wrong)?;
        if end <= self.bytes.len() { Ok(end) } else { Err(Unsound::Wrong) }
    }

    /// Of one byte or of four.
    fn number(&mut self, width: usize) -> Result<usize, Unsound> {
        let bytes = self.bytes.get(self.at..self.at + width).ok_or(Unsound::Wrong)?;
        self.at += width;
        Ok(bytes.iter().fold(0, |number, byte| (number << 8) | usize::from(*byte)))
    }

    fn skip(&mut self, length: usize) -> Result<(), Unsound> {
        let at = self.at.checked_add(length).ok_or(Unsound::Wrong)?;
        if at > self.bytes.len() {
            return Err(Unsound::Wrong);
        }
        self.at = at;
        Ok(())
    }
}
