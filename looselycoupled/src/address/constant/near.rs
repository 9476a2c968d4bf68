//! What was probably meant, found while the program is compiled: [`nearest`](crate::address::nearest) for constants.

use super::text::{Text, same};

/// The longest name that is compared; longer ones are near nothing.
const LONGEST: usize = 63;

type Row = [usize; LONGEST + 1];

/// The candidate that is most like a wanted name, so far, and those that have been looked at.
pub(crate) struct Near {
    wanted: &'static str,
    nearest: Option<(usize, &'static str)>,
    known: Text,
    candidates: usize,
}

impl Near {
    pub(crate) const fn to(wanted: &'static str) -> Self {
        Self { wanted, nearest: None, known: Text::new(), candidates: 0 }
    }

    /// Looks at one more candidate.
    pub(crate) const fn look_at(mut self, candidate: &'static str) -> Self {
        if self.candidates < 6 {
            self.known = self.known.add(if self.candidates == 0 { "" } else { ", " }).name(candidate);
        }
        self.candidates += 1;
        let Some(distance) = allowed(self.wanted, candidate) else { return self };
        match self.nearest {
            Some((best, _)) if best <= distance => {}
            _ => self.nearest = Some((distance, candidate)),
        }
        self
    }

    /// What was meant, in all likelihood.
    pub(crate) const fn found(&self) -> Option<&'static str> {
        match self.nearest {
            Some((_, near)) => Some(near),
            None => None,
        }
    }

    /// Ends a message: what was meant, or what there is.
    pub(crate) const fn end(&self, message: Text) -> Text {
        match (self.nearest, self.candidates) {
            (Some((_, near)), _) => message.add("; did you mean ").name(near).add("?"),
            (None, 0) => message.add("; there are none"),
            (None, 1..=6) => message.add("; known are ").add(self.known.text()),
            (None, _) => message.add("; known are ").add(self.known.text()).add(", …"),
        }
    }
}

/// The distance of a candidate that is near enough: a third of the name may differ, and one character more.
const fn allowed(wanted: &str, candidate: &str) -> Option<usize> {
    let (length, other) = (wanted.len(), candidate.len());
    let allowed = length / 3 + 1;
    if length > LONGEST || other > LONGEST || length.abs_diff(other) > allowed {
        return None;
    }
    if wanted.eq_ignore_ascii_case(candidate) {
        return Some(0);
    }
    let distance = distance(wanted.as_bytes(), candidate.as_bytes());
    let longer = if length > other { length } else { other };
    if distance <= allowed && distance < longer { Some(distance) } else { None }
}

/// How many bytes are inserted, removed, exchanged or swapped with their neighbour: optimal string alignment.
const fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut before: Row = [0; LONGEST + 1];
    let mut above = first_row();
    let mut row = 1;
    while row <= one.len() {
        let mut current: Row = [0; LONGEST + 1];
        current[0] = row;
        let mut column = 1;
        while column <= other.len() {
            let differ = (one[row - 1] != other[column - 1]) as usize;
            let mut least = least(above[column] + 1, current[column - 1] + 1, above[column - 1] + differ);
            let swapped = row > 1
                && column > 1
                && one[row - 1] == other[column - 2]
                && one[row - 2] == other[column - 1];
            if swapped && before[column - 2] + 1 < least {
                least = before[column - 2] + 1;
            }
            current[column] = least;
            column += 1;
        }
        before = above;
        above = current;
        row += 1;
    }
    above[other.len()]
}

const fn first_row() -> Row {
    let mut row: Row = [0; LONGEST + 1];
    let mut column = 0;
    while column <= LONGEST {
        row[column] = column;
        column += 1;
    }
    row
}

const fn least(one: usize, other: usize, third: usize) -> usize {
    let less = if one < other { one } else { other };
    if less < third { less } else { third }
}

/// Whether a name is among others.
pub(crate) const fn contains(names: &[&str], wanted: &str) -> bool {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], wanted) {
            return true;
        }
        index += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::allowed;
    use crate::address::nearest;

    #[test]
    fn near_is_what_is_near_at_run_time() {
        let names = [
            "level",
            "levle",
            "set_level",
            "set_levl",
            "LEVEL",
            "lamp",
            "limp",
            "oepn",
            "open",
            "x",
            "window",
        ];
        for wanted in names {
            for candidate in names {
                let near = nearest(wanted, [candidate]).is_some();
                assert_eq!(allowed(wanted, candidate).is_some(), near, "{wanted} {candidate}");
            }
        }
    }
}
