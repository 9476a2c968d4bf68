//! What was probably meant by a name, asked while the compiler evaluates constants.
//!
//! The same answer as [`nearest`](crate::address::nearest) for names of identifiers, which the compiler cannot run.

/// Longer names are not compared.
const LONGEST: usize = 64;

/// The candidate that is most like the wanted name, if one is like it at all.
pub(super) const fn nearest<'a>(wanted: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let mut best = None;
    let mut least = wanted.len() / 3 + 2;
    let mut rest = candidates;
    while let [candidate, others @ ..] = rest {
        let distance = distance(wanted.as_bytes(), candidate.as_bytes());
        if distance < least && distance < longer(wanted.len(), candidate.len()) {
            best = Some(*candidate);
            least = distance;
        }
        rest = others;
    }
    best
}

const fn longer(one: usize, other: usize) -> usize {
    if one > other { one } else { other }
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
            assert_eq!(nearest(wanted, &known), crate::address::nearest(wanted, known), "{wanted}");
        }
    }

    #[test]
    fn it_is_a_constant() {
        const NEAR: Option<&str> = nearest("levle", &["lamp", "level"]);
        assert_eq!(NEAR, Some("level"));
    }
}
