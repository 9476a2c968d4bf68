//! What frames of AMQP 1.0 say, as far as the [sieve](super::sieve) has to know it: part 2 of the specification (OASIS, 2012).

use super::encoding::{DESCRIBED, length_of_value};

pub(super) const OPEN: u64 = 0x10;
pub(super) const ATTACH: u64 = 0x12;
pub(super) const TRANSFER: u64 = 0x14;
pub(super) const DETACH: u64 = 0x16;
pub(super) const END: u64 = 0x17;

/// What a frame says: a list that has a descriptor. It comes from the broker itself, which is believed.
pub(super) struct Performative<'a> {
    pub(super) code: u64,
    fields: &'a [u8],
}

impl<'a> Performative<'a> {
    /// And what stands behind it.
    pub(super) fn split(body: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (code, list) = match body {
            [DESCRIBED, 0x53, code, list @ ..] => (u64::from(*code), list),
            [DESCRIBED, 0x80, rest @ ..] => {
                let (code, list) = rest.split_first_chunk()?;
                (u64::from_be_bytes(*code), list)
            }
            _ => return None,
        };
        // The size counts the bytes that say how many fields there are.
        let (fields, payload) = match list {
            [0x45, payload @ ..] => (&[][..], payload),
            [0xc0, size, _, rest @ ..] => rest.split_at_checked(usize::from(*size).checked_sub(1)?)?,
            [0xd0, a, b, c, d, _, _, _, _, rest @ ..] => {
                let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                rest.split_at_checked(size.checked_sub(4)?)?
            }
            _ => return None,
        };
        Some((Self { code, fields }, payload))
    }

    fn field(&self, index: usize) -> Option<&'a [u8]> {
        let mut fields = self.fields;
        for _ in 0..index {
            fields = fields.get(length_of_value(fields).ok()?..)?;
        }
        Some(fields)
    }

    /// A field of 32 bits.
    pub(super) fn number(&self, index: usize) -> Option<u32> {
        match self.field(index)? {
            [0x43, ..] => Some(0),
            [0x52, number, ..] => Some(u32::from(*number)),
            [0x70, a, b, c, d, ..] => Some(u32::from_be_bytes([*a, *b, *c, *d])),
            _ => None,
        }
    }

    /// What stands in a map under a symbol.
    pub(super) fn text(&self, index: usize, name: &str) -> Option<&'a str> {
        let mut pairs = match self.field(index)? {
            [0xc1, size, rest @ ..] => rest.get(1..usize::from(*size))?,
            [0xd1, a, b, c, d, rest @ ..] => rest.get(4..u32::from_be_bytes([*a, *b, *c, *d]) as usize)?,
            _ => return None,
        };
        while !pairs.is_empty() {
            let (key, rest) = pairs.split_at(length_of_value(pairs).ok()?);
            let (value, rest) = rest.split_at(length_of_value(rest).ok()?);
            match (key, value) {
                ([0xa3, _, key @ ..], [0xa1, _, text @ ..] | [0xb1, _, _, _, _, text @ ..])
                    if key == name.as_bytes() =>
                {
                    return std::str::from_utf8(text).ok();
                }
                _ => pairs = rest,
            }
        }
        None
    }

    pub(super) fn is_true(&self, index: usize) -> bool {
        matches!(self.field(index), Some([0x41, ..] | [0x56, 1, ..]))
    }
}
