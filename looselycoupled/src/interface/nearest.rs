//! What was probably meant by a name, asked while the compiler evaluates constants.
//!
//! The same answer as [`nearest`](crate::address::nearest) for names of identifiers, which the compiler cannot run.

/// Longer names are not compared.
const LONGEST: usize = 64;

/// How much a candidate differs from the wanted name, if it is like it at all.
pub(super) const fn difference(wanted: &str, candidate: &str) -> Option<usize> {
    let distance = distance(wanted.as_bytes(), candidate.as_bytes());
    let longer = if wanted.len() > candidate.len() { wanted.len() } else { candidate.len() };
    if distance < wanted.len() / 3 + 2 && distance < longer { Some(distance) } else { None }
}

/// How many letters must be inserted, removed, exchanged or swapped with their neighbour.
const fn distance(one: &[u8], other: &[u8]) -> usize {
    if one.len() > LONGEST || other.len() > LONGEST {
        return usize::MAX;
    }
    let mut before = [0; LONGEST + 1];
    let mut last = first_row();
    let mut row = 0;
    while row < one.len() {
        let mut next = [0; LONGEST + 1];
        next[0] = row + 1;
        let mut column = 0;
        while column < other.len() {
            let exchanged = last[column] + (one[row] != other[column]) as usize;
            let mut cost = least(exchanged, least(last[column + 1], next[column]) + 1);
            let swapped =
                row > 0 && column > 0 && one[row] == other[column - 1] && one[row - 1] == other[column];
            if swapped {
                cost = least(cost, before[column - 1] + 1);
            }
            next[column + 1] = cost;
            column += 1;
        }
        before = last;
        last = next;
        row += 1;
    }
    last[other.len()]
}

const fn first_row() -> [usize; LONGEST + 1] {
    let mut row = [0; LONGEST + 1];
    let mut column = 0;
    while column <= LONGEST {
        row[column] = column;
        column += 1;
    }
    row
}

const fn least(one: usize, other: usize) -> usize {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_finds_what_the_program_would() {
        let known = ["level", "set_level", "off", "toggle", "on"];
        for wanted in ["levle", "set_levl", "of", "togle", "onn", "window", "", "x", "set_level"] {
            let near = known.iter().filter_map(|name| Some((difference(wanted, name)?, *name)));
            let found = near.min_by_key(|(difference, _)| *difference).map(|(_, name)| name);
            assert_eq!(found, crate::address::nearest(wanted, known), "{wanted}");
        }
    }

    #[test]
    fn it_is_a_constant() {
        const SWAPPED: Option<usize> = difference("levle", "level");
        assert_eq!(SWAPPED, Some(1));
    }
}
