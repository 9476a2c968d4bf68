//! What was probably meant by a name that does not exist.

use super::Known;

/// The candidate that is most like the wanted name, if one is like it at all.
///
/// A third of the name, and one character more, may differ by insertion, removal, exchange or swap. A candidate that
/// differs in capitals only is near in any case, one that has nothing in common never is. Among equals the first wins.
///
/// # Examples
///
/// ```
/// # use looselycoupled::address::nearest;
/// assert_eq!(nearest("levle", ["lamp", "level"]), Some("level"));
/// assert_eq!(nearest("window", ["lamp", "level"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = wanted.chars().count();
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(wanted, length, candidate)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(wanted: &str, length: usize, candidate: &str) -> Option<usize> {
    let allowed = length / 3 + 1;
    let other = candidate.chars().count();
    // Names may come from afar and be long: comparing in full costs the product of both lengths.
    if length.abs_diff(other) > allowed {
        return None;
    }
    if wanted.to_lowercase() == candidate.to_lowercase() {
        return Some(0);
    }
    let distance = strsim::damerau_levenshtein(wanted, candidate);
    (distance <= allowed && distance < length.max(other)).then_some(distance)
}

/// The end of a message about an unknown name: the near miss, or else the names there are, the first few of many.
///
/// # Examples
///
/// ```
/// # use looselycoupled::address::hint;
/// assert_eq!(hint("levle", &["level", "lamp"]), "; did you mean `level`?");
/// assert_eq!(hint("window", &["level", "lamp"]), "; known are `level`, `lamp`");
/// assert_eq!(hint("window", &[]), "; there are none");
/// ```
#[must_use]
pub fn hint(wanted: &str, known: &[&str]) -> String {
    if let Some(near) = nearest(wanted, known.iter().copied()) {
        return format!("; did you mean `{near}`?");
    }
    format!("; {}", Known::of(known.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_is_near() {
        let names = ["level", "set_level", "open"];
        assert_eq!(nearest("levle", names), Some("level"));
        assert_eq!(nearest("set_levl", names), Some("set_level"));
        assert_eq!(nearest("oepn", names), Some("open"));
    }

    #[test]
    fn the_best_wins_and_the_first_among_equals() {
        assert_eq!(nearest("lamp", ["limp", "lamps", "lamp"]), Some("lamp"));
        assert_eq!(nearest("lamp", ["limp", "lump"]), Some("limp"));
        assert_eq!(nearest("lamp", ["lump", "limp"]), Some("lump"));
    }

    #[test]
    fn capitals_do_not_matter() {
        assert_eq!(nearest("HALLLAMP", ["halllimp", "HallLamp"]), Some("HallLamp"));
        assert_eq!(nearest("ID", ["id"]), Some("id"));
    }

    #[test]
    fn what_has_nothing_in_common_is_not_near() {
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("", ["y"]), None);
        assert_eq!(nearest("window", ["door"]), None);
    }

    #[test]
    fn a_huge_name_costs_nothing() {
        assert_eq!(nearest(&"x".repeat(10_000_000), ["door"]), None);
    }
}
