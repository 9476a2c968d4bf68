//! Addresses of tasks.

/// Splits `module.task` at its first dot. Without a dot there is no module, which means the own one.
///
/// Whether there are such names is not looked at.
///
/// # Examples
///
/// ```
/// # use looselycoupled::address::split;
/// assert_eq!(split("hall_lamp.set_level"), (Some("hall_lamp"), "set_level"));
/// assert_eq!(split("set_level"), (None, "set_level"));
/// ```
#[inline]
#[must_use]
pub fn split(address: &str) -> (Option<&str>, &str) {
    // A plain loop: addresses are short, and a search by words has a price before it starts.
    match address.bytes().position(|byte| byte == b'.') {
        Some(dot) => (Some(&address[..dot]), &address[dot + 1..]),
        None => (None, address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_dot_separates_module_and_task() {
        assert_eq!(split("lamp.level"), (Some("lamp"), "level"));
        assert_eq!(split("lamp.level.x"), (Some("lamp"), "level.x"));
        assert_eq!(split("level"), (None, "level"));
        assert_eq!(split("lamp."), (Some("lamp"), ""));
        assert_eq!(split(".level"), (Some(""), "level"));
        assert_eq!(split(""), (None, ""));
    }
}
